"""Who keeps the books of a run: the journal of its events, and what the account was worth."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from noctule import __version__
from noctule.adapters.store import tables
from noctule.adapters.store.journal import Journal
from noctule.adapters.store.journal_records import RunBegan
from noctule.adapters.store.store import Store
from noctule.app.deed_watch import DeedWatch
from noctule.app.records import redactor_of
from noctule.app.strategy_markers import fingerprints_of
from noctule.app.trading import Trading
from noctule.app.world import World
from noctule.config.settings import Configuration
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.desk import PositionClosed
from noctule.domain.events.order import OrderTimerFired
from noctule.domain.values import Symbol
from noctule.engine.bus import EventBus
from noctule.engine.cases import portfolio_of
from noctule.engine.contracts import Contracts
from noctule.engine.desk import Desk
from noctule.engine.handlers.equity import EQUITY_TIMER

__all__ = ["keep_books"]

_LAST: Final = 1_000  # among those who hear: what the account is worth once all is done


def keep_books(  # noqa: PLR0913  # whose books they are
    configuration: Configuration,
    store: Store,
    *,
    bus: EventBus,
    world: World,
    trading: Trading,
    desks: Mapping[Symbol, Desk],
    contracts: Contracts,
) -> Journal:
    """Begin the journal, and note what the account is worth each minute and after each trade."""
    clock = trading.clock
    journal = Journal(store, now_ms=clock.now_ms, elapsed_ms=clock.elapsed_ms)
    account = world.account_tag
    journal.begin(run_of(configuration, store, at_ms=clock.now_ms(), account=account))
    watch = DeedWatch(journal.note, contracts, trading.book, clock_offset_ms=world.clock_offset_ms)
    watch.begin(trading, desks)
    bus.add_tap(journal.see)
    note = partial(_note_equity, store, trading, contracts)

    def on_timer_fired(event: OrderTimerFired) -> None:
        if event.timer == EQUITY_TIMER:
            note()
            watch.look_at_contracts()

    def on_position_closed(_event: PositionClosed) -> None:
        note()

    bus.subscribe(OrderTimerFired, on_timer_fired, priority=_LAST)
    bus.subscribe(CandleClosed, watch.look_around, priority=_LAST)
    bus.subscribe(PositionClosed, on_position_closed, priority=_LAST)
    return journal


def run_of(
    configuration: Configuration, store: Store, *, at_ms: int, account: str | None
) -> RunBegan:
    """Return what the journal says of this process; a proxy's password is no business of it."""
    redact = redactor_of(configuration).redact
    return RunBegan(
        at_ms=at_ms,
        version=__version__,
        fingerprint=configuration.fingerprint,
        settings={
            f"{each.section}.{each.key}": redact(each.text)
            for each in configuration.settings.each()
        },
        strategies=fingerprints_of(configuration),
        memory=store.recall(),
        account=account,
    )


def _note_equity(store: Store, trading: Trading, contracts: Contracts) -> None:
    if not trading.book.is_told:
        return
    now_ms = trading.clock.now_ms()
    portfolio = portfolio_of(trading.book, trading.desk, contracts, at_ms=now_ms)
    row = {
        "at_ms": now_ms,
        "wallet": portfolio.wallet,
        "unrealized_pnl": portfolio.unrealized_pnl,
        "equity": portfolio.equity,
        "equity_peak": portfolio.equity_peak,
        "exposure": portfolio.exposure,
    }
    store.put(tables.equity, row)
