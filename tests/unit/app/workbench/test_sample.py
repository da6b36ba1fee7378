"""A strategy is tried on candles that follow one another, made up or out of files."""

from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.app.workbench.messages import TrialRequest
from noctule.app.workbench.sample import Sample, sample_of
from noctule.domain.errors import ConfigError
from noctule.domain.market import Candle
from noctule.strategies.rehearsal import candles_from

REQUEST = TrialRequest(strategy="my_idea.py", candles_max=60)


def sampled(request: TrialRequest) -> Sample:
    return sample_of(request, lambda: None)


def written(path: Path, candles: list[Candle]) -> str:
    rows = [
        f"{each.open_ms},{each.open},{each.high},{each.low},{each.close},1,{each.close_ms}"
        for each in candles
    ]
    path.write_text("\n".join(rows) + "\n")
    return str(path)


def refused(request: TrialRequest) -> str:
    with pytest.raises(ConfigError) as raised:
        sampled(request)
    (problem,) = raised.value.problems
    return problem


def test_made_up_candles_are_the_same_every_time_and_others_with_another_seed() -> None:
    first, second = sampled(REQUEST), sampled(REQUEST)
    assert first.candles == second.candles
    assert len(first.candles) == 60
    assert first.origin == "made up with seed 1"
    assert sampled(replace(REQUEST, seed=2)).candles != first.candles


def test_made_up_candles_may_be_as_long_as_is_wished() -> None:
    hours = sampled(replace(REQUEST, interval="4h")).candles
    assert {each.timeframe for each in hours} == {"4h"}
    assert [each.flaw() for each in hours] == [None] * 60
    assert all(b.open_ms == a.close_ms + 1 for a, b in pairwise(hours))


def test_candles_come_out_of_files(tmp_path: Path) -> None:
    candles = candles_from(range(100, 150), symbol="ETHUSDT", timeframe="5m")
    file = written(tmp_path / "ETHUSDT-5m-2026-01.csv", candles)
    sample = sampled(replace(REQUEST, data=(file,)))
    assert [each.close for each in sample.candles] == [each.close for each in candles]
    assert (sample.recording.symbol, sample.recording.timeframe) == ("ETHUSDT", "5m")
    assert sample.origin == f"out of {file}"


def test_of_candles_with_holes_the_longest_row_is_taken(tmp_path: Path) -> None:
    candles = candles_from(range(100, 170))
    del candles[30], candles[60]
    file = written(tmp_path / "BTCUSDT-1m-2026-01.csv", candles)
    sample = sampled(replace(REQUEST, data=(file,)))
    assert [each.close for each in sample.candles] == [*range(100, 130)]


def test_no_more_is_read_than_is_wished(tmp_path: Path) -> None:
    file = written(tmp_path / "BTCUSDT-1m-2026-01.csv", candles_from(range(100, 200)))
    beats: list[None] = []
    sample = sample_of(replace(REQUEST, data=(file,)), lambda: beats.append(None))
    assert len(sample.candles) == len(beats) == 60


def test_a_timeframe_that_is_none_is_told() -> None:
    assert refused(replace(REQUEST, interval="5 m")) == (
        "--interval: '5 m' is not a timeframe, did you mean '5m'?"
    )


def test_a_file_that_is_not_there_is_told() -> None:
    assert refused(replace(REQUEST, data=("gone.csv",))) == (
        "--data: gone.csv: there is no such file or folder"
    )


def test_too_few_candles_are_told(tmp_path: Path) -> None:
    file = written(tmp_path / "BTCUSDT-1m-2026-01.csv", candles_from(range(100, 109)))
    assert refused(replace(REQUEST, data=(file,))) == (
        "--data: 9 candles are not enough, 10 that follow one another are the least"
    )
