"""Every address of the app with an example of each part, so that walks cover what is added later."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from app.domain.accounts.models import Account, Membership, UserSession
from app.domain.accounts.queries import published_policies
from app.domain.accounts.service.links import make_link
from app.domain.accounts.states import LinkPurpose
from app.domain.events.kinds.accounts import PasswordChanged
from app.domain.inventory.models import Site, Socket
from app.domain.notifications.models import Notification
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.signing import Purpose
from tests.factories.accounts import Person
from tests.factories.inventory import make_offer
from tests.support.ad_tokens import ad_token
from tests.support.mail_jobs import post, record
from tests.support.surface_market import MarketExamples

FILES = {
    "static": "css/base.css",
    "bootstrap.static": "css/bootstrap.min.css",
    "browsing.creative": f"{'0' * 64}.png",
}
LINKS = {
    "signup.confirm": LinkPurpose.CONFIRM_EMAIL,
    "signup.confirm_address": LinkPurpose.CONFIRM_EMAIL,
    "signup.reset_password": LinkPurpose.RESET_PASSWORD,
    "signup.set_password": LinkPurpose.RESET_PASSWORD,
    "account.confirm_email_change": LinkPurpose.CHANGE_EMAIL,
    "account.save_confirmed_email": LinkPurpose.CHANGE_EMAIL,
}
UNSUBSCRIBES = frozenset({"notification_settings.unsubscribe", "notification_settings.unsubscribe_page"})
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Spot:
    """One endpoint under one method, at a working address."""

    endpoint: str
    method: str
    path: str


@dataclass(frozen=True)
class Examples:
    """What the parts of addresses can be, all belonging to one person."""

    user_id: int
    slug: str
    session_id: int
    notice_id: int
    version: str
    site_id: int
    socket_id: int
    socket_slug: str
    site_slug: str
    links: dict[LinkPurpose, str]
    unsubscribe: str
    ad_token: str
    market: MarketExamples | None = None

    def part(self, rule: Rule, name: str) -> str | int:
        """An example of one part; of one that nobody has described here, something of the right kind."""
        endpoint = rule.endpoint
        if self.market is not None and name in self.market.numbers:
            return self.market.numbers[name]
        if self.market is not None and name == "public_id":
            return self.market.public_ids.get(rule.rule.partition("/<")[0], "made-up")
        only_part = FILES | {"browsing.click": self.ad_token}
        if endpoint in only_part:
            return only_part[endpoint]
        if name == "slug":
            return {"browsing.socket": self.socket_slug, "browsing.site": self.site_slug}.get(endpoint, self.slug)
        if name == "token":
            link = self.links[LINKS[endpoint]] if endpoint in LINKS else "made-up"
            return self.unsubscribe if endpoint in UNSUBSCRIBES else link
        return getattr(self, name, 1 if name.endswith("_id") else "made-up")


def make_examples(app: Flask, person: Person, market: MarketExamples | None = None) -> Examples:
    """A person's session, notice, links and site; the person must have signed in, after the market was made."""
    record(app, PasswordChanged(user_id=person.user_id))
    post(app)
    offer = market.offer if market else make_offer(app, person)
    signer = app.extensions["isocket_signer"]
    with app.app_context():
        public_ids = {purpose: _link(person, purpose) for purpose in LinkPurpose}
        owned = sa.select(Account.slug).join(Membership, Membership.account_id == Account.id)
        return Examples(
            user_id=person.user_id,
            slug=db.session.scalars(owned.where(Membership.user_id == person.user_id)).one(),
            session_id=_first(UserSession.id, UserSession.user_id == person.user_id),
            notice_id=_first(Notification.id, Notification.user_id == person.user_id),
            site_id=offer.site_id,
            socket_id=offer.socket_id,
            socket_slug=db.session.get_one(Socket, offer.socket_id).slug,
            site_slug=db.session.get_one(Site, offer.site_id).slug,
            version=published_policies()[-1].version,
            links={purpose: signer.sign(Purpose.EMAIL_LINK, name) for purpose, name in public_ids.items()},
            unsubscribe=signer.sign(Purpose.UNSUBSCRIBE, [person.user_id, "new_sign_in"]),
            ad_token=ad_token(app),
            market=market,
        )


def spots(app: Flask, examples: Examples, *, changing: bool) -> list[Spot]:
    """Every endpoint that changes something, or every one that does not; some of them in more than one state."""
    adapter = app.url_map.bind("localhost")
    more = examples.market.more_pages if examples.market and not changing else ()
    return [Spot(endpoint, "GET", path) for endpoint, path in more] + [
        Spot(rule.endpoint, method, adapter.build(rule.endpoint, _parts(rule, examples), method=method))
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if (method in CHANGING) is changing
    ]


def _parts(rule: Rule, examples: Examples) -> dict[str, str | int]:
    return {name: examples.part(rule, name) for name in rule.arguments}


def _link(person: Person, purpose: LinkPurpose) -> str:
    def work() -> str:
        return make_link(purpose, user_id=person.user_id, email=f"new-{person.email}", now=database_now()).public_id

    return in_transaction(work)


def _first(column: "sa.orm.InstrumentedAttribute[int]", condition: sa.ColumnElement[bool]) -> int:
    found = db.session.scalars(sa.select(column).where(condition).order_by(column)).first()
    assert found is not None
    return found
