"""What a restart must not forget is written whole, and nothing before it is known."""

from decimal import Decimal

from msgspec.structs import replace

from noctule.domain.memory import BracketMemory, DeskMemory, HaltMemory
from noctule.domain.values import Timeframe, quantity, quote
from noctule.engine.remembering import Remembering
from noctule.orders.plan import EntryTerms
from tests.builders import BTCUSDT, START_MS
from tests.fakes.desk_events import STRATEGY, TRACE
from tests.fakes.floor import ETHUSDT, TradingFloor, known_contracts, new_floor, plan
from tests.fakes.notebook import Notebook
from tests.reconcile_builders import remembered

PAUSED = HaltMemory(check="pause", cause="news", actor="ana", ends_ms=None)


def remembering(floor: TradingFloor, notebook: Notebook) -> Remembering:
    return Remembering(
        memory=notebook, book=floor.book, desk=floor.desk, halts=floor.halts, clock=floor.clock
    )


async def test_halts_brackets_and_what_losses_are_measured_against_are_saved_at_once() -> None:
    notebook, floor = Notebook(), await new_floor()
    floor.halts.decide(PAUSED)
    floor.enter(EntryTerms(quantity=quantity("0.010")))
    floor.book.recover(DeskMemory(), (), at_ms=START_MS)
    remembering(floor, notebook).save()
    assert notebook.pages == [
        DeskMemory(
            saved_ms=START_MS,
            day=START_MS // Timeframe.D1.ms,
            day_equity=floor.book.remembered(DeskMemory()).day_equity,
            equity_peak=floor.book.remembered(DeskMemory()).equity_peak,
            seen_equity=quote("10000"),
            wallet_ms=START_MS,
            halts=(PAUSED,),
            brackets=(
                BracketMemory(
                    symbol=BTCUSDT,
                    strategy=STRATEGY,
                    trace=TRACE,
                    key=plan().key,
                    direction=plan().direction,
                    stop=plan().stop,
                    target=plan().target,
                    signal_price=60_000.0,
                ),
            ),
        )
    ]
    assert notebook.pages[0].equity_peak == Decimal(10_000)


async def test_before_the_account_was_told_nothing_is_overwritten() -> None:
    notebook, floor = Notebook(), TradingFloor(await known_contracts())
    remembering(floor, notebook).save()
    assert notebook.pages == []


async def test_what_was_saved_last_is_recalled_and_nothing_is_an_empty_memory() -> None:
    floor = await new_floor()
    last = DeskMemory(saved_ms=7)
    assert remembering(floor, Notebook(DeskMemory(), last)).recall() == last
    assert remembering(floor, Notebook()).recall() == DeskMemory()


async def test_until_the_books_are_taken_up_nothing_of_the_last_memory_is_lost() -> None:
    other = remembered(symbol=ETHUSDT)
    last = DeskMemory(
        saved_ms=START_MS - 60_000,
        day=START_MS // Timeframe.D1.ms,
        day_equity=quote("12000"),
        equity_peak=quote("15000"),
        losses_in_a_row=2,
        halts=(PAUSED,),
        brackets=(remembered(), other),
    )
    notebook, floor = Notebook(last), await new_floor()
    keeping = remembering(floor, notebook)
    floor.halts.restore(keeping.recall().halts, START_MS)
    floor.enter(EntryTerms(quantity=quantity("0.010")))
    keeping.save()
    (led,) = (each for each in notebook.pages[-1].brackets if each.symbol == BTCUSDT)
    assert led.trace == TRACE
    assert notebook.pages[-1] == replace(last, brackets=(led, other))
