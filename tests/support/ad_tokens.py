"""Tokens of ads as an app makes them."""

import time

from flask import Flask

from app.delivery.tokens import ID_MAX, TokenMint, token_head


def ad_token(app: Flask, ids: tuple[int, int, int] = (1, 1, ID_MAX), *, age_ms: int = 0) -> str:
    """A genuine token for a socket, line item and creative; without ids, of a creative that nobody knows."""
    config = app.config["ISOCKET"]
    issued_ms = time.time_ns() // 1_000_000 - age_ms
    return TokenMint(config.secret_key, config.secret_key_fallbacks).mint(token_head(*ids), issued_ms)[0]
