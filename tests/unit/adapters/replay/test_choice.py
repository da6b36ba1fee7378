"""Of the files that are there those are chosen that are meant, and nothing is guessed."""

from pathlib import Path

import pytest

from noctule.adapters.replay.choice import Wanted, chosen_of
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe

BTC, ETH = Symbol("BTCUSDT"), Symbol("ETHUSDT")


def paths(*names: str) -> list[Path]:
    return [Path(name) for name in names]


def refusal(wanted: Wanted, *names: str) -> str:
    with pytest.raises(ConfigError) as caught:
        chosen_of(paths(*names), wanted)
    return str(caught.value)


def test_files_that_agree_need_no_more_words() -> None:
    chosen = chosen_of(
        paths("BTCUSDT-5m-2.csv", "BTCUSDT-5m-1.csv", "BTCUSDT-funding-1.csv"), Wanted()
    )

    assert chosen.timeframe is Timeframe.M5
    assert [file.path.name for file in chosen.candles[BTC]] == [
        "BTCUSDT-5m-2.csv",
        "BTCUSDT-5m-1.csv",
    ]
    assert [file.path.name for file in chosen.funding[BTC]] == ["BTCUSDT-funding-1.csv"]
    assert (chosen.marks, chosen.finer) == ({}, {})


def test_what_is_asked_for_is_picked_out() -> None:
    chosen = chosen_of(
        paths("ETHUSDT-5m-1.csv", "BTCUSDT-5m-1.csv", "LTCUSDT-5m-1.csv", "BTCUSDT-1h-1.csv"),
        Wanted(symbols=(BTC, ETH), timeframe=Timeframe.M5),
    )

    assert {symbol: len(files) for symbol, files in chosen.candles.items()} == {BTC: 1, ETH: 1}
    assert list(chosen.candles) == [BTC, ETH]


def test_mixed_symbols_are_refused() -> None:
    assert refusal(Wanted(), "BTCUSDT-5m-1.csv", "ETHUSDT-5m-1.csv") == (
        "candles of BTCUSDT, ETHUSDT are there: say which symbols to use"
    )


def test_a_second_timeframe_is_refused_with_both_names() -> None:
    assert refusal(Wanted(), "BTCUSDT-5m-1.csv", "BTCUSDT-1m-1.csv") == (
        "BTCUSDT-5m-1.csv holds 5m, BTCUSDT-1m-1.csv holds 1m:"
        " say which timeframe to use, a finer one can refine"
    )


def test_a_finer_series_is_there_where_it_is_asked_for() -> None:
    chosen = chosen_of(paths("BTCUSDT-5m-1.csv", "BTCUSDT-1m-1.csv"), Wanted(finer=Timeframe.M1))

    assert chosen.timeframe is Timeframe.M5
    assert [file.path.name for file in chosen.finer[BTC]] == ["BTCUSDT-1m-1.csv"]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted(finer=Timeframe.M5), "candles of 5m are not made of whole ones of 5m"),
        (Wanted(finer=Timeframe.M3), "candles of 5m are not made of whole ones of 3m"),
        (
            Wanted(finer=Timeframe.M1),
            "BTCUSDT: no file of 1m candles is there, only of 5m",
        ),
        (Wanted(symbols=(ETH,)), "no file of candles of ETHUSDT is there"),
        (
            Wanted(symbols=(BTC, ETH)),
            "ETHUSDT: no file of 5m candles is there",
        ),
    ],
)
def test_what_is_not_there_is_refused(wanted: Wanted, told: str) -> None:
    if wanted.finer is Timeframe.M5:
        wanted = Wanted(finer=Timeframe.M5, timeframe=Timeframe.M5)
    assert refusal(wanted, "BTCUSDT-5m-1.csv") == told


def test_marks_and_funding_alone_are_no_market() -> None:
    assert refusal(Wanted(), "BTCUSDT-MARK-5m-1.csv", "BTCUSDT-funding-1.csv") == (
        "no file of candles is there, only marks or funding"
    )


def test_a_file_without_a_telling_name_is_what_the_caller_says() -> None:
    wanted = Wanted(symbols=(BTC,), timeframe=Timeframe.M1)
    assert len(chosen_of(paths("mine.csv"), wanted).candles[BTC]) == 1
    told = refusal(Wanted(symbols=(BTC, ETH), timeframe=Timeframe.M1), "mine.csv")
    assert told.startswith("mine.csv: the name should be like BTCUSDT-1m-2024-05.csv.gz")


def test_marks_are_of_one_timeframe() -> None:
    candles = "BTCUSDT-5m-1.csv"
    marks = ["BTCUSDT-MARK-5m-1.csv", "BTCUSDT-MARK-8h-1.csv"]

    for names, expected in [(marks, marks[:1]), (marks[1:], marks[1:])]:
        chosen = chosen_of(paths(candles, *names), Wanted())
        assert [file.path.name for file in chosen.marks[BTC]] == expected
    assert refusal(Wanted(), candles, "BTCUSDT-MARK-1h-1.csv", marks[1]) == (
        "BTCUSDT-MARK-1h-1.csv holds 1h, BTCUSDT-MARK-8h-1.csv holds 8h:"
        " leave all but one of these mark prices out"
    )
