"""Waits, session ages, addresses and the names of browsers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.accounts.errors import AddressRefused
from app.domain.accounts.rules import (
    AGE_LIMIT,
    IDLE_LIMIT,
    LONGEST_WAIT_S,
    PostalAddress,
    browser_and_system,
    country_codes,
    fold_email,
    normalized_postal_address,
    session_is_over,
    sign_in_wait,
)
from app.web.words.names import browser_words

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@given(attempts=st.integers(0, 100_000), free=st.integers(1, 50))
def test_waits_never_shrink_and_never_pass_a_quarter_of_an_hour(attempts: int, free: int) -> None:
    assert sign_in_wait(attempts, free) <= sign_in_wait(attempts + 1, free) <= timedelta(seconds=LONGEST_WAIT_S)
    assert (sign_in_wait(attempts, free) == timedelta(0)) == (attempts < free)


def test_a_session_ends_after_half_an_hour_without_a_page() -> None:
    end = NOON + IDLE_LIMIT
    assert not session_is_over(started_at=NOON, last_seen_at=NOON, now=end, is_staff=False)
    assert session_is_over(started_at=NOON, last_seen_at=NOON, now=end + SECOND, is_staff=False)
    assert session_is_over(started_at=NOON, last_seen_at=NOON, now=NOON + timedelta(minutes=16), is_staff=True)


def test_a_session_ends_after_twelve_hours_however_busy() -> None:
    end = NOON + AGE_LIMIT
    assert not session_is_over(started_at=NOON, last_seen_at=end, now=end, is_staff=False)
    assert session_is_over(started_at=NOON, last_seen_at=end, now=end + SECOND, is_staff=False)


def test_the_spelling_of_an_address_does_not_matter() -> None:
    assert fold_email("  Ann@Example.COM ") == fold_email("ann@example.com")


def test_an_american_address_is_written_as_the_post_wants_it() -> None:
    given_address = PostalAddress(
        "US", "270 East Lane", city="Burlingame", country_area="california", postal_code="94010"
    )
    assert normalized_postal_address(given_address).country_area == "CA"


@pytest.mark.parametrize(
    ("address", "field"),
    [
        (
            PostalAddress("US", "270 East Lane", city="Burlingame", country_area="CA", postal_code="SW1A 1AA"),
            "postal_code",
        ),
        (
            PostalAddress("US", "270 East Lane", city="Burlingame", country_area="CA", postal_code="10001"),
            "postal_code",
        ),
        (
            PostalAddress("US", "270 East Lane", city="Burlingame", country_area="Bavaria", postal_code="94010"),
            "country_area",
        ),
        (PostalAddress("US", "", city="Burlingame", country_area="CA", postal_code="94010"), "street_address"),
        (PostalAddress("GB", "10 Downing Street", city="London"), "postal_code"),
        (PostalAddress("DE", "Unter den Linden 1", postal_code="10117"), "city"),
        (PostalAddress("XX", "Nowhere 1", city="Nowhere"), "country_code"),
    ],
)
def test_what_does_not_fit_the_country_is_named(address: PostalAddress, field: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        normalized_postal_address(address)
    assert list(refused.value.problems) == [field]
    assert refused.value.problems[field].endswith(".")


@pytest.mark.parametrize(
    "address",
    [
        PostalAddress("GB", "10 Downing Street", city="London", postal_code="sw1a 2aa"),
        PostalAddress("DE", "Unter den Linden 1", city="Berlin", postal_code="10117"),
        PostalAddress("IE", "1 Main Street", city="Dublin"),
        PostalAddress("HK", "1 Queen's Road", city="Central", country_area="Hong Kong Island"),
    ],
)
def test_addresses_of_other_countries_fit(address: PostalAddress) -> None:
    assert normalized_postal_address(address).street_address == address.street_address


@pytest.mark.parametrize("code", country_codes())
def test_every_country_has_an_answer_for_any_address(code: str) -> None:
    problems = problems_of(PostalAddress(code, "Street 1", city="City", country_area="Area", postal_code="12345"))
    assert all(text.endswith(".") for text in problems.values())


def problems_of(address: PostalAddress) -> dict[str, str]:
    try:
        normalized_postal_address(address)
    except AddressRefused as refused:
        return refused.problems
    return {}


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Lynx", "Windows"),
        ("curl/8.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_named_for_people(agent: str, label: str) -> None:
    assert browser_words(*browser_and_system(agent)) == label
