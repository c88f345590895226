"""Message ids: the English sentences by which a catalogue finds what to say in another language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, LiteralString

STORED_CHARACTERS_MAX = 300


class Alternatives(tuple[str, ...]):
    """Names of which one has to be chosen, to stand in a sentence.

    >>> str(Alternatives(("JPEG", "PNG", "GIF")))
    'JPEG, PNG or GIF'
    """

    __slots__ = ()

    def __str__(self) -> str:
        return " or ".join(filter(None, (", ".join(self[:-1]), *self[-1:])))


def N_(text: LiteralString) -> str:  # noqa: N802 - the name by which tools for catalogues know it
    """Marks a sentence for the catalogue where it is written, and leaves it as it is.

    It is translated where it is shown. What changes in it is named: ``%(amount)s``.
    """
    return text


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A sentence that is stored now and said later: its message id and what it names.

    What it names is a text, put in as it is, or another message, said in the reader's language too.
    """

    message_id: str
    params: Mapping[str, "str | StoredMessage"] = field(default_factory=dict)


def as_stored(*messages: StoredMessage) -> str:
    """Messages as the text of a column of 300 characters.

    Of several that do not fit, the last are left out; of one, the end of the longest text that it names.

    >>> as_stored(StoredMessage("There is none."), StoredMessage("It answers %(status)s.", {"status": "500"}))
    '[["There is none."],["It answers %(status)s.",{"status":"500"}]]'
    """
    kept = list(messages)
    while (excess := len(_written(kept)) - STORED_CHARACTERS_MAX) > 0:
        if len(kept) > 1:
            kept.pop()
        else:
            kept = [_clipped(kept[0], excess)]
    return _written(kept)


def from_stored(text: str) -> tuple[StoredMessage, ...]:
    """The messages of a stored text; a finished sentence, as older rows hold it, is one that names nothing.

    >>> from_stored('[["It answers %(status)s.",{"status":"500"}]]')
    (StoredMessage(message_id='It answers %(status)s.', params={'status': '500'}),)
    >>> from_stored("It answers 500."), from_stored("")
    ((StoredMessage(message_id='It answers 500.', params={}),), ())
    """
    if not text.startswith('[["'):
        return (StoredMessage(text),) if text else ()
    return tuple(_read(one) for one in json.loads(text))


def _written(messages: list[StoredMessage]) -> str:
    parts = [_parts(message) for message in messages]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")) if parts else ""


def _parts(message: StoredMessage) -> list[object]:
    params = {
        name: _parts(value) if isinstance(value, StoredMessage) else value for name, value in message.params.items()
    }
    return [message.message_id, params] if params else [message.message_id]


def _clipped(message: StoredMessage, excess: int) -> StoredMessage:
    """A message that is shorter by at least so many characters, if one text that it names has as many.

    Raises:
        ValueError: it names no text that could be made shorter.
    """
    texts = {name: value for name, value in message.params.items() if isinstance(value, str) and value}
    if not texts:
        problem = f"too long to be stored: {message.message_id}"
        raise ValueError(problem)
    longest = max(texts, key=lambda name: len(texts[name]))
    return replace(message, params={**message.params, longest: texts[longest][:-excess]})


def _read(parts: list[Any]) -> StoredMessage:
    message_id, *rest = parts
    params = rest[0] if rest else {}
    return StoredMessage(
        message_id, {name: _read(value) if isinstance(value, list) else value for name, value in params.items()}
    )
