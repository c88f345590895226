"""Whether the books agree: what the daily check found last. Only reads."""

from dataclasses import dataclass

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.books.queries import last_checks
from app.domain.books.queries.differences import Difference, difference_from
from app.domain.books.states import ComparedRows, DifferenceSubject
from app.foundation.access import Permission
from app.web.admin.blueprint import blueprint
from app.web.admin.staff_page import staff_page
from app.web.shell.access import requires
from app.web.words.messages import _, translated
from app.web.words.states.books import COMPARED, PARTS, SUBJECTS

CHECKS_SHOWN = 14
# Where each subject is looked at, by its name in addresses.
PAGES = {
    DifferenceSubject.LINE_ITEM: "admin.line_item_money",
    DifferenceSubject.ORDER: "admin.order",
    DifferenceSubject.PAYOUT: "admin.payout",
    DifferenceSubject.BANK_FILE: "admin.payout_file",
}


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One difference as the page shows it."""

    part: str
    name: str
    what: str
    expected: str
    found: str
    url: str | None
    """The page of what it is about, where there is one."""


@blueprint.get("/staff/books")
@requires(Permission.SEE_MONEY)
def books() -> Response:
    """What differed when all books were compared last, and how the checks before went."""
    checks = last_checks(CHECKS_SHOWN)
    last = checks[0] if checks else None
    return staff_page(
        "admin/books.html",
        last=last,
        compared=[(COMPARED[ComparedRows(name)].label, number) for name, number in last.compared.items()]
        if last
        else [],
        rows=[_row(difference_from(stored)) for stored in last.differences] if last else [],
        checks=checks,
    )


def _row(difference: Difference) -> DifferenceRow:
    expected = translated(difference.expected)
    return DifferenceRow(
        part=PARTS[difference.part].label,
        name=_("%(subject)s %(number)s", subject=SUBJECTS[difference.subject].label, number=difference.number),
        what=translated(difference.what),
        expected=_("at most %(expected)s", expected=expected) if difference.is_limit else expected,
        found=translated(difference.found),
        url=_page_of(difference),
    )


def _page_of(difference: Difference) -> str | None:
    if difference.subject is DifferenceSubject.LEDGER:
        return url_for("admin.ledger", verify=1)
    if difference.subject is DifferenceSubject.ACCOUNT:
        return url_for("admin.account", account_id=int(difference.number))
    page = PAGES.get(difference.subject)
    return url_for(page, public_id=difference.public_id) if page and difference.public_id else None
