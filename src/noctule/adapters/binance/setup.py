"""Leverage, margin type and modes of the account: set where we may, told where we may not."""

from collections.abc import Callable
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
    SymbolBrackets,
    SymbolConfig,
    brackets_of,
)
from noctule.domain.errors import VenueRefused
from noctule.domain.instrument import LeverageBracket, TradingTerms
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

    async def apply(self, symbol: Symbol, *, leverage: int, margin_type: str) -> SetupReport:
        """Bring one symbol to this leverage and margin type; do nothing where it is so."""
        deferred = []
        now = await self.read(symbol)
        if _OUR_WORDS.get(now.margin_type) != margin_type:
            deferred += await self._set_margin_type(now, margin_type)
        if now.leverage != leverage:
            deferred += await self._set_leverage(now, leverage)
        after = await self.read(symbol)
        return SetupReport(
            symbol=symbol,
            leverage=after.leverage,
            margin_type=_OUR_WORDS.get(after.margin_type, after.margin_type),
            deferred=tuple(deferred),
        )

    async def terms(self, symbol: Symbol) -> TradingTerms:
        """Return what trading a symbol costs this account, and how large a position may be."""
        client = self._rest.client
        config, tiers = await self.read(symbol), await self.brackets(symbol)
        if not tiers:
            raise VenueRefused(f"leverageBracket does not tell of {symbol}", code=_BAD_SYMBOL)
        fees = await self._ask(COMMISSION, lambda: client.commission_rate(symbol))
        return TradingTerms(
            leverage=config.leverage,
            is_isolated=_OUR_WORDS.get(config.margin_type) == "isolated",
            maker_fee=fees.maker_commission_rate,
            taker_fee=fees.taker_commission_rate,
            brackets=tiers,
        )

    async def read(self, symbol: Symbol) -> SymbolConfig:
        """Return how a symbol is set."""
        client = self._rest.client
        rows = await self._ask(SYMBOL_CONFIG, lambda: client.symbol_configuration(symbol=symbol))
        for row in rows:
            if row.symbol == symbol:
                return row
        raise VenueRefused(f"symbolConfig does not tell of {symbol}", code=_BAD_SYMBOL)

    async def brackets(self, symbol: Symbol) -> tuple[LeverageBracket, ...]:
        """Return a symbol's leverage tiers, smallest notional first."""
        client = self._rest.client
        answer = await self._ask(LEVERAGE_BRACKETS, lambda: client.leverage_brackets(symbol=symbol))
        rows = [answer] if isinstance(answer, SymbolBrackets) else answer
        return next((brackets_of(row) for row in rows if row.symbol == symbol), ())

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
        highest = max((tier.leverage_max for tier in await self.brackets(now.symbol)), default=1)
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


def _reason(refusal: VenueRefused) -> str:
    """Say why a setting is kept, or raise a refusal that means something else."""
    if refusal.code not in _KEPT:
        raise refusal
    return _KEPT[refusal.code]
