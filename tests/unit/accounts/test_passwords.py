"""What makes a password, and how it is kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.domain.accounts.errors import PasswordRefused
from app.domain.accounts.rules import PASSWORD_BYTES_MAX, check_password
from app.domain.accounts.service.passwords import PasswordHasher

HASHER = PasswordHasher(pepper="p" * 40, cost=4)
CONTEXT = ("ada.lovelace@example.com", "Ada", "Lovelace", "Analytical Engines")


def problem_of(password: str, *, context: tuple[str, ...], is_staff: bool = False) -> str | None:
    """What is said of a new password; None when it will do."""
    try:
        check_password(password, context=context, is_staff=is_staff, field="password")
    except PasswordRefused as refusal:
        return refusal.message
    return None


@pytest.mark.parametrize("password", ["1234567", "kjhgfds"])
def test_seven_characters_are_too_few(password: str) -> None:
    assert problem_of(password, context=()) == "Use at least 8 characters."


def test_staff_need_fifteen() -> None:
    assert problem_of("xk3 plum tree!", context=(), is_staff=True) == "Use at least 15 characters."
    assert problem_of("xk3 plum tree!!", context=(), is_staff=True) is None


@pytest.mark.parametrize(
    "password", ["lowercaseonlywords", " " * 20, "🙂" * 8, "пароль-не-простой", "🙂" * 64, "9" * 7 + "!" * 13]
)
def test_no_kind_of_character_is_asked_for_or_refused(password: str) -> None:
    assert problem_of(password, context=CONTEXT) is None


@pytest.mark.parametrize("password", [word for word in FREQUENCY_LISTS["passwords"][:3000] if len(word) >= 8])
def test_the_passwords_tried_first_everywhere_are_refused(password: str) -> None:
    assert problem_of(password, context=()) is not None
    assert problem_of(password.upper(), context=()) is not None


@pytest.mark.parametrize(
    "password", ["isocket2026!", "Ada.Lovelace99", "lovelace-ada", "AnalyticalEngines1", "isocketada"]
)
def test_a_persons_own_words_are_refused(password: str) -> None:
    assert problem_of(password, context=CONTEXT) is not None


def test_over_1024_bytes_is_refused_and_1024_is_not() -> None:
    assert problem_of("é" * 512, context=()) is None
    assert problem_of("é" * 513, context=()) is not None


@settings(max_examples=30)
@given(password=st.text(min_size=1, max_size=200), other=st.text(min_size=1, max_size=200))
def test_exactly_the_same_text_matches_and_nothing_else(password: str, other: str) -> None:
    stored = HASHER.hash(password)
    assert HASHER.matches(password, stored)
    assert HASHER.matches(other, stored) == (other == password)


@pytest.mark.parametrize("changed", ["Pass word 123 ", " Pass word 123", "pass word 123", "Pass\x00word 123"])
def test_a_password_is_taken_exactly_as_typed(changed: str) -> None:
    assert not HASHER.matches(changed, HASHER.hash("Pass word 123"))


def test_the_last_of_many_bytes_counts() -> None:
    stored = HASHER.hash("🙂" * 64)
    assert not HASHER.matches("🙂" * 63 + "🙃", stored)
    assert not HASHER.matches("a" * (PASSWORD_BYTES_MAX + 1), HASHER.hash("a" * (PASSWORD_BYTES_MAX + 1)))


def test_the_stored_form_is_versioned_bcrypt_and_needs_the_pepper() -> None:
    stored = HASHER.hash("some password")
    assert stored.startswith("v1$$2b$04$")
    assert not PasswordHasher(pepper="q" * 40, cost=4).matches("some password", stored)


def test_nobody_matches_no_password() -> None:
    assert not HASHER.matches("nobody has this password", None)
    assert not HASHER.matches("anything", None)


def test_a_hash_of_lower_cost_is_outdated() -> None:
    assert PasswordHasher(pepper="p" * 40, cost=5).is_outdated(HASHER.hash("x"))
    assert not HASHER.is_outdated(HASHER.hash("x"))
