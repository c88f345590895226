"""A fresh local Braintree, the real SDK talking to it, and a clock that tests move."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.adapters.braintree.local import LocalGateway
from local_braintree.call import Settings
from local_braintree.faults import Faults
from local_braintree.gateway import LocalBraintree
from local_braintree.store import Store
from tests.unit.local_braintree.untyped import Untyped


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, step: timedelta) -> None:
        self.now += step


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def local(tmp_path: Path, clock: Clock) -> Iterator[LocalBraintree]:
    store = Store(f"sqlite:///{tmp_path / 'bt' / 'local_braintree.sqlite'}")
    settings = Settings("isocket", "public", "private")
    yield LocalBraintree(
        store, settings, clock=clock, faults=Faults(tmp_path / "faults.json"), pause=lambda _seconds: None
    )
    store.close()


@pytest.fixture
def gateway(local: LocalBraintree) -> LocalGateway:
    return LocalGateway(local)


@pytest.fixture
def sdk(gateway: LocalGateway) -> Untyped:
    """The real SDK's gateway object."""
    return gateway._sdk


@pytest.fixture
def token(sdk: Untyped) -> str:
    """A kept card of a customer."""
    sdk.customer.create({"id": "ann", "email": "ann@example.com"})
    made = sdk.payment_method.create({"customer_id": "ann", "payment_method_nonce": "fake-valid-nonce"})
    return str(made.payment_method.token)
