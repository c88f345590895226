"""Every address of the app with an example of each part, so that walks cover what is added later."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from app.domain.accounts.models import Account, Membership, UserSession
from app.domain.accounts.queries import published_policies
from app.domain.accounts.service.links import make_link
from app.domain.accounts.states import LinkPurpose
from app.domain.inventory.models import Site, Socket
from app.domain.notifications.models import Notification
from app.domain.outbox.facts import FactKind
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.signing import Purpose
from tests.factories.accounts import Person
from tests.factories.inventory import make_offer
from tests.support.mail_jobs import post, record

FILES = {"static": "css/base.css", "bootstrap.static": "css/bootstrap.min.css"}
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

    def part(self, endpoint: str, name: str) -> str | int:
        """An example of one part; of one that nobody has described here, something of the right kind."""
        if name == "filename":
            return FILES[endpoint]
        if name == "slug":
            return {"browsing.socket": self.socket_slug, "browsing.site": self.site_slug}.get(endpoint, self.slug)
        if name == "token":
            return self.unsubscribe if endpoint in UNSUBSCRIBES else self.links[LINKS[endpoint]]
        return getattr(self, name, 1 if name.endswith("_id") else "made-up")


def make_examples(app: Flask, person: Person) -> Examples:
    """A person's session, notice, links and site; the person must have signed in."""
    record(app, FactKind.PASSWORD_CHANGED, person.user_id)
    post(app)
    offer = make_offer(app, person)
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
        )


def spots(app: Flask, examples: Examples, *, changing: bool) -> list[Spot]:
    """Every endpoint that changes something, or every one that does not."""
    adapter = app.url_map.bind("localhost")
    return [
        Spot(rule.endpoint, method, adapter.build(rule.endpoint, _parts(rule, examples), method=method))
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if (method in CHANGING) is changing
    ]


def _parts(rule: Rule, examples: Examples) -> dict[str, str | int]:
    return {name: examples.part(rule.endpoint, name) for name in rule.arguments}


def _link(person: Person, purpose: LinkPurpose) -> str:
    def work() -> str:
        return make_link(purpose, user_id=person.user_id, email=f"new-{person.email}", now=database_now()).public_id

    return in_transaction(work)


def _first(column: "sa.orm.InstrumentedAttribute[int]", condition: sa.ColumnElement[bool]) -> int:
    found = db.session.scalars(sa.select(column).where(condition).order_by(column)).first()
    assert found is not None
    return found
