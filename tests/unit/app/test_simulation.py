"""The simulated exchange is what the [sim] section says, for every command alike."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.candle_files import Gap
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.protocol import Protocol
from noctule.adapters.sim.settings import SimSettings
from noctule.app.sim_keys import sim_key_pair
from noctule.app.simulation import simulated_exchange, spoiled_data
from noctule.domain.errors import ConfigError
from tests.fakes.sim_market import START_MS, rules_of


def made(settings: SimSettings, *, history_candles: int = 500) -> Protocol:
    return simulated_exchange(
        settings,
        clock=VirtualClock(START_MS),
        on_gap=lambda gap: None,
        history_candles=history_candles,
    )


def row(minute: int) -> str:
    open_ms = START_MS + minute * 60_000
    return f"{open_ms},60000,60010,59990,60000,2,{open_ms + 59_999},120000,7,1,60000\n"


def test_the_account_of_the_seed_has_the_balance() -> None:
    exchange = made(SimSettings(balance=Decimal(321), seed=7)).venue.exchange

    key, secret = sim_key_pair(7)
    account = exchange.accounts[key]
    assert account.secret == secret
    assert account.wallet == Decimal(321)


def test_the_generated_market_opens_now_with_a_history() -> None:
    protocol = made(SimSettings())

    assert START_MS - 60_000 < protocol.times.market_ms() <= START_MS
    assert protocol.setup.speed == 60


def test_a_market_that_waits_lets_nobody_run_out_of_orders() -> None:
    waiting, running = (made(SimSettings(speed=speed)).setup.terms for speed in (0, 60))
    assert (running.orders_per_minute, running.weight_per_minute) == (1_200, 2_400)
    assert waiting.orders_per_10s == waiting.orders_per_minute == waiting.weight_per_minute == 10**9


def test_contracts_that_we_know_are_picked_from_a_whole_exchange() -> None:
    (known,) = rules_of("BTCUSDT")
    strange = replace(known, symbol="NEWUSDT")
    protocol = simulated_exchange(
        SimSettings(),
        clock=VirtualClock(START_MS),
        on_gap=lambda gap: None,
        contracts=(strange, known),
    )

    assert [each.symbol for each in protocol.venue.exchange.rules.values()] == ["BTCUSDT"]


def test_files_are_replayed_from_the_end_of_their_history_on(tmp_path: Path) -> None:
    file = tmp_path / "BTCUSDT-1m-2023.csv"
    file.write_text("".join(row(minute) for minute in (*range(5), 9)))
    gaps: list[Gap] = []
    protocol = simulated_exchange(
        SimSettings(data=(file,)),
        clock=VirtualClock(START_MS),
        on_gap=gaps.append,
        history_candles=3,
    )

    assert protocol.times.market_ms() == START_MS + 3 * 60_000 - 1


def test_files_that_are_all_history_are_refused_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "BTCUSDT-1m-2023.csv"
    file.write_text(row(0))

    with pytest.raises(ConfigError) as caught:
        made(SimSettings(data=(file,)))

    assert caught.value.problems == (
        "[sim] data: all of it is history (500 candles): give it more of them, or less --history",
    )


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    file = tmp_path / "BTCUSDT-1m-2023.csv"

    with pytest.raises(ConfigError, match=r"\[sim\] data: .*there is no"):
        made(SimSettings(data=(file,)))


def test_a_row_that_cannot_be_replayed_is_a_problem_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match=r"\[sim\] data: row 7"), spoiled_data():
        raise ExceptionGroup("the server's", [ExceptionGroup("a task's", [BadData("row 7")])])


def test_what_else_goes_wrong_beside_it_is_no_such_problem() -> None:
    both = ExceptionGroup("the server's", [BadData("row 7"), ValueError("a bug")])
    for failure in (both, ExceptionGroup("the server's", [ValueError("a bug")])):
        with pytest.raises(ExceptionGroup), spoiled_data():
            raise failure
