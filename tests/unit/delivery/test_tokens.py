"""Tokens: one spelling each, good for one key, and nothing in them can be changed."""

import base64
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.tokens import ID_MAX, TOKEN_CHARACTERS, Token, TokenMint, is_token_shaped, token_head

KEY, OTHER_KEY = "a key of the market that nobody knows", "another key that nobody knows either"
ISSUED_MS = 1_795_000_000_123
IDS = st.integers(0, ID_MAX)


def made(key: str = KEY) -> str:
    return TokenMint(key).mint(token_head(3, 5, 7), ISSUED_MS)[0]


@given(IDS, IDS, IDS, st.integers(0, 2**48 - 1))
def test_a_token_gives_back_what_it_was_made_for(socket: int, line_item: int, creative: int, issued_ms: int) -> None:
    mint = TokenMint(KEY)
    text, nonce = mint.mint(token_head(socket, line_item, creative), issued_ms)
    assert mint.read(text) == Token(socket, line_item, creative, issued_ms, nonce)


def test_each_token_has_a_nonce_of_its_own() -> None:
    mint = TokenMint(KEY)
    nonces = {mint.mint(token_head(1, 1, 1), ISSUED_MS)[1] for _ in range(1_000)}
    assert len(nonces) == 1_000
    assert all(len(nonce) == 12 for nonce in nonces)


@given(st.integers(0, TOKEN_CHARACTERS - 1), st.sampled_from("ABCDabcd0123-_+/=. \n\u00e9"))
def test_no_character_of_a_token_can_be_changed(position: int, character: str) -> None:
    text = made()
    changed = text[:position] + character + text[position + 1 :]
    assert (TokenMint(KEY).read(changed) is None) is (changed != text)


def test_a_token_has_no_second_spelling() -> None:
    mint = TokenMint(KEY)
    texts: list[str] = []
    while not any("-" in text or "_" in text for text in texts):
        texts.append(mint.mint(token_head(1, 2, 3), ISSUED_MS)[0])
    ordinary = base64.b64encode(base64.urlsafe_b64decode(texts[-1])).decode()
    assert ordinary != texts[-1]
    assert mint.read(ordinary) is None


def test_a_token_of_another_key_is_none_of_ours() -> None:
    assert TokenMint(OTHER_KEY).read(made()) is None


def test_older_keys_still_open_tokens_but_make_none() -> None:
    rotated = TokenMint(OTHER_KEY, (KEY,))
    assert rotated.read(made()) is not None
    assert TokenMint(KEY).read(rotated.mint(token_head(1, 1, 1), ISSUED_MS)[0]) is None


@pytest.mark.parametrize("text", ["", "short", "\u00e9" * TOKEN_CHARACTERS, "a" * (TOKEN_CHARACTERS + 1)])
def test_what_cannot_be_a_token_is_seen_at_once(text: str) -> None:
    assert not is_token_shaped(text)
    assert TokenMint(KEY).read(text) is None


def test_the_signature_is_hmac_sha256_cut_to_96_bits() -> None:
    raw = base64.urlsafe_b64decode(made())
    key = hmac.digest(KEY.encode(), b"isocket.delivery.token", "sha256")
    assert raw[30:] == hmac.digest(key, raw[:30], "sha256")[:12]
