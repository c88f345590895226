"""Where every GET endpoint is found: addresses for the crawl, in each state that looks different."""

from dataclasses import dataclass

from app.domain.accounts.rules import POLICIES
from app.domain.accounts.states import PolicyKind

OK = 200
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Place:
    """An address with names of the stage in it, and the status it answers with to those who may open it.

    A sandboxed page lets no script run, axe neither: what it says is looked at on a blank page.
    """

    address: str
    status: int = OK
    is_sandboxed: bool = False
    owners: tuple[str, ...] = ()
    """The roles that find it; everybody else gets 404. Empty: all who may open the endpoint."""


@dataclass(frozen=True, slots=True)
class NoPage:
    """An address that answers with a file or words for machines, and somebody who gets it."""

    address: str
    role: str = "visitor"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A form sent with something wrong in it: whose, where, what is typed, and the button pressed."""

    role: str
    address: str
    button: str
    typed: dict[str, str]


def _places(*addresses: str) -> tuple[Place, ...]:
    return tuple(Place(address) for address in addresses)


def _own(owner: str, *addresses: str) -> tuple[Place, ...]:
    return tuple(Place(address, owners=(owner,)) for address in addresses)


def _deal(*addresses: str) -> tuple[Place, ...]:
    return tuple(Place(address, owners=("talker", "member")) for address in addresses)


RESULTS = "/selling/sockets/{running_socket_id}/results"


# A new endpoint needs a line here; the crawl fails without one.
PLACES: dict[str, tuple[Place, ...]] = {
    "browsing.home": (Place("/"), Place("/nothing-here", NOT_FOUND)),
    "browsing.person": (
        Place("/people/{member_slug}"),
        Place("/people/{talker_slug}"),
        Place("/people/{newcomer_slug}"),
        Place("/people/nobody", NOT_FOUND),
    ),
    "browsing.sockets": _places(
        "/sockets", "/sockets?q=nothing-is-called-so", "/sockets?way=auction&sort=ending", "/sockets?price_max=abc"
    ),
    "browsing.click": (Place("/c/{ad_token}", NOT_FOUND),),
    "browsing.creative": (Place(f"/creatives/{'0' * 64}.png", NOT_FOUND),),
    "browsing.socket": (
        Place("/sockets/{socket_slug}"),
        Place("/sockets/{running_slug}"),
        Place("/sockets/nothing", NOT_FOUND),
    ),
    "browsing.site": (Place("/sites/{site_slug}"), Place("/sites/nothing", NOT_FOUND)),
    "bidding.auction": (
        Place("/auctions/{auction}"),
        Place("/auctions/{quiet_auction}"),
        Place("/auctions/{sold_auction}"),
        Place("/auctions/nothing", NOT_FOUND),
    ),
    "bidding.my_bids": _places("/account/bids"),
    "bidding.bid": _own("talker", "/bids/{bid}"),
    "bidding.award": _own("talker", "/awards/{award}"),
    "bidding.new_auction": _own("member", "/selling/sockets/{socket_id}/auctions/new"),
    "bidding.own_auctions": _places("/selling/auctions"),
    "bidding.own_auction": _own("member", "/selling/auctions/{auction}", "/selling/auctions/{sold_auction}"),
    "bidding.terms": _own("member", "/selling/auctions/{quiet_auction}/terms"),
    "bidding.blocked_bidders": _places("/selling/blocked-bidders"),
    "selling.home": _places("/selling"),
    "selling.new_site": _places("/selling/sites/new"),
    "selling.site": _own("member", "/selling/sites/{site_id}"),
    "selling.site_details": _own("member", "/selling/sites/{site_id}/details"),
    "selling.new_socket": _own("member", "/selling/sites/{site_id}/sockets/new"),
    "selling.socket": _own("member", "/selling/sockets/{socket_id}"),
    "selling.socket_details": _own("member", "/selling/sockets/{socket_id}/details"),
    "selling.calendar": _own("member", "/selling/sockets/{socket_id}/calendar"),
    "selling.rate_card": _own("member", "/selling/sockets/{socket_id}/rate-card"),
    "selling.tag": _own(
        "member", "/selling/sockets/{running_socket_id}/tag", "/selling/sockets/{settled_socket_id}/tag"
    ),
    "selling.results": _own(
        "member",
        RESULTS,
        f"{RESULTS}?line_item={{running_booking}}",
        f"{RESULTS}?day={{today}}",
        "/selling/sockets/{settled_socket_id}/results?line_item={settled_booking}",
        "/selling/sockets/{house_socket_id}/results",
    ),
    "selling.creatives": _places("/selling/creatives"),
    "selling.answered_creatives": _places("/selling/creatives/answered"),
    "selling.creative": _own(
        "member",
        "/selling/creatives/{waiting_review}",
        "/selling/creatives/{wide_review}",
        "/selling/creatives/{replacing_review}",
        "/selling/creatives/{changing_review}",
        "/selling/creatives/{refused_review}",
    ),
    "selling.house_ad": _own(
        "member", "/selling/sockets/{house_socket_id}/house-ad", "/selling/sockets/{socket_id}/house-ad"
    ),
    "campaigns.home": _places("/campaigns"),
    "campaigns.line_item": _deal(
        *(f"/campaigns/{{{state}_booking}}" for state in ("running", "paused", "settled", "empty", "waiting", "wide")),
        *(f"/campaigns/{{{state}_booking}}" for state in ("changing", "refused", "declined")),
    ),
    "campaigns.results": _own(
        "talker",
        "/campaigns/{running_booking}/results",
        "/campaigns/{running_booking}/results?day={today}",
        "/campaigns/{settled_booking}/results",
        "/campaigns/{empty_booking}/results",
    ),
    "checkout.new": _places(
        "/checkout/new?listing={listing_id}",
        "/checkout/new?listing={listing_id}&starts_on={first_day}&ends_on={last_day}",
    ),
    "checkout.pay": _own("talker", "/checkout/{checkout}"),
    "checkout.orders": _places("/orders"),
    "checkout.order": _deal("/orders/{order}", "/orders/{running_order}", "/orders/{settled_order}"),
    "checkout.invoice": _own("talker", "/orders/{order}/invoice", "/orders/{settled_order}/invoice"),
    "account.earnings": _places("/account/earnings"),
    "account.statement": _places("/account/earnings/statement", "/account/earnings/statement?month=2026-01"),
    "account.earnings_entry": _own("member", "/account/earnings/entries/{earnings_entry}"),
    "account.payout": _places("/account/payouts/account"),
    "account.tax": _places("/account/payouts/tax"),
    "account.credit": _places("/account/credit"),
    "account.credit_entry": _own("talker", "/account/credit/entries/{credit_entry}"),
    "account.cards": _places("/account/cards"),
    "account.new_card": _places("/account/cards/new"),
    "signup.sign_up": _places("/sign-up"),
    "signup.check_mail": _places("/sign-up/check-mail"),
    "signup.confirm": _places("/confirm/{confirm_token}", "/confirm/no-such-link"),
    "signup.sign_in": _places("/sign-in"),
    "signup.forgot_password": _places("/reset-password"),
    "signup.reset_sent": _places("/reset-password/sent"),
    "signup.reset_password": _places("/reset-password/{reset_token}", "/reset-password/no-such-link"),
    "signup.resend_confirmation": _places("/confirmation"),
    "account.overview": _places("/account"),
    "account.profile": _places("/account/profile"),
    "account.address": _places("/account/address"),
    "account.public_profile": _places("/account/public-profile"),
    "account.security": _places("/account/security"),
    "account.password": _places("/account/password"),
    "account.email": _places("/account/email"),
    "account.email_sent": _places("/account/email/sent"),
    "account.confirm_email_change": _places(
        "/account/email/confirm/{change_token}", "/account/email/confirm/no-such-link"
    ),
    "account.sessions": _places("/account/sessions"),
    "notification_settings.inbox": _places("/notices", "/notices?page=2", "/notices?page=99"),
    "notification_settings.preferences": _places("/account/notifications"),
    "notification_settings.unsubscribe_page": (
        Place("/unsubscribe/{unsubscribe_token}"),
        Place("/unsubscribe/no-such-link", NOT_FOUND),
    ),
    "legal.terms": _places("/terms"),
    "legal.terms_version": _places(*(f"/terms/{one.version}" for one in POLICIES[PolicyKind.TERMS])),
    "legal.privacy": _places("/privacy"),
    "legal.privacy_version": _places(*(f"/privacy/{one.version}" for one in POLICIES[PolicyKind.PRIVACY])),
    "legal.contact": _places("/contact"),
    "legal.accept": _places("/agreement"),
    "admin.home": _places("/staff"),
    "admin.people": _places("/staff/people", "/staff/people?page=2"),
    "admin.search": _places("/staff/search", "/staff/search?q=nothing-is-called-so"),
    "admin.sites": _places("/staff/sites"),
    "admin.site": (Place("/staff/sites/{site_id}"), Place("/staff/sites/4711", NOT_FOUND)),
    "admin.auctions": _places("/staff/auctions"),
    "admin.auction": (Place("/staff/auctions/{auction}"), Place("/staff/auctions/nothing", NOT_FOUND)),
    "admin.orders": _places("/staff/orders"),
    "admin.order": (Place("/staff/orders/{order}"), Place("/staff/orders/nothing", NOT_FOUND)),
    "admin.line_item": (
        *_places(*(f"/staff/line-items/{{{state}_booking}}" for state in ("running", "settled", "declined"))),
        Place("/staff/line-items/nothing", NOT_FOUND),
    ),
    "admin.line_item_money": (
        *_places(*(f"/staff/line-items/{{{state}_booking}}/money" for state in ("running", "settled"))),
        Place("/staff/line-items/nothing/money", NOT_FOUND),
    ),
    "admin.account": _places("/staff/accounts/1"),
    "admin.strikes": _places("/staff/strikes"),
    "admin.payments": _places("/staff/payments"),
    "admin.payouts": _places("/staff/payouts"),
    "admin.payout_file": (
        *_places(*(f"/staff/payouts/files/{{{whose}_file}}" for whose in ("own", "open", "paid"))),
        Place("/staff/payouts/files/nothing", NOT_FOUND),
    ),
    "admin.payout": (
        *_places("/staff/payouts/{paid_payout}", "/staff/payouts/{due_payout}"),
        Place("/staff/payouts/nothing", NOT_FOUND),
    ),
    "admin.ledger": _places("/staff/ledger", "/staff/ledger?verify=1"),
    "admin.books": _places("/staff/books"),
    "admin.jobs": _places("/staff/jobs"),
    "admin.failed_work": _places("/staff/failed-work"),
    "admin.outbox": _places("/staff/outbox", "/staff/outbox?page=2"),
    "admin.mail": _places("/staff/mail", "/staff/mail?page=2"),
    "admin.audit": _places("/staff/audit", "/staff/audit?page=2", "/staff/audit?verify=1"),
    "local.mailbox": _places("/local/mailbox", "/local/mailbox?page=2"),
    "local.mail": (Place("/local/mailbox/{mail}"), Place("/local/mailbox/nothing", NOT_FOUND)),
    "local.mail_html": (Place("/local/mailbox/{mail}/html", is_sandboxed=True),),
    "local.styleguide": _places("/styleguide"),
    "local.clock": _places("/local/clock"),
}

NO_PAGES: dict[str, NoPage] = {
    "bidding.auction_state": NoPage("/auctions/{auction}/state"),
    "bidding.transcript": NoPage("/auctions/{sold_auction}/transcript"),
    "selling.tag_state": NoPage("/selling/sockets/{running_socket_id}/tag/state", "member"),
    "selling.results_chart": NoPage("/selling/sockets/{running_socket_id}/results/chart.svg", "member"),
    "selling.results_file": NoPage("/selling/sockets/{running_socket_id}/results/results.csv", "member"),
    "selling.house_ad_picture": NoPage("/selling/sockets/{house_socket_id}/house-ad/picture", "member"),
    "selling.house_ad_still": NoPage("/selling/sockets/{house_socket_id}/house-ad/picture/still", "member"),
    "campaigns.picture": NoPage("/campaigns/pictures/{waiting_review}", "member"),
    "campaigns.still": NoPage("/campaigns/pictures/{moving_review}/still", "talker"),
    "campaigns.upload": NoPage("/campaigns/uploads/{upload}", "talker"),
    "campaigns.results_chart": NoPage("/campaigns/{running_booking}/results/chart.svg", "talker"),
    "campaigns.results_file": NoPage("/campaigns/{running_booking}/results/results.csv", "talker"),
    "admin.review_picture": NoPage("/staff/reviews/{waiting_review}/picture", "staff"),
    "account.statement_file": NoPage("/account/earnings/statement/statement.csv", "member"),
    "account.credit_file": NoPage("/account/credit/statement.csv", "talker"),
    "static": NoPage("/static/css/base.css"),
    "bootstrap.static": NoPage("/bootstrap/static/css/bootstrap.min.css"),
    "health.healthz": NoPage("/healthz"),
    "health.readyz": NoPage("/readyz"),
}

LONG_WORD = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz" * 2
MISTAKES = (
    Mistake("visitor", "/sign-up", "Open my account", {}),
    Mistake(
        "visitor",
        "/sign-up",
        "Open my account",
        {"First name": LONG_WORD, "E-mail address": LONG_WORD, "Password": "password", "Country": "Brazil"},
    ),
    Mistake("visitor", "/sign-in", "Sign in", {}),
    Mistake("visitor", "/sign-in", "Sign in", {"E-mail address": "nobody@example.com", "Password": "not this one"}),
    Mistake("visitor", "/reset-password", "Mail me the link", {"E-mail address": LONG_WORD}),
    Mistake("visitor", "/reset-password/{reset_token}", "Set the new password", {"New password": "short"}),
    Mistake("visitor", "/local/clock", "Move the clock forward", {"How many": "-1"}),
    Mistake("talker", "/account/profile", "Save the profile", {"First name": "", "Display name": "x", "Website": "x"}),
    Mistake("talker", "/account/address", "Save the address", {"Street and house number": "", "Postal code": "x"}),
    Mistake("talker", "/account/password", "Change the password", {}),
    Mistake("talker", "/account/email", "Mail a link to the new address", {"New e-mail address": LONG_WORD}),
    Mistake(
        "talker", "/campaigns/{empty_booking}", "Send the ad", {"Landing page": "ftp://x", "What the ad is for": "x"}
    ),
    Mistake("member", "/selling/sites/new", "Add the site", {}),
    Mistake("member", "/selling/sockets/{socket_id}/house-ad", "Put up the ad", {}),
    Mistake("member", "/selling/creatives/{waiting_review}", "Refuse the ad", {}),
    Mistake("member", "/selling/creatives/{waiting_review}", "Ask for this change", {}),
    Mistake("member", "/account/payouts/account", "Keep this account", {"Routing number": "1", "IBAN": LONG_WORD[:40]}),
    Mistake("member", "/account/payouts/tax", "Certify and keep", {"Legal name": "", "Tax number": "1"}),
    Mistake("undecided", "/agreement", "Agree and go on", {}),
)
