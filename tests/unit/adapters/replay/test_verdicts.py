"""A file is judged by itself: what is in it, what it lacks, why it is refused."""

from pathlib import Path

from noctule.adapters.replay.columns import Gap
from noctule.adapters.replay.names import Kind
from noctule.adapters.replay.verdicts import Verdict, verdict_of
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.recorded_files import START_MS, candle_row, write_funding, write_rows

MINUTE_MS = 60_000
BTC = Symbol("BTCUSDT")


def test_a_sound_file_is_told_with_its_gaps_and_idle_candles(tmp_path: Path) -> None:
    idle = candle_row(3, volume="0", rest=",0,0,0,0")
    path = write_rows(tmp_path / "BTCUSDT-1m-1.csv", [candle_row(0), idle])

    assert verdict_of(path) == Verdict(
        path=path,
        bytes=path.stat().st_size,
        kind=Kind.CANDLES,
        symbol=BTC,
        timeframe=Timeframe.M1,
        from_ms=START_MS,
        to_ms=START_MS + 4 * MINUTE_MS,
        rows=2,
        gaps=(Gap(from_ms=START_MS + MINUTE_MS, to_ms=START_MS + 3 * MINUTE_MS, candles=2),),
        idle=1,
    )


def test_nobody_trades_mark_prices_or_funding(tmp_path: Path) -> None:
    marks = write_rows(tmp_path / "BTCUSDT-MARK-1m-1.csv", [candle_row(volume="", rest=",,,,")])
    funding = write_funding(tmp_path / "BTCUSDT-funding-1.csv", f"{START_MS},8,0.0001")

    for path, kind in [(marks, Kind.MARKS), (funding, Kind.FUNDING)]:
        verdict = verdict_of(path)
        assert (verdict.kind, verdict.rows, verdict.idle) == (kind, 1, None)
        assert verdict.problem is None


def test_the_flaws_of_a_refused_file_are_counted(tmp_path: Path) -> None:
    rows = [candle_row(0), candle_row(1, volume="-4"), candle_row(2, volume="-5")]
    path = write_rows(tmp_path / "BTCUSDT-1m-1.csv", rows)
    funding = write_funding(tmp_path / "BTCUSDT-funding-1.csv", "x,8,1", "y,8,1", "z,8,1")

    verdict, other = verdict_of(path), verdict_of(funding)

    assert (verdict.flaws, other.flaws) == (2, 3)
    assert verdict.problem == f"{path}:3: volume is -4, should be 0 or more"
    assert (verdict.symbol, verdict.rows) == (BTC, 0)


def test_a_name_that_says_nothing_is_a_flaw_unless_the_caller_says_it(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "mine.csv", [candle_row()])

    refused = verdict_of(path)
    assert refused.flaws == 1
    assert refused.problem is not None
    assert refused.problem.startswith(f"{path}: the name should be like")
    assert verdict_of(path, symbol="BTCUSDT", timeframe=Timeframe.M1).rows == 1
