"""What a price is for, and what of it is earned."""

import json

import pytest

from app.domain.inventory.states import ApprovalRule, OnSilence, SocketTerms
from app.domain.orders.states import FlatDays, sale_terms, sale_terms_from
from app.domain.settlement.rules.pricing import DeliveryProgress, earned_by_now
from app.foundation.errors import InvariantBroken

SOCKET = SocketTerms(
    width_px=300,
    height_px=250,
    formats=("png", "gif"),
    bytes_max=1_000,
    approval_rule=ApprovalRule.KNOWN_BUYERS,
    approval_hours=48,
    on_silence=OnSilence.REFUSE,
    taste_rules="Nothing loud.",
    blocked_products=("1002",),
    places=3,
)


def test_of_flat_days_each_is_an_equal_part() -> None:
    earned = [earned_by_now(FlatDays(), 1_000, DeliveryProgress(days=3, days_earned=number)) for number in range(4)]
    assert earned == [0, 333, 666, 1_000]


def test_more_days_than_there_are_cannot_be_earned() -> None:
    with pytest.raises(InvariantBroken):
        earned_by_now(FlatDays(), 1_000, DeliveryProgress(days=3, days_earned=4))


def test_terms_come_back_from_the_database_as_they_were_agreed() -> None:
    terms = sale_terms(SOCKET, FlatDays())
    stored = json.loads(json.dumps(terms.as_stored()))
    assert stored["pricing"] == {"basis": "flat_days"}
    assert sale_terms_from(stored) == terms
    assert (terms.places, terms.taste_rules, terms.hours_to_answer) == (3, "Nothing loud.", 48)
