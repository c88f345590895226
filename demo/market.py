"""What people of the demo market do: each act is what their page would do, through the same verbs."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask

from app.adapters.braintree.port import CardToStore, GatewayBuyer, GatewayCard, PaymentGateway
from app.domain.accounts.models import Membership, User
from app.domain.accounts.rules import DEMO_DOMAIN, normalized_postal_address
from app.domain.accounts.service.policies import accept_policies
from app.domain.accounts.service.profile import Profile, amend_profile
from app.domain.accounts.service.registration import Registration, confirm_email, register_by_operator, sign_up
from app.domain.accounts.service.staffing import confirm_by_operator, grant_roles
from app.domain.events.kinds.accounts import SignedUp
from app.domain.events.models import Event
from app.domain.inventory.models import Site
from app.domain.inventory.service.sites import (
    ProofCheck,
    SiteDetails,
    add_audience_figure,
    add_site,
    record_proof_check,
)
from app.domain.inventory.service.sockets import SocketDetails, add_socket, choose_fallback, offer_rate_card
from app.domain.inventory.states import Fallback, SiteState
from app.domain.payments.service.asking import CARD_TOKEN
from app.domain.payments.service.cards import VerifiedCard, prepare_card, store_card
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import InvariantBroken
from app.foundation.identifiers import new_public_id
from config import Config
from demo.clockwork import committed, found
from demo.people import Card, PersonWords
from demo.sites import SITES, Figure, SiteWords
from demo.sockets import SocketWords

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who has signed up: the person and their account."""

    user_id: int
    account_id: int
    email: str


@dataclass(frozen=True, slots=True)
class StandingSocket:
    """A socket on the market."""

    id: int
    slug: str
    words: SocketWords
    owner: Member
    zone: ZoneInfo
    site_domain: str
    listing_id: int | None = None


@dataclass(slots=True)
class Market:
    """The demo market as it grows, by the keys of its words."""

    app: Flask
    front_address: str
    last_moment: datetime
    """The real time at which the demo ends."""
    password_hash: str
    members: dict[str, Member] = field(default_factory=dict)
    sockets: dict[str, StandingSocket] = field(default_factory=dict)

    @property
    def config(self) -> Config:
        """The settings."""
        config: Config = self.app.config["ISOCKET"]
        return config

    def local_day(self, socket: StandingSocket, days: int) -> date:
        """The site's local day so many days after the demo's last (before, when negative)."""
        return self.last_moment.astimezone(socket.zone).date() + timedelta(days=days)


def open_account(market: Market, words: PersonWords) -> None:
    """Signs somebody up, confirms the address by the mailed link, fills in the profile, stores a card."""
    registration = Registration(
        first_name=words.first_name,
        last_name=words.last_name,
        email=words.email,
        password_hash=market.password_hash,
        address=normalized_postal_address(words.address),
        wants_marketing=False,
        client_address=LOOPBACK,
    )
    if words.roles:
        user_id = committed(lambda: _staffed(registration, words))
    else:
        user_id = committed(lambda: _signed_up(registration))
        link = found(lambda: _mailed_link(user_id))
        committed(lambda: confirm_email(link, now=database_now()))
    account_id = found(
        lambda: db.session.scalars(sa.select(Membership.account_id).where(Membership.user_id == user_id)).one()
    )
    profile = Profile(
        first_name=words.first_name,
        last_name=words.last_name,
        display_name=words.display_name,
        company_name=words.company_name,
        about=words.about,
        website="",
        phone="",
        time_zone=words.time_zone,
    )
    committed(lambda: amend_profile(user_id, account_id, profile))
    market.members[words.key] = Member(user_id, account_id, words.email)
    if words.card is not None:
        keep_card(market, words.key, words.card)


def keep_card(market: Market, key: str, card: Card) -> None:
    """Stores a test card, verified by the local gateway."""
    member = market.members[key]
    gateway: PaymentGateway = market.app.extensions["isocket_gateway"]
    reference = committed(lambda: prepare_card(member.account_id))
    stored = gateway.store_card(CardToStore(f"t-{new_public_id()}", GatewayBuyer(reference, member.email), card.nonce))
    if not isinstance(stored, GatewayCard):
        message = f"The local gateway did not take the card of {key}: {stored}"
        raise InvariantBroken(message)
    sealed = market.app.extensions["isocket_sealer"].seal(CARD_TOKEN, stored.token)
    verified = VerifiedCard(sealed, stored.brand, stored.last_four, stored.expires_month, stored.expires_year)
    committed(lambda: store_card(member.account_id, verified, user_id=member.user_id, now=database_now()))


def add_proved_site(market: Market, words: SiteWords) -> int:
    """Adds a site, notes that its proof was found, and says how many people read it."""
    owner = market.members[words.owner]
    details = SiteDetails(
        name=words.name,
        address=words.address(market.front_address),
        description=words.description,
        category_code=words.category_code,
        language=words.language,
        country_code=words.country_code,
        time_zone=words.time_zone,
    )
    site = committed(lambda: add_site(owner.account_id, details, now=database_now()))
    vouch(site.id, site.proof_token, words)
    for figure in words.figures:
        measured_on = (market.last_moment - timedelta(days=figure.age_days)).date()
        committed(partial(_add_figure, owner.account_id, site.id, figure, measured_on))
    return site.id


def _add_figure(account_id: int, site_id: int, figure: Figure, measured_on: date) -> None:
    said = {"label": figure.label, "source": figure.source}
    add_audience_figure(account_id, site_id, value=figure.value, measured_on=measured_on, **said)


def vouch(site_id: int, token: str, words: SiteWords) -> None:
    """Notes that a look at the site found its proof: nobody's server stands behind these names."""
    check = ProofCheck(token, words.proof, "")
    committed(lambda: record_proof_check(site_id, check, now=database_now()))


def vouch_for_all() -> None:
    """Notes again that the proofs of the demo's sites were found, before their weekly look is due."""
    query = (
        sa.select(Site.id, Site.proof_token, Site.domain)
        .join(Membership, Membership.account_id == Site.account_id)
        .join(User, User.id == Membership.user_id)
        .where(User.email_folded.endswith(f"@{DEMO_DOMAIN}", autoescape=True), Site.state == SiteState.PROVED)
    )
    words = {site.domain: site for site in SITES}
    for site_id, token, domain in found(lambda: db.session.execute(query).all()):
        if domain in words:
            vouch(site_id, token, words[domain])


def add_words(market: Market, site_id: int, words: SocketWords) -> None:
    """Adds a socket and offers it at fixed prices where it has some."""
    site = found(lambda: db.session.get_one(Site, site_id))
    owner = next(member for member in market.members.values() if member.account_id == site.account_id)
    details = _details(words)
    socket = committed(lambda: add_socket(owner.account_id, site_id, details, now=database_now()))
    if words.fallback is not Fallback.OWN:
        committed(lambda: choose_fallback(owner.account_id, socket.id, words.fallback, now=database_now()))
    standing = StandingSocket(socket.id, socket.slug, words, owner, ZoneInfo(site.time_zone), site.domain)
    card = words.card
    if card is not None:
        currency = market.config.currency
        listing = committed(
            lambda: offer_rate_card(owner.account_id, socket.id, card, currency=currency, now=database_now())
        )
        standing = replace(standing, listing_id=listing.id)
    market.sockets[f"{words.site}/{words.key}"] = standing


def _details(words: SocketWords) -> SocketDetails:
    return SocketDetails(
        name=words.name,
        page_hint=words.page_hint,
        position=words.position,
        width_px=words.size[0],
        height_px=words.size[1],
        formats=words.formats,
        places=words.places,
        approval_rule=words.rule,
        approval_hours=words.hours,
        on_silence=words.on_silence,
        taste_rules=words.taste_rules,
        blocked_products=words.blocked,
    )


def _signed_up(registration: Registration) -> int:
    user = sign_up(registration, now=database_now())
    if user is None:
        raise InvariantBroken(registration.email)
    return user.id


def _staffed(registration: Registration, words: PersonWords) -> int:
    now = database_now()
    user = register_by_operator(registration, now=now)
    if user is None:
        raise InvariantBroken(registration.email)
    confirm_by_operator(user.id, now=now)
    grant_roles(user.id, words.roles, now=now)
    accept_policies(user.id, client_address=LOOPBACK, now=now)
    return user.id


def _mailed_link(user_id: int) -> str:
    query = sa.select(Event).where(Event.actor_user_id == user_id, Event.kind == SignedUp.kind)
    return str(db.session.scalars(query).one().payload["link"])
