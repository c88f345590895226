"""Structured logs: one JSON object a line, with the request's id and no personal data.

What may stand in a line is what code names there. Free text from people is never logged, and of an
address only its /24 or /48, which is too coarse to point at a person.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict

SENSITIVE_KEYS = frozenset({"password", "token", "secret", "email", "authorization", "cookie", "csrf_token"})
HIDDEN = "[hidden]"


def configure_logging(level: str) -> None:
    """Sends every log line, ours and the libraries', to standard error as JSON in UTC."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_sensitive,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Frames without their local variables: those hold passwords, tokens and people's data.
                structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
                drop_exception_values,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("sqlalchemy.engine").setLevel("WARNING")


@contextmanager
def only_warnings() -> Iterator[None]:
    """Leaves out, for as long as it lasts, what goes well: a month of it in a minute helps nobody."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(max(level, logging.WARNING))
    try:
        yield
    finally:
        root.setLevel(level)


def drop_exception_values(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keeps of an exception its type and frames: its words may quote what people typed.

    A database's "Key (email)=(ann@example.com) already exists" is such a quotation.
    """
    for exception in event.get("exception", ()):
        exception.pop("exc_value", None)
        exception.pop("exc_notes", None)
    return event


def hide_sensitive(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Blanks values under names that must never reach a log, should one be passed by mistake."""
    for key in event.keys() & SENSITIVE_KEYS:
        event[key] = HIDDEN
    return event


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module; name it after the module."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
