"""The local Braintree's state is shared: by processes on one file, and on PostgreSQL as well."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.adapters.braintree.local import LocalGateway, market_clock
from app.adapters.braintree.port import CardToStore, GatewayBuyer, GatewayCard, GatewaySuccess, GatewayUnknown
from app.foundation.clock import set_offset
from app.foundation.db import in_transaction
from local_braintree.call import Settings
from local_braintree.faults import Faults, FaultsUnreadable
from local_braintree.gateway import LocalBraintree
from local_braintree.store import Store
from tests.support.run_directory import REPOSITORY
from tests.support.shared_gateway import CHARGES, charge, opened

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CARD = CardToStore("card-1", GatewayBuyer("buyer-ann", "ann@example.com"), "fake-valid-nonce")
WORKERS = 3

CHARGE_ALL = """
import sys
from pathlib import Path
from tests.support.shared_gateway import CHARGES, charge, opened

gateway = opened(sys.argv[1], Path(sys.argv[2]))
for number in range(CHARGES):
    print("told", getattr(gateway.charge(charge(number)), "gateway_id", "unknown"))
"""


def charged_by_all(url: str, folder: Path) -> list[list[str]]:
    """What each of several processes was told about the same charges, made at the same time."""
    command = [sys.executable, "-W", "ignore", "-c", CHARGE_ALL, url, str(folder)]
    workers = [
        subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own words
        for _ in range(WORKERS)
    ]
    lines = [worker.communicate(timeout=100)[0].splitlines() for worker in workers]
    assert {worker.returncode for worker in workers} == {0}
    return [[line.split()[1] for line in said if line.startswith("told ")] for said in lines]


def test_several_processes_make_each_charge_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    gateway = opened(url, tmp_path)
    assert isinstance(gateway.store_card(CARD), GatewayCard)
    told = charged_by_all(url, tmp_path)
    assert told[0] == told[1] == told[2]
    assert len(set(told[0])) == CHARGES
    for number in range(CHARGES):
        found = gateway.find_by_key(f"key-{number}")
        assert isinstance(found, GatewaySuccess)
        assert (found.gateway_id, found.duplicate_ids) == (told[0][number], ())


def test_a_fault_is_used_up_once_among_processes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    gateway = opened(url, tmp_path)
    gateway.store_card(CARD)
    Faults(tmp_path / "faults.json").set({"point": "after_capture", "mode": "drop", "times": 4})
    told = charged_by_all(url, tmp_path)
    assert sum(process.count("unknown") for process in told) == 4
    for number in range(CHARGES):
        found = gateway.find_by_key(f"key-{number}")
        assert isinstance(found, GatewaySuccess)
        assert {process[number] for process in told} - {"unknown"} <= {found.gateway_id}


def test_it_works_on_either_database(database_url: str, tmp_path: Path) -> None:
    gateway = opened(database_url, tmp_path)
    assert gateway.store_card(CARD) == GatewayCard("card-1", "Visa", "1111", 12, 2030)
    outcome = gateway.charge(charge(1))
    assert isinstance(outcome, GatewaySuccess)
    assert gateway.charge(charge(1)) == outcome
    assert gateway.find_by_key("key-1") == outcome
    assert [request["status"] for request in gateway.local.store.requests(2)] == [200, 200]
    gateway.local.store.close()


def test_a_state_on_file_outlives_the_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    first = opened(url, tmp_path)
    first.store_card(CARD)
    outcome = first.charge(charge(1))
    first.local.store.close()
    assert opened(url, tmp_path).find_by_key("key-1") == outcome


def test_the_local_gateway_lives_by_the_markets_clock(app: Flask) -> None:
    clock = market_clock(app)
    before = clock()
    with app.app_context():
        in_transaction(lambda: set_offset(3600))
        assert timedelta(hours=1) <= clock() - before < timedelta(hours=1, minutes=1)
    assert clock() - before >= timedelta(hours=1)


@pytest.mark.parametrize(
    "fault",
    [
        {"point": "after_nothing", "mode": "drop"},
        {"point": "during_capture", "mode": "drop"},
        {"point": "after_capture", "mode": "explode"},
        {},
    ],
)
def test_a_drill_cannot_mean_nothing(tmp_path: Path, fault: dict[str, object]) -> None:
    with pytest.raises(FaultsUnreadable):
        Faults(tmp_path / "faults.json").set(fault)
    with pytest.raises(FaultsUnreadable):
        Faults(None).set()


def test_a_hang_ends_when_the_caller_has_no_patience_left(tmp_path: Path) -> None:
    waits: list[float] = []
    settings = Settings("isocket", "public", "private")
    faults = Faults(tmp_path / "faults.json")
    store = Store(f"sqlite:///{tmp_path / 'shared.sqlite'}")
    local = LocalBraintree(store, settings, clock=lambda: NOW, faults=faults, pause=waits.append)
    gateway = LocalGateway(local, timeout_s=2)
    faults.set({"point": "before_search", "mode": "hang"}, {"point": "before_search", "mode": "hang", "seconds": 1})
    assert gateway.find_by_key("key-1") == GatewayUnknown("ReadTimeoutError")
    assert gateway.find_by_key("key-1") is None
    assert waits == [2, 1.0]
