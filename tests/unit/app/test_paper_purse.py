"""A paper account outlives the process: whole, or as it was before."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.sim.model import Side
from noctule.app.paper_purse import PaperPurse
from noctule.domain.errors import ConfigError
from noctule.telemetry.writer import Runner
from tests.fakes.pit import START_MS, Pit


def purse_at(path: Path, clock: VirtualClock | None = None) -> PaperPurse:
    return PaperPurse(path, clock=clock or VirtualClock(7), runner=Runner.INLINE)


def kept(path: Path) -> Pit:
    """Return a pit whose account was written down with a position."""
    pit, purse = Pit(), purse_at(path)
    purse.follow(lambda: pit.exchange.save(pit.account))
    pit.market(Side.BUY, "0.010")
    purse.close()
    return pit


def test_before_the_first_run_there_is_nothing(tmp_path: Path) -> None:
    purse = purse_at(tmp_path / "none.json")
    assert purse.read() is None
    purse.close()
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "state/paper.account.json"
    pit = kept(path)
    assert purse_at(path).read() == pit.exchange.save(pit.account)
    assert json.loads(path.read_bytes())["version"] == 1
    assert [each.name for each in path.parent.iterdir()] == ["paper.account.json"]


def test_it_is_written_soon_after_a_change_and_only_then(tmp_path: Path) -> None:
    path = tmp_path / "paper.json"
    seen: list[Decimal | None] = []

    async def main(clock: VirtualClock) -> None:
        pit, purse = Pit(), purse_at(path, clock)
        purse.follow(lambda: pit.exchange.save(pit.account))
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(purse.keep())
            await clock.sleep_ms(150)
            before = path.stat().st_mtime_ns
            await clock.sleep_ms(150)
            assert path.stat().st_mtime_ns == before
            pit.market(Side.BUY, "0.010")
            await clock.sleep_ms(150)
            saved = purse_at(path).read()
            assert saved is not None
            seen.extend(leg.amount for leg in saved.standing.positions)
            keeping.cancel()

    run_virtual(main, start_ms=START_MS)
    assert seen == [Decimal("0.010")]


def test_the_pulse_of_a_countdown_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "paper.json"
    pit = kept(path)
    purse = purse_at(path)
    purse.follow(lambda: pit.exchange.save(pit.account))
    purse._look()
    before = path.stat().st_mtime_ns
    pit.exchange.countdown(pit.account, "BTCUSDT", 9_000)
    purse.close()
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"version": 1}', b"\xff\xfe", b'{"version": "x"}']
)
def test_a_damaged_one_is_moved_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "paper.json"
    path.write_bytes(content)
    assert purse_at(path).read() is None
    (aside,) = tmp_path.iterdir()
    assert aside.name == "paper.json.damaged-7"
    assert aside.read_bytes() == content


def test_that_of_another_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "paper.json"
    path.write_bytes(b'{"version": 2, "anything": []}')
    with pytest.raises(ConfigError, match="is of version 2, ours is 1, move it away"):
        purse_at(path).read()


def test_one_that_cannot_be_read_is_a_problem_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        purse_at(tmp_path).read()


def test_what_could_not_be_written_is_written_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    blocked = tmp_path / "state"
    blocked.write_text("a file where the folder should be")
    pit, purse = Pit(), purse_at(blocked / "paper.json")
    purse.follow(lambda: pit.exchange.save(pit.account))
    purse._look()
    assert "paper account not saved" in caplog.messages
    blocked.unlink()
    purse.close()
    assert purse_at(blocked / "paper.json").read() is not None
    assert "paper account saved again" in caplog.messages


def test_what_is_lost_at_the_end_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("a file where the folder should be")
    pit, purse = Pit(), purse_at(blocked / "paper.json")
    purse.follow(lambda: pit.exchange.save(pit.account))
    purse.close()
    assert "paper account not saved at the end" in caplog.messages
