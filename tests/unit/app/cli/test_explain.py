import json
from collections.abc import Callable
from pathlib import Path

import pytest

from noctule.app.cli import main
from tests.builders import START_MS
from tests.fakes.explained import DRAWS_ALL, rows, write_rows

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command at a home of its own; return its exit code and what it printed."""
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("[strategy]\nname = sma_cross\nfast = 2\n")
    (tmp_path / "mine.py").write_text(DRAWS_ALL)
    closes = [100.5 + number for number in range(30)] + [140.0] + [131.5] * 30
    write_rows(tmp_path / "BTCUSDT-1m-2026.csv", rows(closes, from_ms=START_MS))
    monkeypatch.chdir(tmp_path)
    for name in ("BINANCE_API_KEY", "BINANCE_API_SECRET", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)

    def ran(*words: str) -> tuple[int, str, str]:
        code = main(["strategy", "explain", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return ran


DATA = ("--data", "BTCUSDT-1m-2026.csv")


def test_what_was_seen_and_called_for_is_told_and_drawn(run: Run, tmp_path: Path) -> None:
    code, told, wrong = run("mine.py:Everything", *DATA, "--at", "2026-09-28T00:30")

    assert (code, wrong) == (0, "")
    lines = told.splitlines()
    assert lines[0] == "BTCUSDT 1m, 2026-09-28 00:30 UTC: everything"
    assert lines[1] == "Open 140, high 141, low 139, close 140, volume 40."
    assert lines[2] == "It signalled LONG, stop 138: a <round> price"
    table = [line.split() for line in lines]
    assert ["area", "zone", "<1>", "neutral", "139", "–", "142", "2026-09-28", "00:30",
            "still"] in table  # fmt: skip
    assert lines[-1] == "chart: BTCUSDT-1m-20260928T0030.html"
    page = (tmp_path / "BTCUSDT-1m-20260928T0030.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "zone &lt;1&gt;" in page


def test_without_a_time_the_latest_signal_is_explained(run: Run) -> None:
    _, told, _ = run("mine.py:Everything", *DATA)

    assert told.startswith("BTCUSDT 1m, 2026-09-28 00:30 UTC")


def test_without_a_signal_the_last_candle_is_explained(run: Run) -> None:
    _, told, _ = run("sma_cross", *DATA, "--set", "fast=59", "--set", "slow=900")

    assert told.startswith("BTCUSDT 1m, 2026-09-28 01:00 UTC: sma_cross")
    assert "It signalled nothing." in told
    assert "No signal while the candles shown closed." in told


def test_a_newcomer_needs_nothing_to_try_it(run: Run, tmp_path: Path) -> None:
    code, told, _ = run("--interval", "1h", "--html", "try.html")

    assert code == 0
    assert "BTCUSDT 1h, 2026-01-0" in told
    assert told.endswith("chart: try.html\n")
    assert (tmp_path / "try.html").stat().st_size > 20_000


def test_the_configured_strategy_is_meant_with_what_is_set(run: Run) -> None:
    own, shared = ("--set", "slow=5"), ("--set", "trading.warmup_candles=7")

    code, told, _ = run(
        *DATA, *own, *shared, "--at", "2026-09-28T01:00:59Z", "--bars", "20", "--json"
    )

    account = json.loads(told)
    assert code == 0
    assert (account["strategy"], account["settings"]) == ("sma_cross", {"fast": "2", "slow": "5"})
    assert account["asked"] == 61 - 7  # all candles but the warm-up
    assert account["candle"]["symbol"] == "BTCUSDT"
    assert account["chart"].endswith(".html")


def test_a_strategy_that_fails_on_every_candle_is_told_and_ends_with_1(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(DRAWS_ALL.replace("candle.close % 10", "candle.closing"))

    code, told, wrong = run("mine.py:Everything", *DATA)

    assert code == 1
    assert "It signalled nothing." in told
    assert "the strategy failed on 61 of 61 candles:" in wrong
    assert "mine.py:7 in analyze: AttributeError" in wrong


@pytest.mark.parametrize("raised", ["SystemExit", "KeyboardInterrupt", "GeneratorExit"])
@pytest.mark.parametrize(
    ("right", "place"),
    [("if candle.close % 10:", "mine.py:7 in analyze"), ("at_ms = ", "mine.py:12 in explain")],
)
def test_a_strategy_that_would_end_the_program_is_told_by_its_line(
    run: Run, tmp_path: Path, raised: str, right: str, place: str
) -> None:
    wrong_text = DRAWS_ALL.replace(
        right, f"raise {raised}('bye'); {right}".replace("; if", "\n        if")
    )
    (tmp_path / "mine.py").write_text(wrong_text)

    code, told, wrong = run("mine.py:Everything", *DATA)

    assert (code, told) == (1, "")
    assert wrong == (f"{place}: {raised}: bye: a strategy must not end the program, take it away\n")


def test_what_is_no_drawing_is_told_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        DRAWS_ALL.replace("        return [\n", "        return [7,\n")
    )

    code, told, wrong = run("mine.py:Everything", *DATA)

    assert code == 1
    assert "chart: " in told
    assert wrong == "explain: 7: is not an Area, Level, Mark or Curve\n"


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_no_text_of_a_strategy_steers_the_terminal_or_breaks_the_page(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    odd = r"a\x1b[2J\ud800\n"
    text = DRAWS_ALL.replace("zone <1>", odd).replace("a <round> price", r"b\x1b[2J\n")
    (tmp_path / "mine.py").write_text(text.replace('"curve"', f'"{odd}"'))

    code, told, wrong = run("mine.py:Everything", *DATA, "--html", "odd.html", *words)

    assert (code, wrong) == (0, "")
    assert "\x1b" not in told
    assert "a\ufffd[2J\ufffd\ufffd" in told
    assert "b\ufffd[2J\ufffd" in told
    assert "a\ufffd[2J\ufffd\ufffd" in (tmp_path / "odd.html").read_text()


def test_a_hole_in_the_data_is_told(run: Run, tmp_path: Path) -> None:
    lines = (tmp_path / "BTCUSDT-1m-2026.csv").read_text().splitlines()
    write_rows(tmp_path / "BTCUSDT-1m-2026.csv", [*lines[:10], *lines[12:]])

    code, told, wrong = run("mine.py:Everything", *DATA)

    assert (code, wrong) == (0, "the candles before a hole in the data were left out\n")
    assert told.startswith("BTCUSDT 1m, 2026-09-28 00:30 UTC")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--at", "2026-09-27"), "--at: 2026-09-27 00:00 UTC is before the data, which begin"),
        (("--at", "noon"), "--at: 'noon' is not a time"),
        (("--interval", "5min"), "--interval: '5min' is not a timeframe, did you mean '5m'?"),
        (("--higher", "1x"), "--higher [trading] higher_timeframes: '1x' is not known"),
        (("--symbol", "ETHUSDT"), "--data: no file holds 'ETHUSDT'"),
        (("--html", "no/where.html"), "--html: no/where.html cannot be written (No such file"),
        (("--set", "slow"), "--set: 'strategy.slow' names no setting"),
    ],
)
def test_silly_input_is_refused_with_the_reason(
    run: Run, words: tuple[str, ...], problem: str
) -> None:
    code, told, wrong = run(*DATA, *words)

    assert (code, told) == (1, "")
    assert wrong.startswith(problem)


@pytest.mark.parametrize("bars", ["19", "1001", "many"])
def test_only_so_many_candles_can_be_shown(run: Run, bars: str) -> None:
    code, told, wrong = run(*DATA, "--bars", bars)

    assert (code, told) == (1, "")
    assert "--bars" in wrong


def test_an_unknown_strategy_is_guessed_at(run: Run) -> None:
    code, _, wrong = run("sma_crss", *DATA)

    assert code == 1
    assert wrong == (
        "strategy explain [strategy] name: 'sma_crss' is not a strategy, "
        "did you mean 'sma_cross'?\n"
    )
