"""A local gateway of each process's own on one shared state, and the charges that all of them try."""

from datetime import UTC, datetime
from pathlib import Path

from app.adapters.braintree.local import LocalGateway
from app.adapters.braintree.port import Charge
from local_braintree.call import Settings
from local_braintree.faults import Faults
from local_braintree.gateway import LocalBraintree
from local_braintree.store import Store

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CHARGES = 15


def opened(url: str, folder: Path) -> LocalGateway:
    """A gateway of this process's own on the shared state."""
    settings = Settings("isocket", "public", "private")
    return LocalGateway(LocalBraintree(Store(url), settings, clock=lambda: NOW, faults=Faults(folder / "faults.json")))


def charge(number: int) -> Charge:
    """The charge that every process tries."""
    return Charge(f"key-{number}", 1000 + number, "USD", "card-1", "buyer-ann")
