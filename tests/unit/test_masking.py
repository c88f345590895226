"""Staff lists tell staff enough to recognise a person they talk to, and nobody else anything."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.accounts.queries import PersonRow
from app.web.admin.pages import HIDDEN, mask_email, mask_name, masked_person

words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Lovelace", "L***e"),
        ("Adal", "A***l"),
        ("Ann", "A***"),
        ("Al", "A***"),
        ("X", "X***"),
        ("", ""),
        ("  ", ""),
        (" Ada Maria ", "A***a"),
        ("Ægir", "Æ***r"),
    ],
)
def test_a_name_keeps_its_ends(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("jane.doe@example.com", "j***@e***.com"),
        ("jane@mail.example.co.uk", "j***@m***.uk"),
        ("j@e.com", "j***@e***.com"),
        ('"odd@place"@example.com', '"***@e***.com'),
        ("root@localhost", "r***@l***"),
        ("no address", "n***"),
        ("", "***"),
    ],
)
def test_an_address_keeps_two_letters_and_its_ending(email: str, masked: str) -> None:
    assert mask_email(email) == masked


@given(words)
def test_a_masked_name_never_tells_the_name_or_its_length(name: str) -> None:
    masked = mask_name(name)
    assert masked.replace(HIDDEN, "") != name or len(name) == 1
    assert len(masked) <= len(HIDDEN) + 2


@given(words, words, st.sampled_from(["com", "net", "example"]))
def test_a_masked_address_is_two_letters_and_an_ending(local: str, host: str, ending: str) -> None:
    assert mask_email(f"{local}@{host}.{ending}") == f"{local[0]}***@{host[0]}***.{ending}"


def test_a_person_in_the_list_has_no_slug_because_it_is_made_of_the_name() -> None:
    row = PersonRow(
        user_id=7,
        first_name="Canaryfirst",
        last_name="Canarylast",
        email="canarymail@canaryhost.example",
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
        is_confirmed=True,
        account_slug="canaryfirst-c-3f2a1c",
        roles="support",
    )
    assert "canary" not in repr(masked_person(row)).lower()
