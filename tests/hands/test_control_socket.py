"""The whole bot on the simulated exchange, its owner at the door: a real socket, real fills."""

import asyncio
import json
import os
from decimal import Decimal
from pathlib import Path

from noctule.adapters.control.client import ask
from noctule.adapters.control.words import Answer, Ask, Request
from noctule.domain.status import Phase, StatusView
from noctule.domain.values import Side
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_home import write_ini
from tests.fakes.hands_life import STOP, TARGET, enter, rest
from tests.fakes.hands_rig import Rig, living_rig


async def said(rig: Rig, wish: Ask, **fields: str) -> Answer:
    """Ask the bot as a shell does, from another thread."""
    request = Request(ask=wish, **fields)  # type: ignore[arg-type]  # all its other fields are texts
    reply = await asyncio.to_thread(ask, rig.home / "s", request, timeout_s=10)
    return reply.answer


async def status(rig: Rig) -> StatusView:
    view = (await said(rig, Ask.STATUS)).status
    assert view is not None
    return view


def audited(rig: Rig) -> list[dict[str, str]]:
    lines = (rig.home / "logs/audit.jsonl").read_text().splitlines()
    return [line for line in map(json.loads, lines) if line["event"] == "control"]


async def test_an_owner_sees_what_is_held_pauses_closes_it_and_stops(tmp_path: Path) -> None:
    path = f"control.socket={tmp_path / 's'}"
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path, path) as rig:
        await enter(rig)
        view = await status(rig)
        assert view.phase is Phase.RUNNING
        (held,) = view.positions
        assert (held.symbol, held.side, held.quantity) == ("BTCUSDT", Side.BUY, exchange.amount())
        assert (held.stop, held.target) == (Decimal(str(STOP)), Decimal(str(TARGET)))
        assert (held.is_protected, held.is_ours) == (True, True)
        assert sorted(each.client_order_id for each in view.orders) == sorted(exchange.resting())
        assert view.account is not None

        paused = (await said(rig, Ask.PAUSE, reason="payrolls")).outcome
        assert paused is not None
        assert paused.halts == ("payrolls; until somebody resumes",)
        flattened = (await said(rig, Ask.FLATTEN)).outcome
        assert flattened is not None
        assert flattened.symbols == ("BTCUSDT",)
        await rig.until(lambda: not exchange.amount())
        await rest(rig)
        view = await status(rig)
        assert (view.positions, view.orders, view.today.count) == ((), (), 1)
        assert [each.exit_reason.value for each in view.today.latest] == ["flatten"]

        await rig.signal(stop=STOP, target=TARGET)
        await rest(rig)
        (market,) = (await status(rig)).markets
        assert market.said is not None
        assert market.said.verdict is not None
        assert market.said.verdict.startswith("refused: pause: payrolls")
        assert (await said(rig, Ask.STOP)).problem is None
        await rig.until(lambda: rig.bot.stop.cause is not None)
    theirs = [each for each in audited(rig) if each.get("origin", "").startswith("control socket")]
    assert [each["action"] for each in theirs] == ["pause", "flatten", "stop"]
    who = f": uid {os.geteuid()}, process {os.getpid()}"
    assert {each["origin"].removeprefix("control socket") for each in theirs} == {who}
    assert not (tmp_path / "s").exists()


async def test_a_reload_changes_limits_and_is_audited_with_the_difference(tmp_path: Path) -> None:
    path = f"control.socket={tmp_path / 's'}"
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path, path) as rig:
        write_ini(tmp_path)
        with (tmp_path / "configs/noctule.ini").open("a") as file:
            file.write("[risk]\nmax_positions = 2\n")
        reloaded = (await said(rig, Ask.RELOAD)).reload
        assert reloaded is not None
        assert [each.key for each in reloaded.applied] == ["risk.max_positions"]
        assert rig.bot.trading.risk.limits.max_positions == 2
        with (tmp_path / "configs/noctule.ini").open("a") as file:
            file.write("stop_los = 1\n")
        wrong = (await said(rig, Ask.RELOAD)).reload
        assert wrong is not None
        assert len(wrong.problems) == 1
    first, second = (line for line in audited(rig) if line["action"] == "reload")
    assert first["applied"] == "risk.max_positions: 3 -> 2"
    assert first["origin"].startswith("control socket: uid ")
    assert second["problems"] == wrong.problems[0]


async def test_a_door_that_is_torn_out_stops_no_trading_and_is_put_in_again(
    tmp_path: Path,
) -> None:
    path = f"control.socket={tmp_path / 's'}"
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path, path) as rig:
        supervisor = rig.bot.machine.supervisor
        await supervisor.stop("control")
        assert rig.bot.machine.supervisor.states()["control"] == "stopped"
        await enter(rig)
        assert exchange.amount()
        await supervisor.restart("control")
        await rig.until(lambda: rig.bot.machine.supervisor.states()["control"] == "running")
        assert (await status(rig)).positions
