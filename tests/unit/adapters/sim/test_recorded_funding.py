"""Funding out of files: who holds through an instant pays its rate on the mark of that instant."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.candle_files import Gap, candles_of, named
from noctule.adapters.sim.floor import to_8
from noctule.adapters.sim.funding_files import funding_file_of, fundings_of
from noctule.adapters.sim.model import OrderType, Side
from noctule.adapters.sim.specs import OrderSpec
from noctule.adapters.sim.venue import Venue, make_venue, replayed
from tests.conformance.fixtures import DATA, needs_data
from tests.fakes.sim_market import START_MS, write_candles

HOUR_MS = 3_600_000
END_OF_TIME_MS = 10**14


def holding(
    paths: Sequence[Path], side: Side, *, until_ms: int = END_OF_TIME_MS
) -> tuple[Venue, Account, list[Gap]]:
    """Hold one contract from the second candle on, to the end of the data or until then."""
    gaps: list[Gap] = []
    market = replayed(paths, on_gap=gaps.append, history_candles=1)
    venue = make_venue(market)(lambda _account, _event: None)
    account = venue.exchange.open_account(key="k", secret="s", deposit=Decimal(10_000_000))
    spec = OrderSpec(symbol="BTCUSDT", side=side, type=OrderType.MARKET, qty=Decimal(1))
    venue.exchange.place(account, spec)
    venue.world.run_until(until_ms)
    return venue, account, gaps


def payments(account: Account) -> list[tuple[int, Decimal]]:
    return [
        (line.time_ms, line.income)
        for line in account.history.incomes
        if line.income_type == "FUNDING_FEE"
    ]


def hourly_candles(folder: Path, hours: Sequence[int]) -> Path:
    """Write candles whose close is 60000 and as many dollars as they are hours old."""
    rows = (
        f"{START_MS + hour * HOUR_MS},60000,60100,59900,{60_000 + hour},2,"
        f"{START_MS + (hour + 1) * HOUR_MS - 1},120000,7,1,60000"
        for hour in hours
    )
    return write_candles(folder / "BTCUSDT-1h-x.csv", *rows)


def funding_rows(folder: Path, *rows: tuple[int, int, str]) -> Path:
    path = folder / "BTCUSDT-funding-x.csv"
    lines = (f"{START_MS + at * HOUR_MS + 23},{hours},{rate}\n" for at, hours, rate in rows)
    path.write_text("".join(lines))
    return path


@pytest.mark.parametrize("side", Side)
def test_each_rate_is_paid_at_its_instant_on_the_last_mark_before_it(
    tmp_path: Path, side: Side
) -> None:
    candles = hourly_candles(tmp_path, range(24))
    rows = [(0, 8, "0.9"), (8, 8, "0.0001"), (12, 4, "-0.0002"), (13, 1, "0.003"), (16, 4, "0.01")]
    _, account, gaps = holding([candles, funding_rows(tmp_path, *rows)], side)
    expected = [
        (START_MS + at * HOUR_MS, -side.sign * Decimal(rate) * (60_000 + at - 1))
        for at, rate in ((8, "0.0001"), (12, "-0.0002"), (13, "0.003"), (16, "0.01"))
    ]
    usual = Decimal("0.0001")
    after = [(START_MS + at * HOUR_MS, -side.sign * usual * (60_000 + at - 1)) for at in (20, 24)]
    assert payments(account) == [*expected, *after]
    assert [gap.flaw for gap in gaps] == ["no funding rate after this row, so it is 0.0001"]


def test_while_nobody_trades_every_funding_is_paid_all_the_same(tmp_path: Path) -> None:
    candles = hourly_candles(tmp_path, [0, 1, 10, 11])
    rows = [(4, 4, "0.001"), (5, 1, "0.002"), (9, 4, "0.003"), (13, 4, "0.004")]
    venue, account, _ = holding([candles, funding_rows(tmp_path, *rows)], Side.BUY)
    assert payments(account) == [
        (START_MS + at * HOUR_MS, -Decimal(rate) * 60_001)
        for at, rate in ((4, "0.001"), (5, "0.002"), (9, "0.003"))
    ]
    told = venue.tape.funding_history("BTCUSDT")
    assert [(each.funding_ms, str(each.rate)) for each in told] == [
        (START_MS + at * HOUR_MS, rate) for at, rate in ((4, "0.001"), (5, "0.002"), (9, "0.003"))
    ]


def test_a_folder_of_candles_and_fundings_is_one_market(tmp_path: Path) -> None:
    hourly_candles(tmp_path, range(10))
    funding_rows(tmp_path, (8, 8, "-0.002"))
    _, account, _ = holding([tmp_path], Side.BUY)
    assert payments(account) == [(START_MS + 8 * HOUR_MS, Decimal("120.014"))]


@needs_data
def test_recorded_rates_are_paid_on_recorded_marks() -> None:
    candles, marks, funding = (
        DATA / folder / f"BTCUSDT-{name}.csv.gz"
        for folder, name in (
            ("klines", "4h-20230101-20240513"),
            ("klines", "MARK-8h-20230101-20240514"),
            ("funding", "funding-20230101-20240514"),
        )
    )
    april_ms = 1_680_307_200_000
    _, account, gaps = holding([candles, marks, funding], Side.BUY, until_ms=april_ms + 1)
    file = funding_file_of(funding)
    assert file is not None
    mark_at = {each.close_ms + 1: each.close for each in candles_of([named(marks)], on_gap=print)}
    expected = [
        (each.funding_ms, to_8(-each.rate * mark_at[each.funding_ms]))
        for each in fundings_of([file])
        if each.funding_ms in mark_at
    ]
    paid = payments(account)
    assert (len(paid), paid[-1][0]) == (90 * 3, april_ms)
    assert gaps == []
    assert paid == [each for each in expected if each[0] <= paid[-1][0] and each[1]]
