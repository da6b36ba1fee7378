"""The narrator: what it saw is told in order, off the path of whoever trades, and summed up."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.desks import open_desks
from noctule.app.narration.narrator import Narrator, NarratorSources
from noctule.domain import values
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.desk import PositionClosed
from noctule.domain.events.order import OrderFilled, TradingResumed
from noctule.domain.events.signal import RegimeChanged, SignalGenerated
from noctule.domain.market import Candle, MarkPrice
from noctule.domain.order import ClientOrderId
from noctule.domain.position import AccountSnapshot, Balance, Position
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import MINUTE_MS, Timeframe
from noctule.positions.account_book import AccountBook
from noctule.telemetry.formats import Colour
from noctule.telemetry.narration import Block, Look, Telling, told
from tests.builders import BTCUSDT, START_MS, candle, candles, fill
from tests.fakes.home import config_at
from tests.unit.app.narration.test_told_events import TRADE

ACCOUNT = "qpai6s"
OURS = fill().client_order_id
HELD = Position(
    symbol=BTCUSDT, signed_quantity=Decimal("0.5"), entry_price=values.price("60000"), updated_ms=1
)


class Stage:
    """A narrator, what it is told of, and what it told."""

    def __init__(self, home: Path, clock: VirtualClock, *, has_chatter: bool) -> None:
        self.clock = clock
        self.text = ""
        self.desks = open_desks(config_at(home).load().settings)
        self.book = AccountBook("USDT")
        sources = NarratorSources(
            desks=self.desks,
            book=self.book,
            clock=clock,
            account=ACCOUNT,
            asset="USDT",
            portfolio=lambda: None,
            waits_for=lambda symbol: f"{symbol} waits",
            hint=lambda: Block(title="HINT", rows=()),
            farewell=lambda tally, held: Block(
                title=f"BYE {tally.text()} {[each.text for each in held]}", rows=()
            ),
        )
        self.narrator = Narrator(sources, self._tell, has_chatter=has_chatter)

    def _tell(self, telling: Telling) -> None:
        self.text += told(telling, Look(colour=Colour.OFF, width=lambda: None))

    def warm(self) -> None:
        self.desks[BTCUSDT].board.seed(candles([60_000.0], start_ms=START_MS - MINUTE_MS), {})

    def words(self) -> list[str]:
        """Return the lines from their word on, and titles of blocks."""
        return [line[18:] if line[0].isdigit() else line for line in self.text.splitlines() if line]


def played(
    home: Path, act: Callable[[Stage], None], *, has_chatter: bool = True, seconds: float = 1
) -> Stage:
    """Let things happen, then time, then the end."""
    stages: list[Stage] = []

    async def main(clock: VirtualClock) -> None:
        stages.append(Stage(home, clock, has_chatter=has_chatter))
        narrating = asyncio.ensure_future(stages[0].narrator.narrate())  # noqa: TID251  # ended here
        act(stages[0])
        await asyncio.sleep(seconds)
        narrating.cancel()
        await asyncio.wait({narrating})

    run_virtual(main, start_ms=START_MS)
    return stages[0]


def closed(each: Candle) -> CandleClosed:
    return CandleClosed(at_ms=each.close_ms + 1, trace="t", candle=each)


def signalled(close_ms: int = START_MS + MINUTE_MS - 1) -> SignalGenerated:
    return SignalGenerated(
        at_ms=close_ms,
        trace="t",
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        strategy="s",
        close_ms=close_ms,
        price=60_000.0,
        signal=Signal(direction=Direction.LONG, reason="why not"),
    )


def changed() -> RegimeChanged:
    return RegimeChanged(
        at_ms=START_MS,
        trace="t",
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        before=None,
        after=Regime.RANGE,
        trend=0.0,
        volatility=1.0,
        liquidity=1.0,
    )


def test_who_watches_one_symbol_hears_of_its_regime(tmp_path: Path) -> None:
    words = played(tmp_path, lambda stage: stage.narrator.see(changed())).words()
    assert words == ["REGIME  the market is in range"]


def test_a_candle_is_told_before_the_signal_that_was_made_of_it(tmp_path: Path) -> None:
    def act(stage: Stage) -> None:
        stage.warm()
        stage.narrator.see(closed(candle(60_000.0)))
        stage.narrator.see(closed(candle(timeframe=Timeframe.M5)))
        stage.narrator.see(signalled())
        stage.narrator.see(TradingResumed(at_ms=START_MS + MINUTE_MS, trace="t", actor="ana"))

    assert played(tmp_path, act).words() == [
        "ACCOUNT none is there: signals are shown, and nothing is sent",
        "WAITS   BTCUSDT waits",
        "CANDLE  60,000     +0.00 %",
        "SIGNAL  LONG: why not",
        "RESUME  entries are on again (ana)",
        "BYE 0 trades, 0 won []",
    ]


def test_before_history_is_read_nothing_is_summed_up(tmp_path: Path) -> None:
    assert played(tmp_path, lambda _stage: None).text == ""


def test_the_trades_of_one_order_are_told_as_one(tmp_path: Path) -> None:
    def act(stage: Stage) -> None:
        for trade_id, name in enumerate((OURS, "theirs", OURS), start=1):
            one = msgspec.structs.replace(
                fill(trade_id=trade_id), client_order_id=ClientOrderId(name)
            )
            event = OrderFilled(at_ms=1, trace="t", fill=one, remaining=values.quantity("0"))
            stage.narrator.see(event)

    assert [line[8:45] for line in played(tmp_path, act).words()] == [
        "bought 0.02 at 60,000 in 2 trades, fe",
        "bought 0.01 at 60,000, fee 0.30 USDT;",
    ]


def test_after_the_first_trade_it_is_said_how_to_go_on_and_once(tmp_path: Path) -> None:
    def act(stage: Stage) -> None:
        stage.warm()
        for _ in range(2):
            stage.narrator.see(PositionClosed(at_ms=START_MS, trace="t", trade=TRADE))

    words = played(tmp_path, act).words()
    assert words.count("HINT") == 1
    assert "so far +316.02 (2 trades, 2 won)" in "\n".join(words)
    assert words[-1] == "BYE 2 trades, 2 won []"


def test_who_watches_for_a_minute_is_told_how_to_go_on_without_a_trade(tmp_path: Path) -> None:
    assert "HINT" not in played(tmp_path, Stage.warm, seconds=59).text
    assert "HINT" in played(tmp_path, Stage.warm, seconds=61).text


def test_the_journal_is_told_what_is_done_and_not_what_passes(tmp_path: Path) -> None:
    def act(stage: Stage) -> None:
        stage.warm()
        stage.narrator.see(closed(candle(60_000.0)))
        stage.narrator.see(changed())
        stage.narrator.see(signalled())

    words = played(tmp_path, act, has_chatter=False, seconds=61).words()
    assert [line[:7].strip() for line in words] == ["ACCOUNT", "SIGNAL", "BYE 0 t"]


def test_what_is_held_is_shown_with_its_worth_and_left_with_a_word(tmp_path: Path) -> None:
    def act(stage: Stage) -> None:
        stage.warm()
        nothing = values.quote("0")
        stage.book.take(
            AccountSnapshot(
                at_ms=START_MS,
                balances=(Balance(asset="USDT", wallet=nothing, available=nothing),),
                positions=(HELD,),
            )
        )
        stage.desks[BTCUSDT].board.mark = MarkPrice(
            symbol=BTCUSDT,
            mark_price=60_100.0,
            index_price=60_100.0,
            funding_rate=0.0,
            next_funding_ms=0,
        )
        stage.narrator.see(closed(candle(60_000.0)))

    words = played(tmp_path, act).words()
    assert "CANDLE  60,000     +0.00 %   long 0.5 +50.00" in words
    assert words[-1] == "BYE 0 trades, 0 won ['long 0.5']"


def test_while_there_is_nothing_to_tell_it_sleeps_and_a_word_wakes_it(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> tuple[int | None, list[str]]:
        stage = Stage(tmp_path, clock, has_chatter=False)
        stage.warm()
        async with asyncio.TaskGroup() as group:
            narrating = group.create_task(stage.narrator.narrate())
            await clock.sleep_ms(1_000)
            alarm_us = clock.next_alarm_us()
            stage.narrator.see(signalled())
            await clock.sleep_ms(250)
            narrating.cancel()
        return alarm_us, [line[:6] for line in stage.words()]

    alarm_us, words = run_virtual(main, start_ms=START_MS)
    assert (alarm_us, words) == (None, ["ACCOUN", "SIGNAL", "BYE 0 "])
