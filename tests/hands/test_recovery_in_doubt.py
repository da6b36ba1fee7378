"""Recoveries whose answers mislead: they lag behind a trade, or show the owner's beside ours."""

from decimal import Decimal
from pathlib import Path

from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.sim.messages import Response
from tests.fakes.hands_exchange import HandsExchange, Trap, hands_exchange
from tests.fakes.hands_life import STOP, TARGET, entered, rest
from tests.fakes.hands_rig import living_rig


async def test_an_answer_that_lags_behind_the_entry_costs_neither_cover_nor_a_second_entry(
    tmp_path: Path,
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, account=AccountSettings()) as rig,
    ):
        await rig.signal(stop=STOP, target=TARGET)
        await rig.until(lambda: len(exchange.resting()) == 2)
        held = exchange.amount()
        lag = _lag(exchange)

        rig.bot._trading.caretaker.nudge("an order is not known")
        await rig.until(lambda: bool(lag.bitten))
        await rig.signal(stop=STOP, target=TARGET)
        await rest(rig)

        assert exchange.amount() == held != Decimal(0)
        assert len(entered(exchange)) == 1
        assert len(exchange.resting()) == 2


def _lag(exchange: HandsExchange) -> Trap:
    """Let the exchange tell once that nothing is held."""
    return exchange.trap(
        lambda asked: asked.path == "/fapi/v3/positionRisk" and "symbol" not in asked.sent,
        lambda: Response(status=200, body=b"[]"),
        times=1,
    )
