"""Each price is told once and in order, and that any may be missing as soon as it may."""

from random import Random

import pytest

from noctule.adapters.binance.market.price_streams import PriceStreams
from noctule.adapters.binance.streams.kept_stream import KeptStream
from noctule.adapters.binance.wire.prices import BestTold, MarkTold, TradeTold
from noctule.adapters.clock import VirtualClock
from noctule.app.paper_road import PaperRoad
from tests.fakes.market_desk import enveloped
from tests.unit.adapters.binance.wire.test_prices import EVENTS


class Notes:
    def __init__(self) -> None:
        self.told: list[str] = []

    def on_trade(self, trade: TradeTold) -> None:
        self.told.append(f"trade {trade.number}")

    def on_best(self, best: BestTold) -> None:
        self.told.append(f"best {best.number}")

    def on_mark(self, mark: MarkTold) -> None:
        self.told.append(f"mark {mark.number}")

    def on_lost(self, reason: str) -> None:
        self.told.append(f"lost {reason}")

    def on_restored(self) -> None:
        self.told.append("restored")


class Scene:
    def __init__(self) -> None:
        self.notes = Notes()
        streams = PriceStreams(
            transport=PaperRoad(),
            stream_url="ws://127.0.0.1:9",
            clock=VirtualClock(0),
            jitter=Random(1),
            symbols=("BTCUSDT", "ETHUSDT"),
            listener=self.notes,
        )
        self.market: KeptStream
        self.market, self.public = streams._feeds.streams
        self.trade, self.best, self.mark = (enveloped("any", each) for each in EVENTS)

    def hear(self, *frames: bytes) -> list[str]:
        for frame in frames:
            self.market._listener.on_frame(frame)
        told, self.notes.told = self.notes.told, []
        return told


def test_trades_marks_and_best_prices_come_on_the_routes_that_carry_them() -> None:
    scene = Scene()
    assert scene.market.names == (
        *("btcusdt@aggTrade", "btcusdt@markPrice@1s"),
        *("ethusdt@aggTrade", "ethusdt@markPrice@1s"),
    )
    assert scene.public.names == ("btcusdt@bookTicker", "ethusdt@bookTicker")


def test_each_is_told_once() -> None:
    scene = Scene()
    assert scene.hear(scene.trade, scene.best, scene.mark) == ["trade 7", "best 8", "mark 5"]
    assert scene.hear(scene.trade, scene.best, scene.mark) == []


def test_all_is_heard_when_every_connection_stands_and_lost_when_one_is() -> None:
    scene, told = Scene(), []
    for change in (
        scene.market._listener.on_restored,
        scene.public._listener.on_restored,
        lambda: scene.market._listener.on_lost("cut"),
        scene.market._listener.on_restored,
    ):
        change()
        told.append(scene.hear())
    assert told == [[], ["restored"], ["lost cut"], ["restored"]]


def test_after_a_loss_numbers_may_begin_anew() -> None:
    scene = Scene()
    scene.hear(scene.trade)
    scene.market._listener.on_lost("cut")
    assert scene.hear(scene.trade) == ["lost cut", "trade 7"]


def test_what_cannot_be_understood_is_left_out_and_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()
    wrong = enveloped("any", {**EVENTS[0], "p": "-1"})
    assert scene.hear(b"{", wrong, scene.trade) == ["trade 7"]
    assert caplog.messages == ["price not understood"]
