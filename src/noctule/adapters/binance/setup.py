"""Leverage, margin type and modes of the account: set where we may, told where we may not."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from noctule.adapters.binance.rest.calls import Call, Lane
from noctule.adapters.binance.rest.client import Sending
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.wire.rules import (
    ACCOUNT_CONFIG,
    COMMISSION,
    LEVERAGE,
    LEVERAGE_BRACKETS,
    MARGIN_TYPE,
    SYMBOL_CONFIG,
    CommissionRate,
    SymbolBrackets,
    SymbolConfig,
    brackets_of,
)
from noctule.domain.errors import VenueRefused
from noctule.domain.instrument import Instrument, LeverageBracket, TradingTerms
from noctule.domain.values import Symbol
from noctule.ports.setup import SetupReport

__all__ = ["AccountSetup"]

T = TypeVar("T")

_MARGIN_TYPES: Final = {"isolated": "ISOLATED", "crossed": "CROSSED"}
_OUR_WORDS: Final = {theirs: ours for ours, theirs in _MARGIN_TYPES.items()}

# Refusals that leave the old setting in force (facts 6); all others are raised.
_ALREADY_SO: Final = -4046
_KEPT: Final = {
    -4047: "orders are open",
    -4048: "a position is open",
    -4161: "a position is open",
    **dict.fromkeys((*range(-4209, -4201), -4403), "Binance caps this account's leverage"),
}
_TOO_HIGH: Final = -4028
_BAD_SYMBOL: Final = -1121

_MAY_NOT_TRADE: Final = (
    "the account may not trade futures: enable Futures for the API key, and see the account's "
    "status at Binance"
)
_HEDGE_MODE: Final = (
    "the account is in hedge mode and noctule trades one-way: close every position and order, "
    "then set Position Mode to One-way at Binance; noctule never switches it, for COIN-M shares it"
)
_MULTI_ASSETS: Final = (
    "the account is in multi-assets mode, where one asset's losses eat another: "
    "set Asset Mode to Single-Asset at Binance"
)


class AccountSetup:
    """Implements the Setup port; saying a thing twice is saying it once."""

    def __init__(self, rest: BinanceRest) -> None:
        self._rest = rest

    async def unfit(self) -> tuple[str, ...]:
        """Say what about the account keeps us from trading on it, each with its remedy."""
        client = self._rest.client
        config = await self._ask(ACCOUNT_CONFIG, client.futures_account_configuration)
        found = {
            _MAY_NOT_TRADE: not config.can_trade,
            _HEDGE_MODE: config.dual_side_position,
            _MULTI_ASSETS: config.multi_assets_margin,
        }
        return tuple(problem for problem, is_so in found.items() if is_so)

    async def apply(
        self, symbols: Sequence[Symbol], *, leverage: int, margin_type: str
    ) -> Sequence[SetupReport]:
        """Bring all symbols to this leverage and margin type; do nothing where it is so."""
        before = await self._configurations(symbols)
        settings = [
            self._set(now, leverage=leverage, margin_type=margin_type) for now in before.values()
        ]
        deferred = dict(zip(symbols, await _all_of(settings), strict=True))
        after = await self._configurations(symbols)
        return [
            SetupReport(
                symbol=symbol,
                leverage=now.leverage,
                margin_type=_OUR_WORDS.get(now.margin_type, now.margin_type),
                deferred=tuple(deferred[symbol]),
            )
            for symbol, now in after.items()
        ]

    async def terms(self, instruments: Iterable[Instrument]) -> Mapping[Symbol, TradingTerms]:
        """Return what trading each costs this account, and how large a position may be.

        Fees are the same for all that is settled in one asset, so they are asked once for each.
        """
        by_symbol = {each.symbol: each for each in instruments}
        configurations = await self._configurations(tuple(by_symbol))
        tiers = await self._all_brackets(tuple(by_symbol))
        fees: dict[str, CommissionRate] = {}
        for symbol, instrument in by_symbol.items():
            if instrument.margin_asset not in fees:
                fees[instrument.margin_asset] = await self._fees(symbol)
        return {
            symbol: TradingTerms(
                leverage=configurations[symbol].leverage,
                is_isolated=_OUR_WORDS.get(configurations[symbol].margin_type) == "isolated",
                maker_fee=fees[instrument.margin_asset].maker_commission_rate,
                taker_fee=fees[instrument.margin_asset].taker_commission_rate,
                brackets=tiers[symbol],
            )
            for symbol, instrument in by_symbol.items()
        }

    async def read(self, symbol: Symbol) -> SymbolConfig:
        """Return how a symbol is set."""
        return (await self._configurations((symbol,)))[symbol]

    async def brackets(self, symbol: Symbol) -> tuple[LeverageBracket, ...]:
        """Return a symbol's leverage tiers, smallest notional first."""
        return (await self._all_brackets((symbol,)))[symbol]

    async def _configurations(self, symbols: Sequence[Symbol]) -> dict[Symbol, SymbolConfig]:
        """Return how each is set; the question costs the same for one and for all."""
        client, one = self._rest.client, _only(symbols)
        rows = await self._ask(SYMBOL_CONFIG, lambda: client.symbol_configuration(**one))
        told = {row.symbol: row for row in rows}
        return _each_of(symbols, told, "symbolConfig")

    async def _all_brackets(
        self, symbols: Sequence[Symbol]
    ) -> dict[Symbol, tuple[LeverageBracket, ...]]:
        client, one = self._rest.client, _only(symbols)
        answer = await self._ask(LEVERAGE_BRACKETS, lambda: client.leverage_brackets(**one))
        rows = [answer] if isinstance(answer, SymbolBrackets) else answer
        told = {row.symbol: brackets_of(row) for row in rows if row.brackets}
        return _each_of(symbols, told, "leverageBracket")

    async def _fees(self, symbol: Symbol) -> CommissionRate:
        client = self._rest.client
        return await self._ask(COMMISSION, lambda: client.commission_rate(symbol))

    async def _set(self, now: SymbolConfig, *, leverage: int, margin_type: str) -> list[str]:
        """Change what differs; return what cannot be changed now."""
        deferred = []
        if _OUR_WORDS.get(now.margin_type) != margin_type:
            deferred += await self._set_margin_type(now, margin_type)
        if now.leverage != leverage:
            deferred += await self._set_leverage(now, leverage)
        return deferred

    async def _set_margin_type(self, now: SymbolConfig, wanted: str) -> list[str]:
        client, theirs = self._rest.client, _MARGIN_TYPES[wanted]
        try:
            await self._ask(
                MARGIN_TYPE, lambda: client.change_margin_type(now.symbol, marginType=theirs)
            )
        except VenueRefused as exc:
            if exc.code == _ALREADY_SO:
                return []
            return [f"margin type stays {_OUR_WORDS.get(now.margin_type)}: {_reason(exc)}"]
        return []

    async def _set_leverage(self, now: SymbolConfig, wanted: int) -> list[str]:
        try:
            await self._change_leverage(now.symbol, wanted)
        except VenueRefused as exc:
            if exc.code == _TOO_HIGH:
                return await self._set_highest_leverage(now, wanted)
            return [f"leverage stays {now.leverage}: {_reason(exc)}"]
        return []

    async def _set_highest_leverage(self, now: SymbolConfig, wanted: int) -> list[str]:
        """Take the most that the symbol allows, where it allows less than we want."""
        highest = max(tier.leverage_max for tier in await self.brackets(now.symbol))
        if highest >= wanted:
            return [f"leverage stays {now.leverage}: the exchange refuses {wanted}"]
        if highest != now.leverage:
            await self._change_leverage(now.symbol, highest)
        return [f"leverage is {highest}: {now.symbol} allows no more"]

    async def _change_leverage(self, symbol: Symbol, leverage: int) -> None:
        client = self._rest.client
        await self._ask(LEVERAGE, lambda: client.change_leverage(symbol, leverage=leverage))

    async def _ask(self, call: Call[T], ask: Callable[[], Sending]) -> T:
        return await self._rest.run(call, ask, lane=Lane.READ)


def _only(symbols: Sequence[Symbol]) -> dict[str, Symbol]:
    """Name the symbol in a question about one; about more, all are asked for."""
    return {"symbol": symbols[0]} if len(symbols) == 1 else {}


def _each_of(symbols: Sequence[Symbol], told: Mapping[Symbol, T], where: str) -> dict[Symbol, T]:
    """Return what was told of each, or raise for the first that nothing was told of."""
    for symbol in symbols:
        if symbol not in told:
            raise VenueRefused(f"{where} does not tell of {symbol}", code=_BAD_SYMBOL)
    return {symbol: told[symbol] for symbol in symbols}


async def _all_of(work: Iterable[Coroutine[object, object, T]]) -> list[T]:
    """Do it all at once; what fails first is raised, and ends the others."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures  # the others are of its doing
    return [task.result() for task in tasks]


def _reason(refusal: VenueRefused) -> str:
    """Say why a setting is kept, or raise a refusal that means something else."""
    if refusal.code not in _KEPT:
        raise refusal
    return _KEPT[refusal.code]
