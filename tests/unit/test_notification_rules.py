from datetime import timedelta

import pytest

from app.domain.events.kinds import TELLS_NOBODY, EventKind
from app.domain.notifications.rules import (
    KIND_OF_EVENT,
    KINDS,
    LONGEST_WAIT,
    MARKET_WORDS,
    can_switch,
    is_wanted,
    wait_before_retry,
)
from app.domain.notifications.states import MAIL_MOVES, Category, Channel, Delivery, MailState, NotificationKind
from app.jobs.mail_rendering import FACES
from app.web.notification_settings.pages import WORDINGS


def test_every_kind_has_a_rule_a_face_and_where_it_shows_words() -> None:
    assert set(KINDS) == set(NotificationKind)
    assert set(FACES) == set(KINDS) - set(MARKET_WORDS)
    shown = {kind for kind, rule in KINDS.items() if rule.in_app is not Delivery.NEVER}
    assert set(WORDINGS) == shown - set(MARKET_WORDS)
    assert set(MARKET_WORDS) <= shown


def test_every_fact_has_a_kind() -> None:
    assert set(KIND_OF_EVENT) == set(EventKind) - TELLS_NOBODY


@pytest.mark.parametrize("choice", [None, True, False])
@pytest.mark.parametrize("kind", [kind for kind, rule in KINDS.items() if rule.category is Category.SECURITY])
def test_security_mail_is_always_sent(kind: NotificationKind, choice: bool | None) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_wanted(kind, Channel.MAIL, choice=choice)
    assert not can_switch(kind, Channel.MAIL)


@pytest.mark.parametrize("kind", [kind for kind, rule in KINDS.items() if rule.category is Category.SERVICE])
def test_service_notices_stay_on_in_the_product(kind: NotificationKind) -> None:
    assert not can_switch(kind, Channel.IN_APP)
    assert is_wanted(kind, Channel.IN_APP, choice=False)


@pytest.mark.parametrize("channel", list(Channel))
def test_marketing_is_off_until_asked_for(channel: Channel) -> None:
    assert not is_wanted(NotificationKind.PRODUCT_NEWS, channel, choice=None)
    assert is_wanted(NotificationKind.PRODUCT_NEWS, channel, choice=True)
    assert not is_wanted(NotificationKind.PRODUCT_NEWS, channel, choice=False)


def test_service_mail_is_on_until_switched_off() -> None:
    assert is_wanted(NotificationKind.NEW_SIGN_IN, Channel.MAIL, choice=None)
    assert not is_wanted(NotificationKind.NEW_SIGN_IN, Channel.MAIL, choice=False)


def test_waits_double_up_to_six_hours() -> None:
    waits = [wait_before_retry(attempts) for attempts in range(1, 60)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT == timedelta(hours=6)


def test_an_ended_mail_never_moves_again() -> None:
    assert MAIL_MOVES.final == {MailState.SENT, MailState.SUPPRESSED, MailState.FAILED}


def test_a_winner_is_told_that_credit_goes_before_the_card() -> None:
    words = MARKET_WORDS[NotificationKind.AUCTION_WON].sentence
    assert "Credit is used first; the rest is charged to your stored card now." in words
