"""Who may open what: every role against every address, and what holds when somebody forgot to say."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.accounts.models import PolicyAcceptance, StaffGrant
from app.foundation import access
from app.foundation.access import Permission, StaffRole
from app.foundation.db import db, in_transaction
from app.foundation.identifiers import new_public_id
from tests.factories.accounts import Person, make_person
from tests.support.raw_browser import RawBrowser
from tests.support.surface import Spot, make_examples, spots

VISITOR, UNCONFIRMED, CONFIRMED = "visitor", "unconfirmed", "confirmed"
SUPPORT, REVIEW, FINANCE, ADMIN = (role.value for role in StaffRole)
STAFF = frozenset({SUPPORT, REVIEW, FINANCE, ADMIN})
PEOPLE = STAFF | {UNCONFIRMED, CONFIRMED}
EVERYBODY = PEOPLE | {VISITOR}

# Written by hand, not read from the app: an address that is missing here, or a role too many, fails.
PUBLIC = """
    bidding.auction bidding.auction_state bidding.transcript bootstrap.static browsing.click browsing.creative
    browsing.home browsing.person browsing.site browsing.socket browsing.sockets health.healthz health.readyz
    legal.contact legal.privacy legal.privacy_version legal.terms legal.terms_version local.advance_clock local.clock
    local.mail local.mail_html local.mailbox local.send_sample local.styleguide notification_settings.unsubscribe
    notification_settings.unsubscribe_page signup.ask_reset signup.check_mail signup.confirm signup.confirm_address
    signup.create_account signup.forget_email signup.forgot_password signup.reset_password signup.reset_sent
    signup.set_password signup.sign_in signup.sign_up signup.start_session static
"""
SIGNED_IN = """
    account.address account.cards account.confirm_email_change account.credit account.credit_entry
    account.credit_file account.earnings account.earnings_entry account.statement account.statement_file account.email
    account.email_sent account.end_all
    account.end_one account.overview account.password account.profile account.public_profile account.save_address
    account.save_confirmed_email account.save_email account.save_password account.save_profile account.security
    campaigns.ask_refund campaigns.home campaigns.line_item campaigns.pause campaigns.picture campaigns.results
    campaigns.results_chart campaigns.results_file campaigns.resume campaigns.still campaigns.upload
    account.sessions bidding.award bidding.bid bidding.decline bidding.my_bids bidding.withdraw checkout.invoice
    checkout.order checkout.orders legal.accept notification_settings.inbox notification_settings.preferences
    notification_settings.read_all notification_settings.read_one notification_settings.save_preferences
    signup.resend_confirmation signup.send_confirmation signup.sign_out
"""
CONFIRMED_ONLY = """
    account.payout account.save_payout_account account.save_tax_profile account.tax campaigns.send_creative
    selling.results selling.results_chart selling.results_file selling.tag selling.tag_state
    account.add_card account.new_card account.remove account.save_public_profile account.set_default bidding.accept
    bidding.amend bidding.bid_on bidding.block bidding.blocked_bidders bidding.buy_now bidding.cancel
    bidding.new_auction bidding.offer bidding.own_auction bidding.own_auctions bidding.start_auction bidding.terms
    bidding.unblock checkout.abandon checkout.hold checkout.make_payment checkout.new checkout.pay
    selling.add_figure selling.add_site selling.add_socket selling.black_out selling.calendar selling.check_proof
    selling.answered_creatives selling.approve selling.ask_change selling.creative selling.creatives
    selling.house_ad selling.house_ad_picture selling.house_ad_still selling.put_up selling.refuse
    selling.save_fallback selling.take_down
    selling.close_socket selling.home selling.lift_blackout selling.new_site selling.new_socket selling.rate_card
    selling.remove_figure selling.reopen_socket selling.save_rate_card selling.save_site selling.save_socket
    selling.site selling.site_details selling.socket selling.socket_details selling.withdraw_rate_card
"""
BY_ROLE = {
    "admin.home": STAFF,
    "admin.people": {SUPPORT, REVIEW, ADMIN},
    "admin.jobs": {SUPPORT, ADMIN},
    "admin.failed_work": {SUPPORT, ADMIN},
    "admin.outbox": {SUPPORT, ADMIN},
    "admin.mail": {SUPPORT, ADMIN},
    "admin.audit": {ADMIN},
    "admin.search": STAFF,
    "admin.sites": STAFF,
    "admin.site": STAFF,
    "admin.auctions": STAFF,
    "admin.auction": STAFF,
    "admin.orders": STAFF,
    "admin.order": STAFF,
    "admin.account": STAFF,
    "admin.line_item": STAFF,
    "admin.line_item_money": {FINANCE, ADMIN},
    "admin.review_picture": STAFF,
    "admin.strikes": STAFF,
    "admin.payments": {FINANCE, ADMIN},
    "admin.ledger": {FINANCE, ADMIN},
    "admin.books": {FINANCE, ADMIN},
    "admin.pardon": {SUPPORT, ADMIN},
    "admin.payouts": {FINANCE, ADMIN},
    "admin.payout": {FINANCE, ADMIN},
    "admin.payout_file": {FINANCE, ADMIN},
    "admin.download_payout_file": {FINANCE},
    "admin.make_payout_file": {FINANCE},
    "admin.mark_payout_file_paid": {FINANCE},
    "admin.take_back": {FINANCE},
}
MAY_OPEN: dict[str, frozenset[str]] = {
    **dict.fromkeys(PUBLIC.split(), EVERYBODY),
    **dict.fromkeys(SIGNED_IN.split(), PEOPLE),
    **dict.fromkeys(CONFIRMED_ONLY.split(), PEOPLE - {UNCONFIRMED}),
    **{endpoint: frozenset(roles) for endpoint, roles in BY_ROLE.items()},
}
BEFORE_AGREEMENT = frozenset({"legal.accept", "signup.sign_out"})
OPENED = "the view was reached"


@dataclass(frozen=True)
class House:
    """A browser for every role with its form token, and every address there is; no view does anything any more."""

    app: Flask
    browsers: dict[str, RawBrowser]
    tokens: dict[str, str]
    spots: list[Spot]
    people: dict[str, Person]


@pytest.fixture
def house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> House:
    people = {
        UNCONFIRMED: make_person(app, is_confirmed=False),
        CONFIRMED: make_person(app),
        **{role.value: make_person(app, roles=(role,)) for role in StaffRole},
    }
    browsers = {VISITOR: RawBrowser(app), **{role: RawBrowser(app).sign_in(one) for role, one in people.items()}}
    tokens = {role: browser.token() for role, browser in browsers.items()}
    examples = make_examples(app, people[CONFIRMED])
    everywhere = [*spots(app, examples, changing=False), *spots(app, examples, changing=True)]
    for endpoint in app.view_functions:
        stand_in_for(app, endpoint, monkeypatch)
    return House(app=app, browsers=browsers, tokens=tokens, spots=everywhere, people=people)


def stand_in_for(app: Flask, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that answers one sentence and does nothing, so that only the guards before it decide."""
    view = app.view_functions[endpoint]

    def stand_in(**_parts: object) -> str:
        return OPENED

    if hasattr(view, "access_declared"):
        stand_in.access_declared = view.access_declared  # type: ignore[attr-defined]  # the mark of the real view
    monkeypatch.setitem(app.view_functions, endpoint, stand_in)


def asked(browser: RawBrowser, spot: Spot, token: str) -> str:
    """What became of one request, in a word."""
    fields = {"csrf_token": token, "request_key": new_public_id()} if spot.method == "POST" else {}
    answer = browser.post(spot.path, fields, method=spot.method)
    if answer.status_code == 200 and answer.text == OPENED:
        return "opened"
    location = answer.location or ""
    if answer.status_code == 303 and location.startswith("/sign-in?next=") and spot.method == "GET":
        return "asked to sign in"
    if answer.status_code == 303 and location.startswith("/agreement?next="):
        return "asked to agree"
    words = {401: "asked to sign in", 403: "refused"}
    return words.get(answer.status_code, f"answered {answer.status_code}")


def expected(role: str, spot: Spot) -> str:
    if role in MAY_OPEN[spot.endpoint]:
        return "opened"
    return "asked to sign in" if role == VISITOR else "refused"


def outcomes(house: House, role: str) -> dict[Spot, str]:
    return {spot: asked(house.browsers[role], spot, house.tokens[role]) for spot in house.spots}


def test_every_role_opens_exactly_what_the_table_says(house: House) -> None:
    undecided = {rule.endpoint for rule in house.app.url_map.iter_rules()} ^ MAY_OPEN.keys()
    assert undecided == set(), "say in this file who may open it"
    wrong = [
        (role, spot, outcome)
        for role in house.browsers
        for spot, outcome in outcomes(house, role).items()
        if outcome != expected(role, spot)
    ]
    assert wrong == []


def test_who_has_not_agreed_yet_reaches_only_the_agreement_and_the_way_out(house: House) -> None:
    with house.app.app_context():
        in_transaction(lambda: db.session.execute(sa.delete(PolicyAcceptance)))
    for role in (CONFIRMED, ADMIN):
        for spot, outcome in outcomes(house, role).items():
            is_open = spot.endpoint in PUBLIC.split() or spot.endpoint in BEFORE_AGREEMENT
            assert outcome == ("opened" if is_open else "asked to agree"), (role, spot)


def test_a_view_that_does_not_say_who_may_open_it_is_open_to_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undeclared() -> str:
        return OPENED

    for endpoint in ("browsing.home", "account.security", "admin.home"):
        monkeypatch.setitem(house.app.view_functions, endpoint, undeclared)
    for browser in house.browsers.values():
        for path in ("/", "/account/security", "/staff"):
            answer = browser.get(path)
            assert answer.status_code == 500
            assert OPENED not in answer.text


def test_a_guard_that_breaks_lets_nobody_through(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_principal: access.Principal) -> bool:
        message = "the guard itself is broken"
        raise RuntimeError(message)

    monkeypatch.setitem(access.PERMISSIONS, Permission.SEE_STAFF_HOME, (broken,))
    answer = house.browsers[ADMIN].get("/staff")
    assert answer.status_code == 500
    assert OPENED not in answer.text
    assert "broken" not in answer.text


def test_an_unconfirmed_person_is_told_what_is_missing(house: House) -> None:
    fields = {"csrf_token": house.tokens[UNCONFIRMED], "request_key": new_public_id()}
    answer = house.browsers[UNCONFIRMED].post("/account/public-profile", fields)
    assert answer.status_code == 403
    assert "Confirm your e-mail address first" in answer.text


def test_who_loses_a_role_loses_its_pages_with_the_next_request(house: House) -> None:
    admin, user_id = house.browsers[ADMIN], house.people[ADMIN].user_id
    assert admin.get("/staff/audit").text == OPENED
    with house.app.app_context():
        in_transaction(lambda: db.session.execute(sa.delete(StaffGrant).where(StaffGrant.user_id == user_id)))
    for path in ("/staff", "/staff/audit", "/staff/people"):
        assert admin.get(path).status_code == 403
    assert admin.get("/account").text == OPENED


def test_every_permission_has_its_clauses() -> None:
    assert set(access.PERMISSIONS) == set(Permission)
    assert all(access.PERMISSIONS.values())
