from datetime import timedelta

import pytest

from app.domain.events.kinds import EVENTS
from app.domain.events.kinds.earlier import EarlierEvent
from app.domain.events.states import Consumer
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.rules import LONGEST_WAIT, can_switch, is_wanted, wait_before_retry
from app.domain.notifications.states import MAIL_MOVES, Channel, Delivery, MailState, NoticeCategory, PageTarget
from app.web.targets import PAGES


def test_every_kind_says_something_on_each_channel_it_uses() -> None:
    for kind, notice in NOTICES.items():
        assert notice.words is not None or notice.in_app is Delivery.NEVER, kind
        assert notice.words is not None or notice.mail_words is not None, kind


def test_somebody_is_told_of_every_event_that_waits_for_it() -> None:
    told = {telling.event for notice in NOTICES.values() for telling in notice.told}
    waited_for = {data for data in EVENTS.values() if Consumer.NOTIFICATIONS in data.consumers}
    assert told == waited_for - {EarlierEvent}


def test_every_target_has_a_page() -> None:
    assert set(PAGES) == set(PageTarget)


@pytest.mark.parametrize("choice", [None, True, False])
@pytest.mark.parametrize(
    "kind", [kind for kind, notice in NOTICES.items() if notice.category is NoticeCategory.SECURITY]
)
def test_security_mail_is_always_sent(kind: str, choice: bool | None) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_wanted(NOTICES[kind], Channel.MAIL, choice=choice)
    assert not can_switch(NOTICES[kind], Channel.MAIL)


@pytest.mark.parametrize(
    "kind", [kind for kind, notice in NOTICES.items() if notice.category is NoticeCategory.SERVICE]
)
def test_service_notices_stay_on_in_the_product(kind: str) -> None:
    assert not can_switch(NOTICES[kind], Channel.IN_APP)
    assert is_wanted(NOTICES[kind], Channel.IN_APP, choice=False)


@pytest.mark.parametrize("channel", list(Channel))
def test_marketing_is_off_until_asked_for(channel: Channel) -> None:
    assert not is_wanted(NOTICES["product_news"], channel, choice=None)
    assert is_wanted(NOTICES["product_news"], channel, choice=True)
    assert not is_wanted(NOTICES["product_news"], channel, choice=False)


def test_service_mail_is_on_until_switched_off() -> None:
    assert is_wanted(NOTICES["new_sign_in"], Channel.MAIL, choice=None)
    assert not is_wanted(NOTICES["new_sign_in"], Channel.MAIL, choice=False)


def test_waits_double_up_to_six_hours() -> None:
    waits = [wait_before_retry(attempts) for attempts in range(1, 60)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT == timedelta(hours=6)


def test_an_ended_mail_never_moves_again() -> None:
    assert MAIL_MOVES.final == {MailState.SENT, MailState.SUPPRESSED, MailState.FAILED}


def test_a_winner_is_told_that_credit_goes_before_the_card() -> None:
    words = NOTICES["auction_won"].words
    assert words is not None
    assert "Credit is used first; the rest is charged to your stored card now." in words.sentence
