"""`run` as a process: what a terminal and systemd see of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from noctule.app.cli import main

ROOT = Path(__file__).resolve().parents[4]

HANGING = """
import sys, time
from contextlib import asynccontextmanager
from noctule.app import wiring
from msgspec.structs import replace

real = wiring.WIRINGS["sim"]

@asynccontextmanager
async def hanging(configuration, **parts):
    async with real.open(configuration, **parts) as world:
        yield world
        print("hanging", flush=True)
        time.sleep(60)  # blocks the whole loop, as a bug would

wiring.WIRINGS.update(dict.fromkeys(wiring.WIRINGS, replace(real, open=hanging)))
from noctule.app.cli import main
sys.exit(main([]))
"""


@contextmanager
def started(home: Path, *command: str) -> Iterator["subprocess.Popen[str]"]:
    environment = {name: text for name, text in os.environ.items() if "BINANCE" not in name}
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: "subprocess.Popen[str]", text: str) -> list[str]:
    """Read what the process tells until a line holds the text; fail if it ends before."""
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if text in line:
            return seen
    raise AssertionError("".join(seen))


def log_of(home: Path) -> str:
    return (home / "logs/noctule.log").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_one_signal_ends_it_cleanly_with_exit_code_0(
    tmp_path: Path, number: signal.Signals
) -> None:
    with started(tmp_path, str(ROOT / "main.py")) as process:
        wait_for(process, "READY")
        process.send_signal(number)
        _, rest = process.communicate()

    assert process.returncode == 0
    assert f"LEAVING {number.name}" in rest
    assert "Shutdown complete" in log_of(tmp_path)


def test_it_says_on_whose_exchange_it_trades(tmp_path: Path) -> None:
    with started(tmp_path, str(ROOT / "main.py")) as process:
        wait_for(process, "READY")
        process.send_signal(signal.SIGINT)
        process.communicate()

    told = log_of(tmp_path)
    assert told.count("the simulated exchange in this process") == 1
    assert "nothing is sent" not in told


def test_a_second_signal_during_a_hanging_step_forces_exit_code_130(tmp_path: Path) -> None:
    with started(tmp_path, "-c", HANGING) as process:
        wait_for(process, "READY")
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.readline() == "hanging\n"
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate()

    assert process.returncode == 130
    assert rest.endswith("noctule: interrupted twice, leaving at once\n")


def test_a_hang_up_reloads_and_the_bot_goes_on(tmp_path: Path) -> None:
    with started(tmp_path, str(ROOT / "main.py")) as process:
        wait_for(process, "READY")
        process.send_signal(signal.SIGHUP)
        wait_for(process, "configuration reloaded")
        process.send_signal(signal.SIGTERM)
        process.communicate()

    assert process.returncode == 0


def test_it_ends_by_itself_after_so_many_candles_once_flat(tmp_path: Path) -> None:
    faster = ("--set", "sim.speed=0")
    with started(tmp_path, str(ROOT / "main.py"), "--until-flat-after", "40", *faster) as process:
        _, told = process.communicate()

    assert process.returncode == 0, told
    assert "LEAVING flat after 40 candles, as asked" in told
    assert "unclean=none" in log_of(tmp_path)


def test_live_does_not_end_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BINANCE_API_KEY", "k" * 20)
    monkeypatch.setenv("BINANCE_API_SECRET", "s" * 20)
    asked = ["run", "--live", "--set", "api.environment=live", "--until-flat-after", "5"]

    assert main(asked) == 1
    assert capsys.readouterr().err == (
        "--until-flat-after: not in live, use pause and stop there\n"
    )


def test_real_money_needs_two_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BINANCE_API_KEY", "k" * 20)
    monkeypatch.setenv("BINANCE_API_SECRET", "s" * 20)

    assert main(["run", "--set", "api.environment=live"]) == 1
    assert main(["run", "--live"]) == 1

    assert capsys.readouterr().err == (
        "--set [api] environment: live trades real money, add --live to say so again\n"
        "--live: the environment is not live, set [api] environment = live too\n"
    )


def test_missing_credentials_stop_it_before_anything_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BINANCE_API_KEY", raising=False)
    monkeypatch.delenv("BINANCE_API_SECRET", raising=False)

    assert main(["run", "--profile", "testnet"]) == 1

    assert "testnet needs credentials" in capsys.readouterr().err
    assert not (tmp_path / "logs").exists()


def test_a_log_that_cannot_be_opened_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").write_text("a file where a folder should be")

    assert main(["run"]) == 1

    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3
    assert all("[logging]" in line and "cannot be written" in line for line in told)


SLOW = """
import asyncio, sys
from contextlib import asynccontextmanager
from noctule.app import wiring
from msgspec.structs import replace

real = wiring.WIRINGS["sim"]

async def take_a_minute():
    print("starting", flush=True)
    await asyncio.sleep(60)

@asynccontextmanager
async def slow(configuration, **parts):
    async with real.open(configuration, **parts) as world:
        yield replace(world, greet=take_a_minute)

wiring.WIRINGS.update(dict.fromkeys(wiring.WIRINGS, replace(real, open=slow)))
from noctule.app.cli import main
sys.exit(main([]))
"""


def test_a_signal_during_a_slow_start_is_obeyed_at_once(tmp_path: Path) -> None:
    with started(tmp_path, "-c", SLOW) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "starting\n"
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate()

    assert process.returncode == 0
    assert "LEAVING SIGINT" in rest
    assert "Shutdown complete" in log_of(tmp_path)


def test_the_second_signal_forces_even_when_nobody_reads_standard_error(tmp_path: Path) -> None:
    with started(tmp_path, "-c", HANGING) as process:
        wait_for(process, "READY")
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.readline() == "hanging\n"
        assert process.stderr is not None
        process.stderr.close()
        process.send_signal(signal.SIGINT)
        process.wait()

    assert process.returncode == 130


def test_a_signal_after_everything_is_over_changes_nothing(tmp_path: Path) -> None:
    with started(tmp_path, str(ROOT / "main.py")) as process:
        wait_for(process, "READY")
        process.send_signal(signal.SIGINT)
        wait_for(process, "What it came to")
        process.send_signal(signal.SIGINT)
        process.communicate()

    assert process.returncode in (0, 130)  # 130: it was still leaving when the signal came
