"""How things stand: markets, money, what keeps entries off; and that looking changes nothing."""

from decimal import Decimal

from msgspec import structs

from noctule.domain.memory import DeskMemory, HaltMemory
from noctule.domain.position import Position
from noctule.domain.signals import Reason
from noctule.domain.status import HaltView
from noctule.domain.values import MINUTE_MS, price, quote
from noctule.engine.status import Standing, StatusSources, standing_of
from noctule.engine.status_notes import StatusNotes
from noctule.market.board import Board
from tests.builders import BTCUSDT, START_MS, candles
from tests.fakes.desk_events import STRATEGY
from tests.fakes.floor import ETHUSDT, TradingFloor, new_floor

SINCE = {"pause": START_MS}


def sources(floor: TradingFloor) -> StatusSources:
    floor.cases()  # which makes the desks
    return StatusSources(
        desks=floor.desks,
        desk=floor.desk,
        book=floor.book,
        contracts=floor.contracts,
        halts=floor.halts,
        risk=floor.risk,
        freshness=floor.freshness,
        notes=StatusNotes(started_ms=START_MS),
        clock=floor.clock,
        halted_since_ms=SINCE.get,
        waits_for=lambda symbol: f"waits on {symbol}",
    )


async def recovered_floor() -> TradingFloor:
    floor = await new_floor()
    floor.book.recover(DeskMemory(), (), at_ms=START_MS)
    return floor


def fill(board: Board) -> None:
    for each in candles((60_000.0 + 10 * (index % 7) for index in range(40)), symbol=board.symbol):
        board.take(each)


async def test_a_market_is_told_by_what_its_board_shows() -> None:
    floor = await recovered_floor()
    fill(floor.boards[BTCUSDT])
    floor.freshness.lose(ETHUSDT)
    floor.boards[ETHUSDT].mark = floor.boards[ETHUSDT].book = None
    bitcoin, ether = standing_of(sources(floor)).markets
    assert (bitcoin.symbol, bitcoin.strategy) == (BTCUSDT, STRATEGY)
    assert (bitcoin.last_price, bitcoin.mark_price) == (60_040.0, 60_000.0)
    assert (bitcoin.spread_share, bitcoin.silent_ms, bitcoin.is_lost) == (0.0, 0, False)
    assert bitcoin.waits_for == "waits on BTCUSDT"
    assert (ether.last_price, ether.mark_price, ether.spread_share) == (None, None, None)
    assert ether.is_lost


async def test_money_is_told_with_its_limits_and_not_before_it_is_known() -> None:
    floor = await new_floor()
    before = standing_of(sources(floor))
    assert (before.account, before.risk) == (None, None)

    floor = await recovered_floor()
    floor.protect()
    for symbol in floor.boards:
        fill(floor.boards[symbol])
    after = standing_of(sources(floor))
    assert after.account is not None
    assert (after.account.asset, after.account.wallet) == ("USDT", quote("10000"))
    assert after.account.day_loss_share_max == Decimal("0.05")
    assert after.account.losses_in_a_row_max == 3
    assert after.risk is not None
    assert after.risk.exposure == Decimal("600.00")
    assert after.risk.candles == 39
    assert after.risk.historical_var
    assert [each.symbol for each in after.positions] == [BTCUSDT]
    assert len(after.orders) == 2


async def test_where_no_losses_begin_a_cool_down_none_are_counted() -> None:
    floor = await recovered_floor()
    floor.risk.adopt(floor.risk.limits.model_copy(update={"cooldown_minutes": 0}))
    account = standing_of(sources(floor)).account
    assert account is not None
    assert account.losses_in_a_row_max == 0


async def test_looking_changes_nothing() -> None:
    async def days(*, looks: bool) -> list[DeskMemory]:
        held = Position(symbol=BTCUSDT, signed_quantity=Decimal(1), entry_price=price("60000"))
        floor, remembered = await new_floor(held), []
        floor.book.recover(DeskMemory(), (), at_ms=START_MS)
        for change in (-100.0, 300.0, -200.0, 0.0):
            floor.wait(20 * 60 * MINUTE_MS)  # so that a day ends between two marks, and unseen
            if looks:
                standing_of(sources(floor))
            floor.wait(10 * 60 * MINUTE_MS)
            floor.book.hear_mark(BTCUSDT, 60_000.0 + change, at_ms=floor.clock.now_ms())
            if looks:
                standing_of(sources(floor))
            remembered.append(floor.book.remembered(DeskMemory()))
        return remembered

    seen = await days(looks=False)
    assert await days(looks=True) == seen
    assert len({each.day for each in seen}) > 2


async def test_each_reason_against_entries_is_told_with_what_ends_it() -> None:
    floor = await recovered_floor()
    floor.halts.observe(Reason(check="kill switch", text="STOP exists, remove it"))
    ends_ms = START_MS + MINUTE_MS
    for check, end_ms in (("pause", None), ("drawdown", None), ("losing_streak", ends_ms)):
        floor.halts.decide(HaltMemory(check=check, cause="so", actor="a", ends_ms=end_ms))
    told = standing_of(sources(floor)).halts
    assert told[1] == HaltView(
        check="pause",
        text="so; until somebody resumes",
        since_ms=START_MS,
        ends_ms=None,
        remedy="noctule resume",
    )
    assert [(each.check, each.ends_ms, each.remedy) for each in told] == [
        ("kill switch", None, None),
        ("pause", None, "noctule resume"),
        ("drawdown", None, "noctule resume (and drawdown counts from there)"),
        ("losing_streak", ends_ms, "it ends by itself"),
    ]


async def test_without_contracts_money_has_no_name() -> None:
    floor = await recovered_floor()
    seen = structs.replace(sources(floor), desks={})
    standing: Standing = standing_of(seen)
    assert standing.account is not None
    assert standing.account.asset == ""
