"""Limits that the owner changes hold for the next entry, and touch nothing that is entered."""

from pathlib import Path

from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_home import write_ini
from tests.fakes.hands_life import enter, leave, rest
from tests.fakes.hands_rig import Rig, living_rig


async def test_reloaded_limits_size_the_next_entry_and_leave_the_open_one_alone(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await enter(rig)
        held, resting = exchange.amount(), exchange.resting()
        _reload(rig, "risk_per_trade = 0.002\nstop_loss = 0.02")
        await rest(rig)
        assert (exchange.amount(), exchange.resting()) == (held, resting)
        await leave(rig)
        await enter(rig)
        assert held / 6 < exchange.amount() < held / 4  # a fifth of the loss is allowed
        await leave(rig)


async def test_limits_out_of_range_change_nothing(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        _reload(rig, "risk_per_trade = 0.002\nmax_positions = 0")
        assert "configuration not reloaded" in rig.said
        await enter(rig)
        first = exchange.amount()
        await leave(rig)
        _reload(rig, "risk_per_trade = 0.01")
        assert "configuration reloaded" in rig.said
        await enter(rig)
        assert first * 9 / 10 < exchange.amount() < first * 11 / 10  # equity is a little less
        await leave(rig)


def _reload(rig: Rig, risk: str) -> None:
    """Let the owner write other limits, and send SIGHUP."""
    write_ini(rig.home)
    with (rig.home / "configs/noctule.ini").open("a") as file:
        file.write(f"[risk]\n{risk}\n")
    rig.bot.reload()
