"""What a drill found."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Result:
    """One drill on one database: its figures, and everything that is wrong; it holds when nothing is."""

    name: str
    database: str
    figures: Mapping[str, object]
    problems: Sequence[str] = field(default_factory=tuple)

    @property
    def line(self) -> str:
        """The drill in one line."""
        figures = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self.figures.items())
        verdict = "FAILED: " + "; ".join(self.problems) if self.problems else "holds"
        return f"{self.name} {self.database}: {figures}: {verdict}"


def unexpected(statuses: Counter[int], expected: frozenset[int]) -> list[str]:
    """A sentence for each kind of answer that nobody should get."""
    return [f"{count} answers {status}" for status, count in sorted(statuses.items()) if status not in expected]
