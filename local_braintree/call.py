"""One request on its way through the gateway."""

import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import Connection

from local_braintree.fields import Fields

LETTERS = string.ascii_lowercase + string.digits
ID_CHARACTERS = 8


@dataclass(frozen=True)
class Settings:
    """Whose gateway this is, and where browsers find it."""

    merchant_id: str
    public_key: str
    private_key: str = field(repr=False)
    currency: str = "USD"
    public_path: str = "/local-braintree"

    @property
    def merchant_account_id(self) -> str:
        """The one account that money is paid into."""
        return f"{self.merchant_id}_account"


@dataclass(frozen=True)
class Call:
    """What an operation works with: the request, the time, and the transaction it happens in."""

    settings: Settings
    connection: Connection
    now: datetime
    path: str
    arguments: tuple[str, ...]
    root: str
    fields: Fields


def new_id(characters: int = ID_CHARACTERS) -> str:
    """A random identifier of small letters and digits, as Braintree makes them."""
    return "".join(secrets.choice(LETTERS) for _ in range(characters))
