"""A market with people in it, for tests and pictures that need every page in every state."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.adapters.mail.local_mailbox import LocalMailbox
from app.domain.accounts.models import Account, Membership, PolicyAcceptance
from app.domain.accounts.service.credentials import ask_email_change, ask_password_reset
from app.domain.accounts.service.profile import ContactSwitches, Profile, amend_profile, show_contact_details
from app.domain.accounts.service.sessions import start_session
from app.domain.events.queries import waiting_delivery_count
from app.foundation.access import StaffRole
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.work_failures import note_failure
from config import Config
from tests.factories.accounts import Person, make_person
from tests.support.ad_tokens import ad_token
from tests.support.databases import disconnect
from tests.support.server import LiveServer
from tests.support.stage_delivery import make_past, make_present
from tests.support.stage_market import make_market

DEVICES = 30  # more than one page of notices
CROWD = 26  # more than one page of people
DELIVERY_TIMEOUT_S = 40
LONG_WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"[:80]
LONG_NAME = ("Maria-Magdalena Wilhelmine Friederike " * 3)[:80].strip().ljust(80, "x")

PLAIN = Profile(
    first_name="Ada",
    last_name="Lovelace",
    display_name="Analytical Engine News",
    company_name="Lovelace & Co.",
    about="A weekly letter about computing machines.\nRead by 12,000 engineers, mostly in Europe.",
    website="https://engine.example",
    phone="+1 650 555 0100",
    time_zone="America/Los_Angeles",
)
LONG = Profile(
    first_name=LONG_NAME,
    last_name=LONG_WORD,
    display_name=LONG_WORD,
    company_name=(LONG_WORD * 2)[:120],
    about=(LONG_WORD * 13)[:1000],
    website=("https://example.com/" + LONG_WORD * 4)[:300],
    phone="+1 (650) 555-0100-0100-0100-0100-0100-01",
    time_zone="America/Argentina/ComodRivadavia",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A running server, who has an account on it, and the names that stand in its addresses."""

    server: LiveServer
    people: Mapping[str, Person]
    names: Mapping[str, str]


def set_stage(server: LiveServer) -> Stage:
    """Fills a running server's database through the services, and waits until every mail is sent.

    People: ``newcomer`` has not confirmed the address, ``member`` is somebody usual, ``talker`` has the longest
    names there are, unread notices and many sessions, ``undecided`` has to agree to the policies again,
    ``staff`` holds every staff role.
    """
    settings = {**server.environment, "LOG_LEVEL": "ERROR"}
    app = create_app(Config.from_environment(settings))
    try:
        people = _make_people(app)
        # What is past comes first: it moves the clock, and links and sessions do not live as long.
        past = make_past(app, people)
        with app.app_context():
            _make_history(people)
        market = make_market(app, people)
        present = make_present(app, people)
        return Stage(server=server, people=people, names={**past, **market, **present, **_names(app, people)})
    finally:
        disconnect(app)


def _make_people(app: Flask) -> dict[str, Person]:
    for number in range(CROWD):
        make_person(app, email=f"reader{number}@example.com")
    long_email = f"{'long' * 16}@{'subdomain.' * 6}example.com"
    return {
        "newcomer": make_person(app, email="newcomer@example.com", is_confirmed=False),
        "member": make_person(app, email="ada@example.com", wants_marketing=True),
        "talker": make_person(app, email=long_email),
        "undecided": make_person(app, email="undecided@example.com"),
        "staff": make_person(app, email="grace@example.com", roles=tuple(StaffRole)),
    }


def _make_history(people: Mapping[str, Person]) -> None:
    member, talker = people["member"].user_id, people["talker"].user_id
    _do(lambda: amend_profile(member, _account_id(member), PLAIN))
    _do(lambda: amend_profile(talker, _account_id(talker), LONG))
    everything = ContactSwitches(shows_email=True, shows_phone=True, shows_website=True, shows_location=True)
    _do(lambda: show_contact_details(_account_id(talker), everything))
    for number in range(DEVICES):
        _do(partial(_arrive, talker, number))
    for number in range(3):
        _do(partial(_arrive, member, number))
    _do(lambda: note_failure("issue_invoices", "0", error="InvariantBroken", now=database_now()))
    mine = PolicyAcceptance.user_id == people["undecided"].user_id
    _do(lambda: db.session.execute(sa.delete(PolicyAcceptance).where(mine)))
    _do(lambda: ask_password_reset(people["member"].email, now=database_now()))
    _do(lambda: ask_email_change(member, "ada.lovelace@example.com", now=database_now()))


def _arrive(user_id: int, number: int) -> None:
    agent = f"Mozilla/5.0 (X11; Linux x86_64; rv:{number}.0) Gecko/20100101 Firefox/{number}.0"
    address = f"2001:db8:85a3:{number + 0x1000:x}:2222:8a2e:3370:7334"
    start_session(user_id, client_address=address, user_agent=agent, now=database_now())


def _names(app: Flask, people: Mapping[str, Person]) -> dict[str, str]:
    box = LocalMailbox.of(app.config["ISOCKET"])
    with app.app_context():
        _wait(_all_is_told)
        slugs = {f"{role}_slug": _slug(person.user_id) for role, person in people.items()}
    member = people["member"].email
    return {
        **slugs,
        "ad_token": ad_token(app),
        "confirm_token": mailed_token(box, people["newcomer"].email, "confirm"),
        "reset_token": mailed_token(box, member, "reset-password"),
        "unsubscribe_token": mailed_token(box, people["talker"].email, "unsubscribe"),
        "change_token": mailed_token(box, "ada.lovelace@example.com", "account/email/confirm"),
        "mail": box.names()[0],
    }


def mailed_token(box: LocalMailbox, email: str, place: str) -> str:
    """The end of the newest link of its kind that was mailed to somebody; waits for the mail."""
    found: list[str] = []

    def look() -> bool:
        for name in box.names():
            mail = box.read(name)
            if mail is not None and mail.head.to == email:
                found.extend(re.findall(rf"/{place}/(\S+)", mail.text))
        return bool(found)

    _wait(look)
    return found[0]


def _wait(is_done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DELIVERY_TIMEOUT_S
    while not is_done():
        assert time.monotonic() < deadline, "the jobs of the server did not deliver in time"
        time.sleep(0.2)


def _all_is_told() -> bool:
    db.session.remove()  # each look sees what the jobs did since the last one
    return waiting_delivery_count() == 0


def _do(work: Callable[[], object]) -> None:
    in_transaction(work)


def _account_id(user_id: int) -> int:
    return db.session.scalars(sa.select(Membership.account_id).where(Membership.user_id == user_id)).one()


def _slug(user_id: int) -> str:
    query = sa.select(Account.slug).join(Membership, Membership.account_id == Account.id)
    return db.session.scalars(query.where(Membership.user_id == user_id)).one()
