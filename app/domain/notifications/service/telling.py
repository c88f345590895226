"""Turns a fact into notices and mails to send."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.accounts.models import EmailLink
from app.domain.events.kinds import EventKind
from app.domain.events.models import Event, EventDelivery
from app.domain.events.service import mark_delivered
from app.domain.notifications.models import MailMessage, Notification
from app.domain.notifications.queries import wants
from app.domain.notifications.queries.details import market_details
from app.domain.notifications.rules import KIND_OF_EVENT, KINDS, PAUSE_BETWEEN_MAILS
from app.domain.notifications.service.preferences import ask_for_marketing
from app.domain.notifications.states import Channel, Delivery, MailState, NotificationKind
from app.foundation.db import db
from app.foundation.errors import InvariantBroken
from app.foundation.identifiers import new_public_id

# What of a fact's payload a message may show; links and addresses have columns of their own.
SHOWN = {"browser": "browser", "client_address": "address"}


def tell(delivery: EventDelivery, *, now: datetime) -> None:
    """Turns one fact into a notice and the intent to send a mail, and notes in the same transaction that it did.

    Each person gets a fact once, whoever tells it: the delivery is locked by the caller, marked here,
    and the tables refuse a second notice or mail of the same fact.
    """
    fact = delivery.fact
    if fact.user_id is None:
        message = f"fact {fact.id} of kind {fact.kind} names nobody to tell"
        raise InvariantBroken(message)
    if fact.kind is EventKind.SIGNED_UP and fact.payload.get("wants_marketing") is True:
        ask_for_marketing(fact.user_id, now=now)
    kind = KIND_OF_EVENT[fact.kind]
    if wants(fact.user_id, kind, Channel.IN_APP):
        db.session.add(_notice(fact, fact.user_id, kind, now=now))
    if KINDS[kind].mail is not Delivery.NEVER and not _was_mailed_lately(fact, fact.user_id, kind, now=now):
        db.session.add(_mail(fact, fact.user_id, kind, now=now))
    mark_delivered(delivery, now=now)


def _was_mailed_lately(fact: Event, user_id: int, kind: NotificationKind, *, now: datetime) -> bool:
    """Whether the person was just mailed the same about the same auction; only of kinds that come in bursts."""
    pause = PAUSE_BETWEEN_MAILS.get(kind)
    if pause is None:
        return False
    query = sa.select(MailMessage.params).where(
        MailMessage.user_id == user_id, MailMessage.kind == kind, MailMessage.created_at > now - pause
    )
    return any(params.get("auction") == fact.payload["auction"] for params in db.session.scalars(query))


def _notice(fact: Event, user_id: int, kind: NotificationKind, *, now: datetime) -> Notification:
    return Notification(user_id=user_id, fact_id=fact.id, kind=kind, params=_params(fact), created_at=now)


def _mail(fact: Event, user_id: int, kind: NotificationKind, *, now: datetime) -> MailMessage:
    public_id = fact.payload.get("link")
    return MailMessage(
        user_id=user_id,
        fact_id=fact.id,
        kind=kind,
        to_address=_address(fact.payload),
        link_public_id=public_id,
        params=_params(fact),
        message_id=new_public_id(),
        state=MailState.QUEUED,
        attempts=0,
        created_at=now,
        next_attempt_at=now,
    )


def _address(payload: Mapping[str, Any]) -> str | None:
    """The address a mail belongs to: the one its link was made for, or the one the account left."""
    if "link" in payload:
        query = sa.select(EmailLink.email).where(EmailLink.public_id == payload["link"])
        return db.session.scalars(query).one_or_none()
    return payload.get("old_email")


def _params(fact: Event) -> dict[str, Any]:
    shown = {name: fact.payload[key] for key, name in SHOWN.items() if key in fact.payload}
    return {"at": fact.occurred_at.isoformat(), **shown, **market_details(fact)}
