"""What every staff page has in common: the links to the others, the page number, and the record of a look."""

from flask import request
from werkzeug.wrappers import Response

from app.domain.audit.service import record_audit
from app.foundation.db import in_transaction
from app.foundation.errors import NotFound
from app.foundation.paging import Row, RowsPage, page_number
from app.web.admin.pages import staff_links
from app.web.shell.answers import render
from app.web.shell.principal import me, request_now

SUBJECT_CHARACTERS_MAX = 80


def staff_page(template: str, **context: object) -> Response:
    """A staff page with the links to those that this person may open."""
    return render(template, links=staff_links(me()), **context)


def note_view(action: str, subject: str, **details: str | int) -> None:
    """Puts a look at restricted data on record.

    A GET that writes: looking at people's data is itself an act that must be on record, masked or not.
    One record a view, in a transaction of its own before anything is read: when it cannot be written,
    nothing is shown; and the read that follows holds no lock on the chain.

    Raises:
        NotFound: the subject is longer than any name of ours, so there is nothing to look at.
    """
    if len(subject) > SUBJECT_CHARACTERS_MAX:
        raise NotFound
    now, actor = request_now(), f"staff:{me().user_id}"
    in_transaction(lambda: record_audit(action, actor=actor, subject=subject, now=now, **details))


def note_list(action: str, subject: str) -> None:
    """Puts a look at one page of a list on record."""
    note_view(action, subject, page=asked_page())


def asked_page() -> int:
    """The number of the page asked for."""
    return page_number(request.args.get("page"))


def existing(page: RowsPage[Row]) -> RowsPage[Row]:
    """The page, unless it lies behind the last one.

    Raises:
        NotFound: it does.
    """
    if page.number > page.pages:
        raise NotFound
    return page
