"""The words that stand for a text, and the lowest price of a rate card."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalogue import rules
from app.domain.catalogue.rules import (
    WORD_CHARACTERS_MAX,
    WORDS_ASKED_MAX,
    WORDS_KEPT_MAX,
    asked_words,
    facet_word,
    lowest_price,
    search_words,
    stored_words,
)
from app.domain.inventory.rules import RateCard, cheapest_combination

TEXTS = st.text(max_size=200)


def test_the_examples_hold() -> None:
    assert doctest.testmod(rules).failed == 0


@given(TEXTS)
def test_words_are_letters_and_digits_only(text: str) -> None:
    assert all(word.isalnum() and len(word) <= WORD_CHARACTERS_MAX for word in search_words(text))


@given(TEXTS)
def test_words_are_their_own_words(text: str) -> None:
    words = search_words(text)
    assert search_words(" ".join(words)) == words


@given(st.lists(TEXTS, max_size=4))
def test_kept_words_stand_once(texts: list[str]) -> None:
    words = stored_words(texts).split()
    assert len(words) == len(set(words)) <= WORDS_KEPT_MAX


@given(TEXTS)
def test_nobody_can_type_the_word_of_a_filter(text: str) -> None:
    word = facet_word("country_code", "DE")
    assert word not in search_words(text + word)
    assert search_words(word) == ["country", "code", "de"]


@given(TEXTS)
def test_few_words_are_asked_for(text: str) -> None:
    assert len(asked_words(text)) <= WORDS_ASKED_MAX


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café NAÏVE", ["cafe", "naive"]),
        ("Straße", ["strasse"]),
        ("e\u0301tude", ["etude"]),
        ("ﬁlm", ["film"]),
        ("東京 2026", ["東京", "2026"]),
        ("snake_case", ["snake", "case"]),
        ("🙂 !?\x00", []),
        ("", []),
    ],
)
def test_case_accents_and_signs_do_not_count(text: str, words: list[str]) -> None:
    assert search_words(text) == words


PRICES = st.none() | st.integers(1, 100_000)


@given(PRICES, PRICES, PRICES, st.integers(1, 40), st.integers(0, 60))
def test_no_booking_costs_less_than_the_lowest_price(
    day: int | None, week: int | None, month: int | None, days_min: int, more: int
) -> None:
    card = RateCard(day, week, month, lead_days=0, days_min=days_min, days_max=days_min + more)
    made = [cheapest_combination(card, length) for length in range(days_min, min(days_min + more, days_min + 30) + 1)]
    assert lowest_price(card) == min((one.total_minor for one in made if one), default=None)
