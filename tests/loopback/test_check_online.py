"""`check --online --probe` against `noctule exchange` in another process, as a user would."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Final
from urllib.request import Request, urlopen

import pytest

from noctule.adapters.clock import SystemClock
from tests.fakes.loopback import TOKEN

ROOT = Path(__file__).resolve().parents[2]
_EVENT_MS: Final = 10_000


@contextmanager
def noctule(home: Path, *words: str, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("BINANCE")
    }
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *words],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment | variables,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def exchange(home: Path, speed: str) -> Iterator[dict[str, str]]:
    words = ("--port", "0", "--speed", speed, "--history", "30", "--control-token", TOKEN)
    with noctule(home, "exchange", *words, "--json") as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with exchange(tmp_path_factory.mktemp("exchange"), "60") as address:
        yield address


def control(address: dict[str, str], method: str, name: str, **content: object) -> None:
    request = Request(
        f"{address['rest_url']}/control/{name}",
        method=method,
        data=json.dumps(content).encode(),
        headers={"X-Control-Token": TOKEN},
    )
    with urlopen(request) as reply:
        assert reply.status == 200


def _until_events_are_fresh_s() -> float:
    """Return how long to wait, so that who opens a while from now does not do so just before one.

    The built-in market has an event every ten seconds.
    """
    phase_ms = SystemClock().now_ms() % _EVENT_MS
    return (_EVENT_MS - phase_ms) / 1_000 if phase_ms > _EVENT_MS / 2 else 0


def check(
    home: Path, address: dict[str, str], *words: str, key: str | None = None
) -> tuple[int, list[str]]:
    """Run a check as testnet; return its exit code and what it says of the exchange."""
    urls = (f"api.{name}={address[name]}" for name in ("rest_url", "stream_url", "ws_api_url"))
    overrides = [f"--set={each}" for each in ("api.environment=testnet", *urls)]
    pair = {
        "BINANCE_API_KEY": key or address["api_key"],
        "BINANCE_API_SECRET": address["api_secret"],
    }
    with noctule(home, "check", *overrides, *words, **pair) as process:
        told, errors = process.communicate(timeout=60)
        assert errors == ""
        return process.returncode, told.partition("\nconfiguration ")[2].splitlines()[2:]


def test_everything_is_well_at_the_real_speed(tmp_path: Path) -> None:
    # It opens with the last event of its history, which is up to ten seconds old.
    lenient = "--set=risk.clock_offset_ms_max=10000"
    sleep(_until_events_are_fresh_s())
    with exchange(tmp_path, "1") as address:
        code, lines = check(tmp_path, address, lenient, "--online", "--probe")

    assert [line for line in lines if not line.startswith("ok")] == []
    assert lines[-1] == "ok    probe     8 orders placed: none rests, none traded"
    assert code == 0


def test_a_market_faster_than_the_wall_is_well_when_it_is_called_a_simulation(
    tmp_path: Path, address: dict[str, str]
) -> None:
    code, lines = check(
        tmp_path, address, "--set=api.environment=sim", "--set=sim.speed=60", "--probe"
    )

    assert [line for line in lines if not line.startswith("ok")] == []
    assert "ok    clock     the market's own: 60 market minutes a minute" in lines
    assert code == 0


def test_the_migration_of_the_conditional_orders_ends_with_exit_code_1(
    tmp_path: Path, address: dict[str, str]
) -> None:
    moved = {"kind": "refused", "match": "POST /fapi/v1/algoOrder", "code": -4120, "times": None}
    control(address, "POST", "faults", **moved, msg="Please use the other endpoint.")
    try:
        code, lines = check(tmp_path, address, "--set=api.environment=sim", "--probe")
    finally:
        control(address, "DELETE", "faults")

    failures = [line.split()[2] for line in lines if line.startswith("FAIL")]
    assert failures == [
        *("STOP:", "STOP_MARKET:", "TAKE_PROFIT:", "TAKE_PROFIT_MARKET:", "TRAILING_STOP_MARKET:"),
        "stop",  # that closes nothing
    ]
    assert lines[-1] == "ok    probe     3 orders placed: none rests, none traded"
    assert code == 1


def test_a_wrong_key_is_one_line_with_the_remedy(tmp_path: Path, address: dict[str, str]) -> None:
    code, lines = check(tmp_path, address, "--online", key="k" * 64)

    assert lines[-1].startswith("FAIL  key       the exchange refuses the key (-20")
    assert "a demo key is not valid live" in lines[-1]
    assert code == 1


def test_a_symbol_that_is_not_listed_is_one_line(tmp_path: Path, address: dict[str, str]) -> None:
    code, lines = check(tmp_path, address, "--online", "--set=trading.symbols=NOPEUSDT")

    assert "FAIL  symbol    NOPEUSDT is not listed; correct [trading] symbols" in lines
    assert code == 1


def test_without_streams_nothing_is_placed_and_the_lines_say_all(
    tmp_path: Path, address: dict[str, str]
) -> None:
    code, lines = check(tmp_path, address | {"stream_url": "ws://127.0.0.1:9"}, "--probe")

    assert lines[-1] == (
        "FAIL  probe     no private stream: no stream: ConnectionRefusedError; "
        "check [api] stream_url, and that the network lets WebSockets pass"
    )
    assert code == 1


def test_nobody_there_is_exit_code_75(tmp_path: Path, address: dict[str, str]) -> None:
    code, lines = check(tmp_path, address | {"rest_url": "http://127.0.0.1:9"}, "--online")

    (line,) = lines
    assert line.startswith("FAIL  exchange  Binance's demo exchange at 127.0.0.1:9 cannot be reac")
    assert code == 75


@pytest.mark.parametrize(
    "numbers",
    [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGHUP, signal.SIGTERM)],
    ids=["Ctrl-C", "SIGTERM", "a closing terminal"],
)
def test_interrupted_it_clears_up_first(
    tmp_path: Path, address: dict[str, str], numbers: tuple[signal.Signals, ...]
) -> None:
    urls = (f"--set=api.{name}={address[name]}" for name in ("rest_url", "stream_url"))
    slowly = {"kind": "late_answer", "match": "GET /fapi/v1/*rder", "times": None}
    control(address, "POST", "faults", **slowly, delay_ms=500)
    with noctule(tmp_path, "check", *urls, "--probe", PYTHONUNBUFFERED="1") as process:
        assert process.stdout is not None
        while "probe" not in (line := process.stdout.readline()):
            assert line, "it ended before it probed"
        for number in numbers:
            process.send_signal(number)
        told, errors = process.communicate(timeout=60)
    control(address, "DELETE", "faults")

    last = told.splitlines()[-1]
    assert last.startswith("ok    probe")
    assert last.endswith("none rests, none traded")
    assert (errors, process.returncode) == ("noctule: interrupted\n", 130)
