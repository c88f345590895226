"""A publisher's earnings and a buyer's credit: how they stand, and every line of their statements."""

import csv
import io
from zoneinfo import ZoneInfo

from flask import make_response, request
from werkzeug.wrappers import Response

from app.domain.ledger.queries import StatementLine, entry_on_statement, statement_lines, statement_of, statement_sums
from app.domain.ledger.states import StatementKind
from app.domain.settlement.queries.earnings import least_payout_minor, money_of_publisher
from app.domain.settlement.queries.statements import EntrySubject, subjects_of_entries
from app.foundation.errors import NotFound
from app.foundation.money import plain_amount
from app.foundation.paging import page_number
from app.web.account.blueprint import blueprint
from app.web.account.statement_rows import (
    OBSTACLE_STEPS,
    OUTCOMES,
    about,
    asked_month,
    months_of,
    posting_rows,
    statement_rows,
)
from app.web.parts.result_pages import plain_cell
from app.web.shell.access import signed_in
from app.web.shell.answers import render
from app.web.shell.choices import country_name
from app.web.shell.principal import me, request_now
from app.web.shell.tools import config
from app.web.words.messages import translated
from app.web.words.states.ledger import ENTRY_KINDS
from app.web.words.states.settlement import ADJUSTMENT_REASONS, ENTITY_KINDS, OBSTACLES, PAYOUT_STATES

FILE_LINES_MAX = 10_000


@blueprint.get("/earnings")
@signed_in
def earnings() -> Response:
    """What was earned, where it is, and when it is paid; and why not, when it is not."""
    money = money_of_publisher(me().account_id, now=request_now())
    return render(
        "account/earnings.html",
        money=money,
        obstacles=OBSTACLES,
        obstacle_steps=OBSTACLE_STEPS,
        least_minor=least_payout_minor(),
        payouts=[(payout, PAYOUT_STATES[payout.state].badge) for payout in money.payouts],
        bank_country=country_name(money.bank_account.country_code) if money.bank_account else "",
        tax_country=country_name(money.tax_profile.country_code) if money.tax_profile else "",
        entities=ENTITY_KINDS,
        currency=config().currency,
    )


@blueprint.get("/earnings/statement")
@signed_in
def statement() -> Response:
    """Every line of a publisher's earnings, or those of a month."""
    return _statement(StatementKind.EARNINGS, "account/earnings_statement.html")


@blueprint.get("/earnings/statement/statement.csv")
@signed_in
def statement_file() -> Response:
    """The same lines as a file, oldest first."""
    return _file(StatementKind.EARNINGS)


@blueprint.get("/earnings/entries/<int:entry_id>")
@signed_in
def earnings_entry(entry_id: int) -> Response:
    """The ledger entry behind a line of the earnings."""
    return _entry(StatementKind.EARNINGS, entry_id)


@blueprint.get("/credit")
@signed_in
def credit() -> Response:
    """A buyer's credit: what was returned, and what was spent of it."""
    return _statement(StatementKind.CREDIT, "account/credit.html")


@blueprint.get("/credit/statement.csv")
@signed_in
def credit_file() -> Response:
    """The same lines as a file, oldest first."""
    return _file(StatementKind.CREDIT)


@blueprint.get("/credit/entries/<int:entry_id>")
@signed_in
def credit_entry(entry_id: int) -> Response:
    """The ledger entry behind a line of the credit."""
    return _entry(StatementKind.CREDIT, entry_id)


def _statement(statement: StatementKind, template: str) -> Response:
    person = me()
    zone = ZoneInfo(person.time_zone)
    months = months_of(person.account_id, statement, now=request_now(), zone=zone)
    month = asked_month(request.args.get("month", ""), months, zone)
    page = statement_of(person.account_id, statement, page_number(request.args.get("page")), month.within)
    if page.number > page.pages:
        raise NotFound
    return render(
        template,
        page=page,
        rows=statement_rows(page.rows),
        months=months,
        month=month,
        sums=statement_sums(person.account_id, statement, month.within),
        currency=config().currency,
    )


def _entry(statement: StatementKind, entry_id: int) -> Response:
    account_id = me().account_id
    entry = entry_on_statement(account_id, statement, entry_id)
    subject = subjects_of_entries([entry.id]).get(entry.id, EntrySubject())
    return render(
        "account/entry.html",
        entry=entry,
        kind=ENTRY_KINDS[entry.kind].label,
        subject=subject,
        about=about(subject),
        outcome=translated(OUTCOMES.get(subject.outcome, "")) if subject.outcome else None,
        correction=_correction(subject),
        postings=posting_rows(entry, account_id),
        is_earnings=statement is StatementKind.EARNINGS,
    )


def _correction(subject: EntrySubject) -> str:
    """Why a day was corrected; empty for what is no correction."""
    one = subject.adjustment
    return f"{ADJUSTMENT_REASONS[one.reason].sentence} {one.note}" if one is not None else ""


def _file(statement: StatementKind) -> Response:
    person = me()
    zone = ZoneInfo(person.time_zone)
    month = asked_month(
        request.args.get("month", ""), months_of(person.account_id, statement, now=request_now(), zone=zone), zone
    )
    lines = statement_lines(person.account_id, statement, month.within, FILE_LINES_MAX)
    subjects = subjects_of_entries([line.entry_id for line in lines])
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(
        ["time (UTC)", "what", "about", "day", "order", "ledger entry", "amount", "balance after", "currency"]
    )
    writer.writerows(_cells(line, subjects.get(line.entry_id, EntrySubject())) for line in lines)
    response = make_response(text.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"isocket-{statement}-{month.value or 'all'}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _cells(line: StatementLine, subject: EntrySubject) -> list[str | int]:
    texts = [
        ENTRY_KINDS[line.kind].label,
        about(subject),
        subject.day.isoformat() if subject.day else "",
        subject.order or "",
    ]
    amounts = [plain_amount(minor, line.currency) for minor in (line.amount_minor, line.balance_minor)]
    return [f"{line.occurred_at:%Y-%m-%d %H:%M:%S}", *map(plain_cell, texts), line.entry_id, *amounts, line.currency]
