"""Recoveries whose answers mislead: they lag behind a trade, or show the owner's beside ours."""

from decimal import Decimal
from pathlib import Path

from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.sim.exchange import AlgoSpec
from noctule.adapters.sim.messages import Response
from noctule.adapters.sim.model import OrderType, Side
from noctule.domain.ids import account_tag, client_order_id
from noctule.domain.order import Leg, OrderKey
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.hands_exchange import HandsExchange, Trap, hands_exchange
from tests.fakes.hands_life import STOP, TARGET, entered, rest
from tests.fakes.hands_market import OPEN_MS
from tests.fakes.hands_owner import Owner
from tests.fakes.hands_rig import living_rig
from tests.fakes.loopback import KEY


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

        rig.bot.trading.caretaker.nudge("an order is not known")
        await rig.until(lambda: bool(lag.bitten))
        await rig.signal(stop=STOP, target=TARGET)
        await rest(rig)

        assert exchange.amount() == held != Decimal(0)
        assert len(entered(exchange)) == 1
        assert len(exchange.resting()) == 2


async def test_a_forgotten_stop_of_ours_does_not_make_the_owners_position_ours(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        _forget_stop(exchange, quantity="0.010")
        Owner(exchange).buy("0.100")

        async with living_rig(exchange, tmp_path, "shutdown.policy=flatten") as rig:
            await rig.until(lambda: not exchange.resting())

        assert exchange.amount() == Decimal("0.100")


def _forget_stop(exchange: HandsExchange, *, quantity: str) -> None:
    """Leave a stop of a day-old trade there, as one with a quantity may be left."""
    yesterday = OrderKey(
        close_ms=OPEN_MS - Timeframe.D1.ms - 1, timeframe=Timeframe.M1, leg=Leg.PROTECT, attempt=0
    )
    exchange.protocol.venue.exchange.place_algo(
        exchange.account,
        AlgoSpec(
            symbol="BTCUSDT",
            side=Side.SELL,
            type=OrderType.STOP_MARKET,
            trigger_price=Decimal(50_000),
            qty=Decimal(quantity),
            close_position=False,
            reduce_only=True,
            client_algo_id=client_order_id(
                account=account_tag(KEY),
                strategy="scripted",
                symbol=Symbol("BTCUSDT"),
                key=yesterday,
            ),
        ),
    )


def _lag(exchange: HandsExchange) -> Trap:
    """Let the exchange tell once that nothing is held."""
    return exchange.trap(
        lambda asked: asked.path == "/fapi/v3/positionRisk" and "symbol" not in asked.sent,
        lambda: Response(status=200, body=b"[]"),
        times=1,
    )
