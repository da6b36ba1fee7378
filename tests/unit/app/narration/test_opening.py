"""The opening says what runs, on what, and what may be lost."""

from pathlib import Path

import pytest

from noctule.app.narration.opening import opening
from noctule.telemetry.narration import Tone
from tests.fakes.home import config_at


def rows_of(home: Path, *overrides: str) -> dict[str, str]:
    return dict(opening(config_at(home, *overrides, ini="").load()).rows)


def test_a_newcomer_reads_what_runs_on_what_and_what_is_risked(tmp_path: Path) -> None:
    block = opening(config_at(tmp_path, ini="").load())
    rows = dict(block.rows)
    assert "SIMULATION: no real money" in block.title
    assert rows["market"].startswith("built in, seed 1: livelier than you would trade")
    assert rows["speed"] == "60 market minutes a minute"
    assert rows["strategy"] == "sma_cross: fast 10, slow 30"
    assert rows["trades"] == "BTCUSDT on 1m candles"
    assert rows["risk"] == "100.00 a trade (1 % of 10,000.00); stop 1 %, target 2 %"
    assert rows["halts"] == "5 % lost in a day, 20 % from the peak, 3 losses in a row"
    assert rows["at most"] == "3 positions, leverage 5 isolated"
    assert max(len(name) + len(text) for name, text in block.rows[:8]) <= 76


@pytest.mark.parametrize(
    ("override", "row", "text"),
    [
        ("sim.market=ordinary", "market", "built in, seed 1, as quiet as real ones"),
        ("sim.speed=0", "speed", "as fast as possible"),
        ("api.environment=paper", "risk", "1 % of equity a trade; stop 1 %, target 2 %"),
        ("api.rest_url=http://127.0.0.1:1", "exchange", "http://127.0.0.1:1"),
        (
            "trading.symbols=AAUSDT,BBUSDT,CCUSDT,DDUSDT,EEUSDT,FFUSDT,GGUSDT",
            "trades",
            "AAUSDT, BBUSDT, CCUSDT, DDUSDT, EEUSDT, FFUSDT and 1 more on 1m candles",
        ),
    ],
)
def test_what_is_set_otherwise_is_told_otherwise(
    tmp_path: Path, override: str, row: str, text: str
) -> None:
    more = ["api.stream_url=ws://127.0.0.1:1"] if "rest_url" in override else []
    assert rows_of(tmp_path, override, *more)[row] == text


def test_files_that_are_replayed_are_named(tmp_path: Path) -> None:
    file = tmp_path / "BTCUSDT-1m.csv"
    file.touch()
    assert rows_of(tmp_path, f"sim.data={file}")["market"] == f"replayed from {file}"


def test_real_money_is_told_in_red(tmp_path: Path) -> None:
    block = opening(config_at(tmp_path, "api.environment=live", ini="").load())
    assert "REAL MONEY" in block.title
    assert block.tone is Tone.BAD


def test_several_strategies_have_a_row_each(tmp_path: Path) -> None:
    ini = "[trading]\nsymbols = BTCUSDT, ETHUSDT\n"
    ini += "[strategy.calm]\nname = sma_cross\nsymbols = BTCUSDT\n"
    ini += "[strategy.sma_cross]\nname = sma_cross\nsymbols = ETHUSDT\n"
    rows = opening(config_at(tmp_path, ini=ini).load()).rows
    assert [text for name, text in rows if name == "strategy"] == [
        "calm, a sma_cross: fast 10, slow 30",
        "sma_cross: fast 10, slow 30",
    ]
