"""The installation's own tools, typed once: made by the application factory, used by pages."""

from flask import current_app

from app.adapters.braintree.port import PaymentGateway
from app.adapters.web_fetch import Fetcher
from app.domain.accounts.service.passwords import PasswordHasher
from app.foundation.sealing import Sealer
from app.foundation.signing import Signer
from config import Config


def config() -> Config:
    """The settings of this installation."""
    settings: Config = current_app.config["ISOCKET"]
    return settings


def hasher() -> PasswordHasher:
    """Makes and checks password hashes; slow on purpose, never inside a transaction."""
    tool: PasswordHasher = current_app.extensions["isocket_hasher"]
    return tool


def signer() -> Signer:
    """Signs links."""
    tool: Signer = current_app.extensions["isocket_signer"]
    return tool


def sealer() -> Sealer:
    """Encrypts small values for cookies and columns."""
    tool: Sealer = current_app.extensions["isocket_sealer"]
    return tool


def fetcher() -> Fetcher:
    """Fetches pages of other people's sites; slow, so never inside a transaction."""
    tool: Fetcher = current_app.extensions["isocket_fetcher"]
    return tool


def gateway() -> PaymentGateway:
    """Takes card payments; an answer can take 20 seconds, so never inside a transaction."""
    tool: PaymentGateway = current_app.extensions["isocket_gateway"]
    return tool
