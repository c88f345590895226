"""The two families of error.

::

    Exception
    ├── Refusal                expected: named, worded for the person, mapped once to a page
    │   ├── NotFound           404: no such thing, or not yours
    │   ├── NotAllowed         403: you may not do this
    │   ├── Conflict           409: somebody or something was faster
    │   └── TooMany            429: a limit was reached; says when to try again
    └── InvariantBroken        a bug: rolls back, is logged, is never caught in passing
"""

from datetime import date
from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - the trade's word; "Error" is kept for what is broken
    """That is not possible right now."""

    status: ClassVar[int] = 422
    field: str | None = None

    def __init__(
        self, message_id: str | None = None, *more_ids: str, field: str | None = None, **params: object
    ) -> None:
        """Says why not.

        Args:
            message_id: a sentence marked with ``N_``; the docstring's first line when it is left out.
            more_ids: further sentences that follow it, marked likewise.
            field: the form field it is about.
            params: what the sentences name, by the names in them: texts, numbers, days, amounts of money,
                alternatives. The page says them in its reader's language.
        """
        self.message_ids = (message_id or (type(self).__doc__ or "").strip().splitlines()[0], *more_ids)
        self.params = params
        self.field = field or type(self).field
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What it says in English, for whoever reads no page."""
        text = " ".join(self.message_ids)
        return text % {name: _in_english(value) for name, value in self.params.items()} if self.params else text

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong, by form field; empty when it is about no single field."""
        return {self.field: self.message} if self.field else {}


def _in_english(value: object) -> object:
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.1f}" if isinstance(value, float) else value


class NotFound(Refusal):
    """There is nothing at this address."""

    status = 404


class NotAllowed(Refusal):
    """You may not do this."""

    status = 403


class Conflict(Refusal):
    """Something changed in the meantime. Look at the page again and repeat what you want to do."""

    status = 409


class TooMany(Refusal):
    """That was too often. Wait a little and try again."""

    status = 429

    def __init__(self, message_id: str | None = None, *, retry_after_s: int, **params: object) -> None:
        super().__init__(message_id, field=None, **params)
        self.retry_after_s = retry_after_s


class InvariantBroken(Exception):  # noqa: N818 - named after what happened, not after a kind of error
    """Something that can never be true was true: a bug, not a person's mistake."""
