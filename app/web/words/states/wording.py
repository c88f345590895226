"""The words of one state: its label, the tone of its badge, and a sentence where there is more to say."""

from dataclasses import dataclass
from typing import Literal

from app.web.words.messages import translated

Tone = Literal["live", "ending", "neutral", "error"]


@dataclass(frozen=True, slots=True)
class StateWords:
    """What is said of a state; message ids, said in the reader's language when asked for."""

    label_id: str
    tone: Tone = "neutral"
    sentence_id: str = ""

    @property
    def label(self) -> str:
        """A few words."""
        return translated(self.label_id)

    @property
    def sentence(self) -> str:
        """A sentence; empty where the label says it all."""
        return translated(self.sentence_id)

    @property
    def badge(self) -> tuple[Tone, str]:
        """Tone and label."""
        return self.tone, self.label
