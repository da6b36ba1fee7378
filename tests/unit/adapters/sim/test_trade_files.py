"""Files of trades become ticks."""

from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.trade_files import TradeFile, ticks_of, trade_file_of
from tests.conformance.fixtures import DATA, needs_data

SOLD = Tick(
    symbol="BTCUSDT",
    time_ms=1_680_652_700_452,
    price=Decimal("28145.10"),
    qty=Decimal("0.050"),
    quote_qty=Decimal("1407.25500"),
    count=4,
    taker_buy_qty=Decimal(0),
    taker_buy_quote=Decimal(0),
)


def test_an_aggregated_trade_is_a_tick_of_so_many_trades(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,28145.10,0.050,3535186032,3535186035,1680652700452,true\n")
    assert list(ticks_of([TradeFile(path=path, symbol="BTCUSDT", kind="aggTrades")])) == [SOLD]


def test_a_trade_is_a_tick_of_one_and_what_a_taker_bought_counts_as_bought(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,price,qty,quote_qty,time,is_buyer_maker\n7,10,2,20,1680652700452,false\n")
    (tick,) = ticks_of([TradeFile(path=path, symbol="BTCUSDT", kind="trades")])
    assert (tick.count, tick.taker_buy_qty, tick.taker_buy_quote) == (1, Decimal(2), Decimal(20))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("7,10,x,20,1680652700452,true", "a.csv:1: not a trade: 7,10,x,20,1680652700452,true"),
        ("7,10,0,20,1680652700452,true", "a.csv:1: 0 at 10 in 1 trades"),
        (
            "7,10,2,20,1680652700452,true\n8,10,2,20,1680652700451,true",
            "a.csv:2: 1680652700451 is before the row before",
        ),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path: Path, rows: str, why: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(rows)
    with pytest.raises(BadData) as caught:
        list(ticks_of([TradeFile(path=path, symbol="BTCUSDT", kind="trades")]))
    assert str(caught.value) == f"{tmp_path}/{why}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("BTCUSDT-aggTrades-2024-05.zip", "aggTrades"),
        ("BTCUSDT-trades-2024-05-01.csv.gz", "trades"),
        ("BTCUSDT-1m-trades.csv", None),
    ],
)
def test_a_name_tells_whether_a_file_holds_trades(name: str, kind: str | None) -> None:
    file = trade_file_of(Path(name))
    assert (file.symbol, file.kind) == ("BTCUSDT", kind) if file else kind is None


@needs_data
def test_recorded_trades_and_the_aggregated_ones_made_of_them_add_up_to_the_same() -> None:
    folder = DATA / "trades"
    singles, together = (
        list(ticks_of([file]))
        for name in ("trades", "aggTrades-derived")
        if (file := trade_file_of(folder / f"BTCUSDT-{name}-20230404.csv.gz")) is not None
    )
    assert len(together) < len(singles)
    for figure in ("qty", "quote_qty", "count", "taker_buy_qty"):
        assert sum(getattr(each, figure) for each in singles) == sum(
            getattr(each, figure) for each in together
        )
