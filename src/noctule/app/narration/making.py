"""The narrator of one bot, put together from those who know what it tells."""

from collections.abc import Mapping, Sequence

from noctule.app.narration.chatter import Held
from noctule.app.narration.closing import Ending, Guard, closing, how_to_go_on
from noctule.app.narration.narrator import Narrator, NarratorSources
from noctule.app.narration.told_events import RunTally
from noctule.app.records import Records
from noctule.app.trading import Trading
from noctule.config.settings import Settings
from noctule.domain.values import Symbol
from noctule.engine.cases import portfolio_of
from noctule.engine.contracts import Contracts
from noctule.engine.desk import Desk
from noctule.positions.portfolio import Portfolio
from noctule.telemetry.narration import Audience, Block

__all__ = ["make_narrator"]


def make_narrator(
    settings: Settings,
    *,
    records: Records,
    trading: Trading,
    desks: Mapping[Symbol, Desk],
    contracts: Contracts,
    account: str | None,
) -> Narrator:
    """Return it; from now on the console shows market time."""
    listed = map(contracts.instrument, desks)
    asset = next((each.margin_asset for each in listed if each is not None), "")

    def guard_of(symbol: Symbol) -> Guard | None:
        bracket = trading.desk.brackets.get(symbol)
        if bracket is None or not bracket.is_protected:
            return None
        return Guard(stop=bracket.stop, target=bracket.target)

    def farewell(tally: RunTally, held: Sequence[Held]) -> Block:
        return closing(
            Ending(
                tally=tally,
                held=held,
                asset=asset,
                settings=settings,
                guard_of=guard_of,
            )
        )

    def portfolio() -> Portfolio | None:
        book = trading.book
        if account is None or not book.is_told or not book.is_recovered:
            return None
        return portfolio_of(book, trading.desk, contracts, at_ms=trading.clock.now_ms())

    sources = NarratorSources(
        desks=desks,
        book=trading.book,
        clock=trading.clock,
        account=account,
        asset=asset,
        portfolio=portfolio,
        waits_for=trading.strategies.waits_for,
        hint=lambda: how_to_go_on(settings.api.environment, next(iter(desks))),
        farewell=farewell,
    )
    records.shown.market_ms = trading.clock.now_ms
    has_chatter = records.logger.audience is Audience.PERSON
    return Narrator(sources, records.logger.tell, has_chatter=has_chatter)
