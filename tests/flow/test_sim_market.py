"""The market and the exchange together: what a candle does to who holds something."""

import os
import subprocess
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from random import Random

import msgspec
import pytest

from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.events import AlgoUpdated, UserEvent
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.expansion import FirstRule, high_first, low_first, worst_first
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.funding_files import FundingRates
from noctule.adapters.sim.generator import generate
from noctule.adapters.sim.model import AlgoStatus, OrderType, Side, WorkingType
from noctule.adapters.sim.replay import play_candles
from noctule.adapters.sim.specs import AlgoSpec, OrderSpec
from noctule.adapters.sim.tape import Tape
from noctule.adapters.sim.world import World, held_by
from tests.fakes.sim_market import START_MS, candle, rules_of

ROOT = Path(__file__).resolve().parents[2]
CALM, WIDE = "60000 60010 59990 60000", "60000 61000 59000 60000"


class Scene:
    """One account on a market of candles, one minute each."""

    def __init__(self, candles: Iterable[Candle], rule: FirstRule | None = None) -> None:
        self.events: list[UserEvent] = []
        rules = rules_of("BTCUSDT")
        self.exchange = Exchange(
            rules,
            fills=Fills(),
            random=Random(1),
            start_ms=START_MS,
            listener=lambda _account, event: self.events.append(event),
        )
        self.account = self.exchange.open_account(key="k", secret="s", deposit=Decimal(10_000))
        self.world = World(
            self.exchange,
            Tape(rules, self.exchange.quote),
            play_candles(
                candles,
                rule=rule or worst_first(held_by(self.exchange.accounts)),
                funding=FundingRates(),
            ),
        )

    def run_through(self, minute: int) -> None:
        self.world.run_until(START_MS + (minute + 1) * 60_000)

    def enter(self, side: Side) -> None:
        self.exchange.place(
            self.account,
            OrderSpec(symbol="BTCUSDT", side=side, type=OrderType.MARKET, qty=Decimal("0.01")),
        )

    def guard(self, side: Side, *, stop: str, target: str) -> None:
        """Put a stop and a target around what is held; the first to fire ends the other."""
        for kind, price in ((OrderType.STOP_MARKET, stop), (OrderType.TAKE_PROFIT_MARKET, target)):
            self.exchange.place_algo(
                self.account,
                AlgoSpec(
                    symbol="BTCUSDT",
                    side=side,
                    type=kind,
                    trigger_price=Decimal(price),
                    close_position=True,
                    working_type=WorkingType.CONTRACT_PRICE,
                ),
            )

    def fired(self) -> list[OrderType]:
        return [
            event.algo.type
            for event in self.events
            if isinstance(event, AlgoUpdated) and event.algo.status is AlgoStatus.FINISHED
        ]


@pytest.mark.parametrize(
    ("entry", "stop", "target"),
    [(Side.BUY, "59500", "60500"), (Side.SELL, "60500", "59500")],
)
def test_of_stop_and_target_in_one_candle_the_stop_happens(
    entry: Side, stop: str, target: str
) -> None:
    scene = Scene([candle(CALM), candle(WIDE, minute=1)])
    scene.run_through(0)
    scene.enter(entry)
    scene.guard(entry.other, stop=stop, target=target)
    scene.run_through(1)
    assert scene.fired() == [OrderType.STOP_MARKET]
    assert not scene.account.legs("BTCUSDT")


@pytest.mark.parametrize(
    ("rule", "fired"),
    [(high_first, OrderType.TAKE_PROFIT_MARKET), (low_first, OrderType.STOP_MARKET)],
)
def test_unless_the_order_of_ticks_is_told_otherwise(rule: FirstRule, fired: OrderType) -> None:
    scene = Scene([candle(CALM), candle(WIDE, minute=1)], rule)
    scene.run_through(0)
    scene.enter(Side.BUY)
    scene.guard(Side.SELL, stop="59500", target="60500")
    scene.run_through(1)
    assert scene.fired() == [fired]


def test_what_is_held_is_liquidated_when_the_market_goes_through_it() -> None:
    scene = Scene([candle(CALM), candle("60000 60000 50000 60000", minute=1)])
    scene.exchange.set_leverage(scene.account, "BTCUSDT", 100)
    scene.run_through(0)
    scene.exchange.place(
        scene.account,
        OrderSpec(symbol="BTCUSDT", side=Side.BUY, type=OrderType.MARKET, qty=Decimal("1.5")),
    )
    scene.run_through(1)
    assert not scene.account.legs("BTCUSDT")


def log_of(seed: int) -> bytes:
    """Return everything that is told in some minutes of the generated market, as bytes."""
    rules = rules_of("BTCUSDT", "THINUSDT")
    log: list[bytes] = []

    exchange = Exchange(
        rules,
        fills=Fills(),
        random=Random(seed),
        start_ms=START_MS,
        listener=lambda _account, event: log.append(msgspec.json.encode(event)),
    )
    account = exchange.open_account(key="k", secret="s", deposit=Decimal(10_000))
    source = generate(rules, Random(seed), start_ms=START_MS)
    world = World(exchange, Tape(rules, exchange.quote), source)
    for step in range(2_000):
        log += map(msgspec.json.encode, world.step() or ())
        if step % 50 == 49:
            side = Side.BUY if step % 100 == 49 else Side.SELL
            exchange.place(
                account,
                OrderSpec(symbol="BTCUSDT", side=side, type=OrderType.MARKET, qty=Decimal("0.01")),
            )
    return b"\n".join(log)


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_log_is_the_same_in_every_process(hash_seed: str) -> None:
    script = (
        "import sys; from tests.flow.test_sim_market import log_of;"
        " sys.stdout.buffer.write(log_of(1))"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        check=True,
    )

    assert other.stdout == log_of(1)


def test_the_same_seed_and_the_same_orders_give_the_same_log_to_the_byte() -> None:
    assert log_of(1) == log_of(1)
    assert log_of(1) != log_of(2)
