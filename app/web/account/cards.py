"""Stored cards: their list, adding one through the gateway's own fields, the default, removal."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from functools import partial

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.adapters.braintree.hosted import card_fields_setup
from app.adapters.braintree.port import (
    CardToStore,
    Declined,
    GatewayBuyer,
    GatewayCard,
    GatewayDeclineKind,
    GatewayUnavailable,
    GatewayUnknown,
)
from app.adapters.braintree.sentences import decline_sentence
from app.domain.auctions.queries import needs_a_card
from app.domain.payments.errors import CardRefused, CardServiceSilent
from app.domain.payments.queries import cards_of, own_card
from app.domain.payments.service.asking import CARD_TOKEN
from app.domain.payments.service.cards import VerifiedCard, make_default, prepare_card, remove_card, store_card
from app.foundation.access import Permission
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction
from app.foundation.log import get_logger
from app.foundation.messages import N_
from app.web.account.blueprint import blueprint
from app.web.account.forms import CardForm
from app.web.shell.access import requires, signed_in
from app.web.shell.answers import SEE_OTHER, flash_on_success, render, submit, submit_prepared
from app.web.shell.forms import Form
from app.web.shell.headers import allow_in_policy
from app.web.shell.next_url import safe_next
from app.web.shell.principal import me
from app.web.shell.rate_limits import limited
from app.web.shell.tools import config, gateway, sealer
from app.web.words.messages import _

LIST = "account/cards.html"
FORM = "account/cards_new.html"
TOKEN_BYTES = 15

log = get_logger(__name__)


@blueprint.get("/cards")
@signed_in
def cards() -> Response:
    """The stored cards, the default one first."""
    return render(LIST, form=Form(), **_listed())


@blueprint.get("/cards/new")
@requires(Permission.BUY)
def new_card() -> Response:
    """The gateway's card fields; a card number never reaches us."""
    form = CardForm()
    return render(FORM, form=form, **_fields(form))


@blueprint.post("/cards/new")
@requires(Permission.BUY)
@limited("20/hour")
def add_card() -> Response:
    """Has the card verified by its bank, and keeps it."""
    form = CardForm()
    response = submit_prepared(form, partial(_verified, form), FORM, partial(_fields, form))
    return flash_on_success(response, _("The card is stored. Nothing was charged."))


@blueprint.post("/cards/<int:card_id>/default")
@requires(Permission.BUY)
def set_default(card_id: int) -> Response:
    """Makes a card the one that is charged for what you win."""
    person = me()

    def work() -> str:
        make_default(person.account_id, card_id)
        return url_for("account.cards")

    return submit(Form(), work, LIST, _listed)


@blueprint.post("/cards/<int:card_id>/removal")
@requires(Permission.BUY)
def remove(card_id: int) -> Response:
    """Removes a card, here and then at the gateway."""
    person = me()
    sealed: list[str] = []

    def work() -> str:
        sealed.clear()
        own_card(person.account_id, card_id)
        keep_one = needs_a_card(person.account_id)
        now = database_now()
        card = remove_card(person.account_id, card_id, keep_one=keep_one, user_id=person.user_id, now=now)
        sealed.append(card.token_sealed)
        return url_for("account.cards")

    response = submit(Form(), work, LIST, _listed)
    if response.status_code == SEE_OTHER:
        for token_sealed in sealed:
            _forget(card_id, token_sealed)
        flash(_("The card is removed."), "success")
    return response


def _verified(form: CardForm) -> Callable[[], str]:
    """Asks the gateway, outside any transaction; gives the work that keeps what it answered.

    Raises:
        CardRefused: the card's bank, or the gateway, does not take it; says why.
        CardServiceSilent: there was no answer.
        TooManyCards: ten are stored already.
    """
    person, url = me(), safe_next(url_for("account.cards"))
    reference = in_transaction(lambda: prepare_card(person.account_id))
    db.session.remove()
    token = _token_name(person.account_id, form.text("request_key"), form.text("nonce"))
    card = _store(CardToStore(token, GatewayBuyer(reference, person.email), form.text("nonce")))
    verified = VerifiedCard(
        token_sealed=sealer().seal(CARD_TOKEN, card.token),
        brand=card.brand,
        last_four=card.last_four,
        expires_month=card.expires_month,
        expires_year=card.expires_year,
    )

    def work() -> str:
        store_card(person.account_id, verified, user_id=person.user_id, now=database_now())
        return url

    return work


def _store(card: CardToStore) -> GatewayCard:
    answer = gateway().store_card(card)
    if isinstance(answer, GatewayUnknown) or (
        isinstance(answer, Declined) and answer.kind is GatewayDeclineKind.INVALID
    ):
        # Sent twice, or stored although the answer was lost: the name that we gave it tells.
        found = gateway().find_card(card.token)
        answer = found if isinstance(found, GatewayCard) else answer
    if isinstance(answer, GatewayCard):
        return answer
    if isinstance(answer, GatewayUnknown):
        raise CardServiceSilent
    sentence = decline_sentence(answer)
    raise CardRefused(N_("The card was not stored."), sentence.happened, sentence.advice)


def _token_name(account_id: int, request_key: str, nonce: str) -> str:
    """Our name for a card at the gateway: the same for the same form sent twice, and nothing anybody could guess."""
    typed = f"card|{account_id}|{request_key}|{nonce}".encode()
    digest = hmac.new(config().secret_key.encode(), typed, hashlib.sha256).digest()
    return "c" + base64.b32encode(digest[:TOKEN_BYTES]).decode().lower()


def _forget(card_id: int, token_sealed: str) -> None:
    """Makes the gateway forget the card too. When it does not answer the card is gone here all the same."""
    token = sealer().unseal(CARD_TOKEN, token_sealed)
    if token is None or isinstance(gateway().remove_card(token), GatewayUnknown):
        log.warning("card_left_at_gateway", card_id=card_id)


def _listed() -> dict[str, object]:
    return {"cards": cards_of(me().account_id)}


def _fields(form: CardForm) -> dict[str, object]:
    form.nonce.data = ""  # whatever was typed before is used up
    setup = card_fields_setup(config())
    allow_in_policy(setup.policy)
    try:
        client_token = gateway().client_token()
    except GatewayUnavailable:
        log.warning("card_fields_unavailable")
        client_token = None
    return {"setup": setup, "client_token": client_token}
