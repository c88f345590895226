"""Messages that were stored when something happened, said when somebody reads them."""

from app.foundation.messages import StoredMessage, from_stored
from app.web.words.messages import translated


def stored_message_words(text: str) -> str:
    """What a stored text says in the reader's language; older rows hold a finished sentence, and it is said as it is.

    Args:
        text: as ``as_stored`` of ``app.foundation.messages`` wrote it.
    """
    return " ".join(_said(message) for message in from_stored(text))


def _said(message: StoredMessage) -> str:
    text = translated(message.message_id)
    params = {name: value if isinstance(value, str) else _said(value) for name, value in message.params.items()}
    return text % params if params else text
