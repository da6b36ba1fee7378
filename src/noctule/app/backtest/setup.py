"""Leverage, margin type and terms of an account at the simulated exchange, set and told at once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from noctule.adapters.sim import model
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.margin import leverage_max
from noctule.app.backtest.answers import answered, contract
from noctule.app.backtest.contracts import brackets_of
from noctule.domain.errors import VenueRefused
from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.values import Symbol
from noctule.ports.setup import SetupReport

__all__ = ["CounterSetup"]

_MARGIN_TYPES: Final = {
    "isolated": model.MarginType.ISOLATED,
    "crossed": model.MarginType.CROSSED,
}
_OUR_WORDS: Final = {theirs: ours for ours, theirs in _MARGIN_TYPES.items()}

# Refusals that leave the old setting in force (facts 6); all others are raised.
_KEPT: Final = {
    -4047: "orders are open",
    -4048: "a position is open",
    -4161: "a position is open",
}
_HEDGE_MODE: Final = "the account is in hedge mode and noctule trades one-way"
_MULTI_ASSETS: Final = "the account is in multi-assets mode, where one asset's losses eat another"


class CounterSetup:
    """Implements the Setup port; saying a thing twice is saying it once."""

    def __init__(self, exchange: Exchange, account: Account) -> None:
        self._exchange = exchange
        self._account = account

    async def unfit(self) -> tuple[str, ...]:
        """Say what about the account keeps us from trading on it."""
        account = self._account
        found = {_HEDGE_MODE: account.dual_side, _MULTI_ASSETS: account.multi_assets}
        return tuple(problem for problem, is_so in found.items() if is_so)

    async def apply(
        self, symbols: Sequence[Symbol], *, leverage: int, margin_type: str
    ) -> Sequence[SetupReport]:
        """Bring all symbols to this leverage and margin type; do nothing where it is so."""
        for symbol in symbols:
            contract(self._exchange, symbol)
        deferred = {symbol: self._set_margin_type(symbol, margin_type) for symbol in symbols}
        for symbol in symbols:
            deferred[symbol] += self._set_leverage(symbol, leverage)
        return [self._report(symbol, deferred[symbol]) for symbol in symbols]

    async def terms(self, instruments: Iterable[Instrument]) -> Mapping[Symbol, TradingTerms]:
        """Return what trading each costs this account, and how large a position may be.

        As over the wire, fees are told once for all that is settled in one asset.
        """
        listed = {each.symbol: contract(self._exchange, each.symbol) for each in instruments}
        fees: dict[str, model.Rules] = {}
        for rules in listed.values():
            fees.setdefault(rules.quote_asset, rules)
        return {
            symbol: TradingTerms(
                leverage=self._leverage(symbol),
                is_isolated=self._account.is_isolated(symbol),
                maker_fee=fees[rules.quote_asset].maker_rate,
                taker_fee=fees[rules.quote_asset].taker_rate,
                brackets=brackets_of(rules),
            )
            for symbol, rules in listed.items()
        }

    def _report(self, symbol: Symbol, deferred: Sequence[str]) -> SetupReport:
        return SetupReport(
            symbol=symbol,
            leverage=self._leverage(symbol),
            margin_type=_OUR_WORDS[self._account.margin_type(symbol)],
            deferred=tuple(deferred),
        )

    def _set_margin_type(self, symbol: Symbol, wanted: str) -> list[str]:
        """Set it if it differs; return what cannot be changed now."""
        exchange, account, theirs = self._exchange, self._account, _MARGIN_TYPES[wanted]
        now = account.margin_type(symbol)
        if now is theirs:
            return []
        try:
            answered(partial(exchange.set_margin_type, account, symbol, theirs))
        except VenueRefused as exc:
            return [f"margin type stays {_OUR_WORDS[now]}: {_reason(exc)}"]
        return []

    def _set_leverage(self, symbol: Symbol, wanted: int) -> list[str]:
        """Set it if it differs, or the most that the contract allows where that is less."""
        now, highest = self._leverage(symbol), leverage_max(self._exchange.rules[symbol])
        if min(wanted, highest) != now:
            try:
                self._change_leverage(symbol, min(wanted, highest))
            except VenueRefused as exc:
                return [f"leverage stays {now}: {_reason(exc)}"]
        return [f"leverage is {highest}: {symbol} allows no more"] if wanted > highest else []

    def _change_leverage(self, symbol: Symbol, leverage: int) -> None:
        answered(partial(self._exchange.set_leverage, self._account, symbol, leverage))

    def _leverage(self, symbol: Symbol) -> int:
        """Return the leverage in force: what was set, at most what the contract offers."""
        return min(self._account.leverage(symbol), leverage_max(self._exchange.rules[symbol]))


def _reason(refusal: VenueRefused) -> str:
    """Say why a setting is kept, or raise a refusal that means something else."""
    if refusal.code not in _KEPT:
        raise refusal
    return _KEPT[refusal.code]
