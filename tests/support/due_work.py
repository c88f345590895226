"""For each job, four rows that are due, and the verb that does the work on one of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.domain.auctions.models import Award
from app.domain.books.states import BookSection
from app.domain.events.kinds.accounts import PasswordChanged
from app.domain.events.kinds.inventory import SocketChanged
from app.domain.inventory.models import Hold
from app.domain.inventory.service.sites import ProofCheck
from app.domain.inventory.states import ProofMethod
from app.domain.notifications.models import MailMessage
from app.foundation.db import db
from app.jobs import (
    answer_creatives,
    check_sites,
    close_auctions,
    deliver_events,
    end_checkouts,
    follow_awards,
    free_holds,
    issue_invoices,
    make_payouts,
    purge,
    refresh_catalogue,
    remind_creatives,
    run_flights,
    send_mail,
    settle_days,
    settle_intents,
    verify_books,
)
from tests.factories import auctions
from tests.factories.accounts import make_person
from tests.factories.creatives import make_creative
from tests.factories.inventory import account_of, make_offer, make_proved_site
from tests.factories.orders import make_booked_line_item, make_checkout, make_paid_order, plan_payment
from tests.factories.settlement import (
    count_day,
    days_of,
    follow_flights,
    make_sold,
    pass_day,
    tell_bank_and_tax,
)
from tests.support.catalogue import refresh
from tests.support.mail_jobs import RecordingMailer, advance, record, send_all, tell_all

ROWS = range(4)
Rows = Sequence[int | str]


def first(row: int | str, *_args: object, **_named: object) -> Rows:
    """The rows that most verbs are about: the id that they begin with."""
    return [row]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """How to try a job: what it is to do, what to break, and how to make a batch small."""

    module: ModuleType
    verb: str
    """What the module calls to do the work on a row."""
    make: Callable[[Flask], Rows]
    """Makes four rows that are due, in the order in which the job takes them; gives their ids."""
    about: Callable[..., Rows] = first
    """Which rows a call of the verb is about."""
    small: Mapping[str, int] = field(default_factory=dict)
    """The limits of the module that make a batch of two."""
    stands_in: Callable[..., object] | None = None
    """What to call instead of the verb, where the verb would go outside."""


def _events(app: Flask) -> Rows:
    person = make_person(app)
    tell_all(app)
    return [record(app, PasswordChanged(user_id=person.user_id)) for _ in ROWS]


def _changes(app: Flask) -> Rows:
    offers = [make_offer(app) for _ in ROWS]
    refresh(app)
    return [record(app, SocketChanged(socket=offer.socket_id, slug="box")) for offer in offers]


def _mails(app: Flask) -> Rows:
    person = make_person(app)
    tell_all(app)
    send_all(app, RecordingMailer())
    for _ in ROWS:
        record(app, PasswordChanged(user_id=person.user_id))
    tell_all(app)
    return _ids(app, sa.select(MailMessage.id).where(MailMessage.next_attempt_at.is_not(None)))


def _holds(app: Flask) -> Rows:
    for _ in ROWS:
        make_checkout(app)
    advance(app, timedelta(hours=1))
    return _ids(app, sa.select(Hold.id).order_by(Hold.id))


def _sites(app: Flask) -> Rows:
    sites = []
    for _ in ROWS:
        sites.append(make_proved_site(app, account_of(app, make_person(app))).id)
        advance(app, timedelta(seconds=1))
    advance(app, timedelta(days=8))
    return sites


def _found(_fetcher: object, target: Any, _domain: str) -> ProofCheck:  # noqa: ANN401 - what the job gives
    return ProofCheck(target.token, ProofMethod.WELL_KNOWN_FILE, "")


def _intents(app: Flask) -> Rows:
    return [plan_payment(app, make_checkout(app)) for _ in ROWS]


def _auctions(app: Flask) -> Rows:
    running = [auctions.make_auction(app) for _ in ROWS]
    with app.app_context():
        auctions.wait_until(running[-1], timedelta())
    return [one.auction_id for one in running]


def _awards(app: Flask) -> Rows:
    running, bidder = [auctions.make_auction(app) for _ in ROWS], auctions.make_bidder(app)
    with app.app_context():
        for one in running:
            auctions.bid(one, bidder, 5_000)
        auctions.wait_until(running[-1], timedelta())
        for one in running:
            auctions.close(one)
    return _ids(app, sa.select(Award.id).order_by(Award.id))


def _flights(app: Flask) -> Rows:
    booked = [make_booked_line_item(app, starts_in=1) for _ in ROWS]
    advance(app, timedelta(days=1))
    return [one.line_item_id for one in booked]


def _days(app: Flask) -> Rows:
    sold = [make_sold(app, days=1) for _ in ROWS]
    for one in sold:
        count_day(app, one, days_of(one)[0])
    pass_day(app, sold[0], days_of(sold[0])[0])
    follow_flights(app)
    return [one.line_item_id for one in sold]


def _publishers(app: Flask) -> Rows:
    people = [make_person(app) for _ in ROWS]
    for person in people:
        tell_bank_and_tax(app, person)
    advance(app, timedelta(days=7))
    return [account_of(app, person) for person in people]


def _paid(app: Flask) -> Rows:
    return [make_paid_order(app).order_id for _ in ROWS]


def _checkouts(app: Flask) -> Rows:
    orders = [make_checkout(app).order_id for _ in ROWS]
    advance(app, timedelta(hours=1))
    return orders


def _reviews(app: Flask) -> Rows:
    sent = [make_creative(app, make_booked_line_item(app)).public_id for _ in ROWS]
    advance(app, timedelta(hours=48))
    return sent


def _reminders(app: Flask) -> Rows:
    return [make_booked_line_item(app, starts_in=1).line_item_id for _ in ROWS]


def _ids(app: Flask, query: sa.Select[int]) -> Rows:
    with app.app_context():
        found = list(db.session.scalars(query))
        db.session.remove()
    return found


def _parts(_app: Flask) -> Rows:
    return [part.value for part in BookSection][: len(ROWS)]


def _kinds(_app: Flask) -> Rows:
    return list(purge.STEPS)[: len(ROWS)]


DUE_WORK: Mapping[str, DueWork] = {
    deliver_events.JOB: DueWork(
        module=deliver_events,
        verb="tell",
        make=_events,
        about=lambda delivery, **_: [delivery.event_id],
        small={"EVENTS_A_RUN_MAX": 2},
    ),
    refresh_catalogue.JOB: DueWork(
        module=refresh_catalogue,
        verb="follow_events",
        make=_changes,
        about=lambda event_ids, **_: event_ids,
        small={"EVENTS_A_STEP_MAX": 2, "STEPS_A_RUN_MAX": 1},
    ),
    send_mail.JOB: DueWork(
        module=send_mail,
        verb="claim_mail",
        make=_mails,
        small={"MAILS_A_RUN_MAX": 2},
    ),
    free_holds.JOB: DueWork(module=free_holds, verb="free_expired_claim", make=_holds, small={"HOLDS_A_RUN_MAX": 2}),
    check_sites.JOB: DueWork(
        module=check_sites,
        verb="look_for_proof",
        make=_sites,
        about=lambda _fetcher, target, _domain: [target.site_id],
        small={"SITES_A_RUN_MAX": 2},
        stands_in=_found,
    ),
    settle_intents.JOB: DueWork(
        module=settle_intents, verb="claim_intent", make=_intents, small={"INTENTS_A_RUN_MAX": 2}
    ),
    close_auctions.JOB: DueWork(
        module=close_auctions, verb="close_auction", make=_auctions, small={"AUCTIONS_A_RUN_MAX": 2}
    ),
    follow_awards.JOB: DueWork(module=follow_awards, verb="follow_award", make=_awards, small={"AWARDS_A_STEP": 2}),
    run_flights.JOB: DueWork(module=run_flights, verb="follow_flight", make=_flights, small={"FLIGHTS_A_RUN_MAX": 2}),
    settle_days.JOB: DueWork(module=settle_days, verb="settle_next_day", make=_days, small={"LINE_ITEMS_A_RUN_MAX": 2}),
    make_payouts.JOB: DueWork(module=make_payouts, verb="set_payout_aside", make=_publishers),
    issue_invoices.JOB: DueWork(
        module=issue_invoices, verb="issue_invoice", make=_paid, small={"INVOICES_A_RUN_MAX": 2}
    ),
    end_checkouts.JOB: DueWork(
        module=end_checkouts, verb="end_abandoned_checkout", make=_checkouts, small={"CHECKOUTS_A_RUN_MAX": 2}
    ),
    answer_creatives.JOB: DueWork(
        module=answer_creatives, verb="answer_for_silence", make=_reviews, small={"REVIEWS_A_RUN_MAX": 2}
    ),
    remind_creatives.JOB: DueWork(
        module=remind_creatives, verb="remind_buyer", make=_reminders, small={"FLIGHTS_A_RUN_MAX": 2}
    ),
    purge.JOB: DueWork(module=purge, verb="_delete", make=_kinds),
    verify_books.JOB: DueWork(
        module=verify_books, verb="differences_in", make=_parts, about=lambda part, _currency, **_: [part.value]
    ),
}
