"""Venues: a generated market with a history, and one replayed from files."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.candle_files import Gap
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.model import OrderType, Side
from noctule.adapters.sim.specs import AlgoSpec, OrderSpec
from noctule.adapters.sim.venue import Market, Venue, generated, make_venue, replayed
from tests.fakes.sim_market import START_MS, rules_of, write_candles

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


def opened(seed: int) -> Venue:
    market = generated(
        seed=seed, open_ms=START_MS, history_ms=HOUR_MS, rules=rules_of("BTCUSDT", "ETHUSDT")
    )
    return make_venue(market)(lambda _account, _event: None)


def test_a_generated_market_opens_with_its_history_behind_it() -> None:
    venue = opened(1)
    rows = venue.tape.klines("BTCUSDT", "1m", limit=500)

    assert len(rows) == 60
    assert venue.world.next_ms == START_MS


def test_the_seed_decides_the_market() -> None:
    def last(seed: int) -> str:
        return str(opened(seed).exchange.quote("BTCUSDT").last)

    assert last(1) == last(1) != last(2)


def test_a_market_that_is_opened_twice_is_the_same_market() -> None:
    market = generated(seed=1, open_ms=START_MS, history_ms=HOUR_MS, rules=rules_of("BTCUSDT"))
    one, two = (make_venue(market)(lambda _account, _event: None) for _ in range(2))

    assert one.exchange.quote("BTCUSDT") == two.exchange.quote("BTCUSDT")


def test_the_built_in_market_lists_every_symbol() -> None:
    market = generated(seed=1, open_ms=START_MS, history_ms=HOUR_MS)

    assert len(market.rules) == 9


def test_without_a_history_a_market_opens_once_its_first_minute_has_traded() -> None:
    market = generated(seed=1, open_ms=START_MS, history_ms=0, rules=rules_of("BTCUSDT"))
    venue = make_venue(market)(lambda _account, _event: None)

    assert venue.exchange.quote("BTCUSDT").last > 0
    assert venue.world.next_ms == START_MS + MINUTE_MS


def candles(folder: Path, name: str, *prices: str) -> Path:
    rows = []
    for minute, ohlc in enumerate(prices):
        open_ms = START_MS + minute * MINUTE_MS
        numbers = ",".join(ohlc.split())
        rows.append(f"{open_ms},{numbers},2,{open_ms + MINUTE_MS - 1},120000,7,1,60000")
    return write_candles(folder / name, *rows)


def replay(*paths: Path) -> Market:
    gaps: list[Gap] = []
    market = replayed(paths, on_gap=gaps.append, history_candles=1)
    assert gaps == []
    return market


def test_files_are_replayed_after_their_history(tmp_path: Path) -> None:
    candles(tmp_path, "BTCUSDT-1m-2023.csv", "60000 60100 59900 60050", "60050 60200 60000 60100")
    candles(tmp_path, "ETHUSDT-1m-2023.csv", "3000 3010 2990 3005", "3005 3020 3000 3010")
    venue = make_venue(replay(tmp_path))(lambda _account, _event: None)

    assert list(venue.exchange.rules) == ["BTCUSDT", "ETHUSDT"]
    assert venue.exchange.quote("BTCUSDT").last == Decimal(60_050)
    assert venue.world.next_ms == START_MS + MINUTE_MS


def test_trades_are_replayed_after_a_history_in_minutes(tmp_path: Path) -> None:
    file = tmp_path / "BTCUSDT-aggTrades-2023.csv"
    rows = (f"{n},6000{n},1,{n},{n},{START_MS + n * MINUTE_MS},false" for n in range(1, 5))
    file.write_text("\n".join(rows) + "\n")
    market = replayed([file], on_gap=print, history_candles=2)
    venue = make_venue(market)(lambda _account, _event: None)

    assert venue.exchange.quote("BTCUSDT").last == Decimal(60_002)
    assert venue.world.next_ms == START_MS + 3 * MINUTE_MS


def test_a_file_is_replayed_with_the_rules_that_are_given(tmp_path: Path) -> None:
    (rules,) = rules_of("BTCUSDT")
    given = replace(rules, symbol="NOPEUSDT", tick=Decimal("0.5"))
    file = candles(tmp_path, "NOPEUSDT-1m-2023.csv", *["7 8 6 7"] * 2)
    market = replayed([file], on_gap=print, history_candles=1, rules=[given])

    assert market.rules == (given,)


def test_a_file_without_a_row_is_refused(tmp_path: Path) -> None:
    file = candles(tmp_path, "BTCUSDT-1m-2023.csv")
    with pytest.raises(BadData, match=r"BTCUSDT-1m-2023\.csv: not one row is there"):
        replay(file)


@pytest.mark.parametrize("side", Side)
def test_of_a_stop_and_a_target_within_one_candle_the_stop_comes_first(
    tmp_path: Path, side: Side
) -> None:
    file = candles(
        tmp_path, "BTCUSDT-1m-2023.csv", "60000 60000 60000 60000", "60000 60500 59500 60000"
    )
    venue = make_venue(replay(file))(lambda _account, _event: None)
    account = venue.exchange.open_account(key="k", secret="s", deposit=Decimal(10_000))
    qty, exit_side = Decimal("0.010"), side.other
    spec = OrderSpec(symbol="BTCUSDT", side=side, type=OrderType.MARKET, qty=qty)
    venue.exchange.place(account, spec)
    for name, kind, price in (
        ("stop", OrderType.STOP_MARKET, 60_000 - side.sign * 300),
        ("target", OrderType.TAKE_PROFIT_MARKET, 60_000 + side.sign * 300),
    ):
        algo = AlgoSpec(
            symbol="BTCUSDT",
            side=exit_side,
            type=kind,
            close_position=True,
            trigger_price=Decimal(price),
            client_algo_id=name,
        )
        venue.exchange.place_algo(account, algo)
    finish(venue)

    fired = [algo.client_algo_id for algo in account.history.algos if algo.actual_order_id]
    assert fired == ["stop"]


def finish(venue: Venue) -> None:
    while venue.world.step() is not None:
        pass


def test_recorded_mark_prices_decide_what_a_position_is_worth_and_when_it_is_liquidated(
    tmp_path: Path,
) -> None:
    calm = "60000 60010 59990 60000"
    candles(tmp_path, "BTCUSDT-1m-2023.csv", *[calm] * 4)
    candles(
        tmp_path, "BTCUSDT-1m-MARK-2023.csv", "60100 60100 60100 60100", "60100 60100 40000 60100"
    )
    venue = make_venue(replay(tmp_path))(lambda _account, _event: None)
    account = venue.exchange.open_account(key="k", secret="s", deposit=Decimal(10_000))
    before = venue.exchange.quote("BTCUSDT")
    spec = OrderSpec(symbol="BTCUSDT", side=Side.BUY, type=OrderType.MARKET, qty=Decimal(1))
    venue.exchange.place(account, spec)
    assert account.legs("BTCUSDT")
    venue.world.run_until(START_MS + 2 * MINUTE_MS)
    after = venue.exchange.quote("BTCUSDT")
    finish(venue)

    assert (before.last, before.mark) == (Decimal(60_000), Decimal(60_100))
    assert not account.legs("BTCUSDT")
    assert (after.last, after.mark) == (Decimal(60_000), Decimal(60_100))
    assert venue.exchange.quote("BTCUSDT").mark == Decimal(60_000)


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["notes.csv"], "the name should be"),
        (["NOPEUSDT-1m-2023.csv"], "no contract rules for NOPEUSDT"),
        ([], "file is there"),
    ],
)
def test_data_that_cannot_be_used_is_said_so(
    tmp_path: Path, names: Sequence[str], reason: str
) -> None:
    for name in names:
        candles(tmp_path, name, "60000 60100 59900 60050")

    with pytest.raises(BadData, match=reason):
        replay(tmp_path)
