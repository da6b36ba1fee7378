"""A run's books: who writes from here on, what happens, and what the account is worth."""

from decimal import Decimal
from pathlib import Path

from noctule.adapters.clock import VirtualClock
from noctule.adapters.store import tables
from noctule.app.bookkeeping import keep_books, run_of
from noctule.domain.events.order import OrderTimerFired
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.values import quote
from tests.builders import START_MS
from tests.fakes.home import config_at
from tests.fakes.open_store import open_store, rows_of
from tests.fakes.trading_room import new_room

WALLET = Balance(asset="USDT", wallet=quote("1000.5"), available=quote("900"))


def timer(name: str) -> OrderTimerFired:
    return OrderTimerFired(at_ms=START_MS, trace="t", timer=name)


def test_a_run_tells_version_settings_and_code_and_no_secret(tmp_path: Path) -> None:
    secret = "s" * 20
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"BINANCE_API_KEY={'k' * 20}\nBINANCE_API_SECRET={secret}\n")
    dotenv.chmod(0o600)
    configuration = config_at(tmp_path, "api.environment=testnet").load()
    with open_store(tmp_path / "a.db") as store:
        run = run_of(configuration, store, at_ms=START_MS, account=None)
    assert run.fingerprint == configuration.fingerprint
    assert run.settings["api.environment"] == "testnet"
    assert run.settings["strategy.name"] == "sma_cross"
    assert list(run.strategies) == ["sma_cross"]
    assert secret not in str(run)


async def test_the_equity_timer_notes_what_the_account_is_worth_once_it_was_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.db"
    room = await new_room(tmp_path, VirtualClock(START_MS))
    trading, bus = room.trading, room.machine.bus
    with open_store(path) as store:
        configuration = config_at(tmp_path).load()
        keep_books(
            configuration,
            store,
            bus=bus,
            world=room.world,
            trading=trading,
            desks=trading._desks,
            contracts=room.contracts,
        )
        bus.drive(timer("equity"))
        trading.book.take(AccountSnapshot(at_ms=START_MS, balances=(WALLET,), positions=()))
        bus.drive(timer("equity"))
        bus.drive(timer("another"))
    (row,) = rows_of(path, tables.equity)
    assert (row.at_ms, row.wallet, row.exposure) == (START_MS, Decimal("1000.5"), Decimal(0))
    assert row.equity == row.equity_peak == Decimal("1000.5")
    kinds = [each.kind for each in rows_of(path, tables.journal)]
    assert kinds == ["RunBegan", "DeedDone", *["OrderTimerFired"] * 3]
