"""Reading what a request says: an empty element means that nothing was said."""

from datetime import datetime

from local_braintree.wire import Value


class Fields:
    """The parameters of one request, or of a part of it."""

    def __init__(self, values: dict[str, Value]) -> None:
        """What was sent, by name."""
        self.values = values

    def text(self, *path: str) -> str | None:
        """A text, or None when it was not sent or sent empty."""
        value = self._at(path)
        return None if value is None or isinstance(value, list | dict) else str(value)

    def flag(self, *path: str) -> bool:
        """Whether an option was asked for."""
        value = self._at(path)
        return value is True or value == "true"

    def moment(self, *path: str) -> datetime | None:
        """A point in time, or None."""
        value = self._at(path)
        return value if isinstance(value, datetime) else None

    def texts(self, *path: str) -> list[str] | None:
        """A list of texts, or None when no list was sent."""
        value = self._at(path)
        return [str(item) for item in value] if isinstance(value, list) else None

    def part(self, *path: str) -> "Fields":
        """What was sent under a name; empty when nothing was."""
        value = self._at(path)
        return Fields(value if isinstance(value, dict) else {})

    def chosen(self, *names: str) -> dict[str, str]:
        """Those of these texts that were sent."""
        return {name: text for name in names if (text := self.text(name)) is not None}

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def _at(self, path: tuple[str, ...]) -> Value:
        value: Value = self.values
        for name in path:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value
