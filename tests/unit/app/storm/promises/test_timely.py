"""An entry that rests when its time or its process is over is told of."""

from decimal import Decimal

from noctule.adapters.sim.model import OrderType, Side, Tif
from noctule.adapters.sim.specs import OrderSpec
from noctule.app.storm.promises.timely import EntryDiesWithItsProcess, EntryHasItsTime
from noctule.app.storm.scene import Rule, Violation
from noctule.domain.events.desk import OrderReported
from tests.builders import BTCUSDT
from tests.fakes.small_storms import a_story
from tests.fakes.storm_life import a_name, a_running_life
from tests.fakes.storm_scene import StormScene

SETTINGS = ("trading.entry_timeout_seconds=20",)


class Watched:
    """A scene with a limit entry in the book."""

    def __init__(self, kind: type[Rule]) -> None:
        self.told: list[Violation] = []
        self.scene = StormScene(a_story(symbols=("BTCUSDT",), settings=SETTINGS))
        self.scene.life = a_running_life()
        self.rule = kind(self.scene, self.told.append)
        self.scene.exchange.watchers.append(self.rule)
        self.order = self.scene.exchange.venue.exchange.place(
            self.scene.account,
            OrderSpec(
                symbol="BTCUSDT",
                side=Side.BUY,
                type=OrderType.LIMIT,
                tif=Tif.GTC,
                qty=Decimal("0.01"),
                price=Decimal(59_000),
                client_id=a_name(),
            ),
        )

    def know(self) -> None:
        """Let the bot have heard of it."""
        told = OrderReported(
            at_ms=self.scene.clock.now_ms(),
            trace="t",
            symbol=BTCUSDT,
            client_order_id=a_name(),
            report=None,
        )
        self.rule.look()
        self.rule.heard(told)

    def wait(self, seconds: int) -> None:
        """Let so much time pass, looking around."""
        for _ in range(seconds):
            self.scene.clock.advance_to_ms(self.scene.clock.now_ms() + 1_000)
            self.rule.look()

    def take_out(self) -> None:
        """Let the order be cancelled."""
        exchange = self.scene.exchange.venue.exchange
        account, number = self.scene.account, self.order.order_id
        exchange.cancel(account, "BTCUSDT", order_id=number, client_id=None)


def test_an_entry_that_outlives_its_time_is_told_of() -> None:
    watched = Watched(EntryHasItsTime)
    watched.know()
    watched.wait(20)
    assert watched.told == []
    watched.wait(10)
    assert [each.rule for each in watched.told] == ["an entry has its time"]


def test_one_that_is_taken_out_in_time_is_no_news() -> None:
    watched = Watched(EntryHasItsTime)
    watched.know()
    watched.wait(20)
    watched.take_out()
    watched.wait(30)
    assert watched.told == []


def test_an_entry_that_outlives_its_process_is_told_of_once() -> None:
    watched = Watched(EntryDiesWithItsProcess)
    watched.wait(60)
    watched.rule.died(a_running_life())
    watched.wait(60)
    (told,) = watched.told
    assert told.text == f"BTCUSDT: {a_name()} rests, and nobody is there"


def test_a_process_that_is_back_in_time_answers_for_it() -> None:
    watched = Watched(EntryDiesWithItsProcess)
    watched.rule.died(a_running_life())
    watched.wait(20)
    watched.rule.born(a_running_life())
    watched.wait(60)
    assert watched.told == []
