"""The permission table, pages of long lists, and names for addresses."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.access import PERMISSIONS, Permission, Principal, StaffRole, allows, lacks_only_confirmation
from app.foundation.identifiers import fingerprint, new_slug, new_token, slugify
from app.foundation.paging import PAGE_NUMBER_MAX, RowsPage, page_number

ANN = Principal(
    user_id=1,
    account_id=1,
    session_id=1,
    account_slug="ann",
    display_name="Ann",
    first_name="Ann",
    email="ann@example.com",
    time_zone="UTC",
    is_confirmed=True,
    must_accept_policies=False,
    staff_roles=frozenset(),
    signed_in_at=datetime(2026, 11, 22, tzinfo=UTC),
)


def test_every_permission_has_clauses_and_a_sentence() -> None:
    assert set(PERMISSIONS) == set(Permission)
    assert all(PERMISSIONS.values())


@pytest.mark.parametrize("permission", Permission)
def test_a_visitor_may_do_nothing_that_needs_a_permission(permission: Permission) -> None:
    assert not allows(None, permission)


@pytest.mark.parametrize("permission", [entry for entry in Permission if entry.value.startswith("staff:")])
def test_an_ordinary_person_may_do_nothing_of_staff(permission: Permission) -> None:
    assert not allows(ANN, permission)


def test_no_staff_role_alone_may_do_everything_but_the_admins_read_the_audit() -> None:
    support = replace(ANN, staff_roles=frozenset({StaffRole.SUPPORT}))
    assert allows(support, Permission.SEE_PEOPLE)
    assert not allows(support, Permission.SEE_AUDIT)
    assert allows(replace(ANN, staff_roles=frozenset({StaffRole.ADMIN})), Permission.SEE_AUDIT)


def test_an_unconfirmed_person_lacks_confirmation_and_nothing_else() -> None:
    unconfirmed = replace(ANN, is_confirmed=False)
    assert not allows(unconfirmed, Permission.SHOW_CONTACT_DETAILS)
    assert lacks_only_confirmation(unconfirmed, Permission.SHOW_CONTACT_DETAILS)
    assert not lacks_only_confirmation(unconfirmed, Permission.SEE_AUDIT)


@given(total=st.integers(0, 10_000), size=st.integers(1, 100))
def test_the_last_page_holds_the_last_row(total: int, size: int) -> None:
    page: RowsPage[int] = RowsPage(rows=[], number=1, total=total, size=size)
    assert page.pages >= 1
    assert (page.pages - 1) * size < max(total, 1) <= page.pages * size


@given(text=st.one_of(st.none(), st.text(max_size=30)))
def test_any_page_number_is_between_one_and_the_limit(text: str | None) -> None:
    assert 1 <= page_number(text) <= PAGE_NUMBER_MAX


@given(name=st.text(max_size=200))
def test_a_slug_is_safe_in_an_address_whatever_the_name(name: str) -> None:
    assert set(slugify(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(new_slug(name)) <= 80
    assert not new_slug(name).startswith("-")


def test_tokens_are_long_and_all_different() -> None:
    tokens = {new_token() for _ in range(10_000)}
    assert len(tokens) == 10_000
    assert min(map(len, tokens)) >= 43
    assert fingerprint("a") != fingerprint("b")
