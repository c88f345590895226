"""Tokens and encrypted values cannot be forged, moved or used for something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.sealing import Sealer
from app.foundation.signing import Purpose, Signer

OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)


def test_a_token_opens_only_what_it_was_made_for() -> None:
    signer = Signer("a" * 40)
    token = signer.sign(Purpose.EMAIL_LINK, "link-1")
    assert signer.unsign(Purpose.EMAIL_LINK, token) == "link-1"
    assert signer.unsign(Purpose.UNSUBSCRIBE, token) is None


def test_a_token_of_another_installation_is_worthless() -> None:
    token = Signer("a" * 40).sign(Purpose.EMAIL_LINK, "link-1")
    assert Signer("b" * 40).unsign(Purpose.EMAIL_LINK, token) is None


def test_keys_can_be_rotated_without_losing_links() -> None:
    token = Signer("old" * 20).sign(Purpose.EMAIL_LINK, "link-1")
    rotated = Signer("new" * 20, fallbacks=["old" * 20])
    assert rotated.unsign(Purpose.EMAIL_LINK, token) == "link-1"
    assert Signer("old" * 20).unsign(Purpose.EMAIL_LINK, rotated.sign(Purpose.EMAIL_LINK, "x")) is None


@given(token=st.text(max_size=300))
def test_nothing_made_up_is_a_token(token: str) -> None:
    assert Signer("a" * 40).unsign(Purpose.EMAIL_LINK, token) is None


@given(text=st.text(max_size=500))
def test_what_is_sealed_can_be_read_again(text: str) -> None:
    sealer = Sealer([NEW])
    assert sealer.unseal("e-mail", sealer.seal("e-mail", text)) == text


def test_sealing_twice_gives_different_values() -> None:
    sealer = Sealer([NEW])
    assert sealer.seal("e-mail", "x") != sealer.seal("e-mail", "x")


def test_a_value_sealed_for_one_purpose_cannot_be_moved() -> None:
    sealer = Sealer([NEW])
    assert sealer.unseal("bank", sealer.seal("e-mail", "secret")) is None


@given(position=st.integers(min_value=0, max_value=60), flip=st.integers(min_value=1, max_value=255))
def test_every_changed_character_is_noticed(position: int, flip: int) -> None:
    sealer = Sealer([NEW])
    sealed = sealer.seal("e-mail", "ann@example.com")
    at = position % len(sealed)
    changed = sealed[:at] + chr(33 + (ord(sealed[at]) - 33 + flip) % 94) + sealed[at + 1 :]
    if changed != sealed:
        assert sealer.unseal("e-mail", changed) in (None, "ann@example.com")


def test_old_keys_still_read_and_new_ones_write() -> None:
    sealed = Sealer([OLD]).seal("e-mail", "x")
    rotated = Sealer([NEW, OLD])
    assert rotated.unseal("e-mail", sealed) == "x"
    assert rotated.seal("e-mail", "x").startswith("1.new.")
    assert Sealer([NEW]).unseal("e-mail", sealed) is None


@pytest.mark.parametrize("junk", ["", ".", "1.new", "1.new.", "1.new.%%%", "2.new.AAAA", "1.gone.AAAA"])
def test_junk_is_nothing(junk: str) -> None:
    assert Sealer([NEW]).unseal("e-mail", junk) is None
