"""What the exchange says of its contracts and of the account's set-up, and our words for it."""

from decimal import Decimal
from typing import Final

from msgspec.json import Decoder

from noctule.adapters.binance.rest.calls import Call, Safety
from noctule.adapters.binance.wire.row import Row
from noctule.domain.instrument import Instrument, InstrumentStatus, LeverageBracket, LotRule
from noctule.domain.values import Price, Quantity, Quote, Symbol

__all__ = [
    "ACCOUNT_CONFIG",
    "COMMISSION",
    "CONTRACTS",
    "LEVERAGE",
    "LEVERAGE_BRACKETS",
    "MARGIN_TYPE",
    "SYMBOL_CONFIG",
    "AccountConfig",
    "CommissionRate",
    "ContractRow",
    "ExchangeInfo",
    "LeverageSet",
    "MarginTypeSet",
    "RateLimit",
    "SymbolBrackets",
    "SymbolConfig",
    "brackets_of",
    "instrument_of",
]

# What a contract without a bound is bounded by: more than anybody can ask for.
_NO_BOUND: Final = Decimal(10**12)
_PERPETUAL: Final = "PERPETUAL"
_ORDERS_MAX: Final = 200  # the live exchange's, where a contract does not tell its own


class RateLimit(Row, frozen=True, rename="camel"):
    """One row of rateLimits: so much of something in so long."""

    rate_limit_type: str
    interval: str
    interval_num: int
    limit: int


class Filter(Row, frozen=True, rename="camel"):
    """One filter of a contract; which of the fields are there depends on its type."""

    filter_type: str
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    tick_size: Decimal | None = None
    min_qty: Decimal | None = None
    max_qty: Decimal | None = None
    step_size: Decimal | None = None
    limit: int | None = None
    notional: Decimal | None = None
    multiplier_up: Decimal | None = None
    multiplier_down: Decimal | None = None


_NO_FILTER: Final = Filter(filter_type="")


class ContractRow(Row, frozen=True, rename="camel"):
    """One contract of exchangeInfo."""

    symbol: Symbol
    status: str
    contract_type: str
    base_asset: str
    quote_asset: str
    margin_asset: str
    filters: list[Filter]
    trigger_protect: Decimal = Decimal(1)
    liquidation_fee: Decimal = Decimal(0)
    market_take_bound: Decimal = Decimal(1)


class ExchangeInfo(Row, frozen=True, rename="camel"):
    """GET exchangeInfo; its server time may be days old (facts 2.6) and is not read."""

    rate_limits: list[RateLimit]
    symbols: list[ContractRow]


class BracketRow(Row, frozen=True, rename="camel"):
    """One leverage tier; its figures are JSON numbers, read digit by digit."""

    bracket: int
    initial_leverage: int
    notional_cap: Decimal
    notional_floor: Decimal
    maint_margin_ratio: Decimal
    cum: Decimal


class SymbolBrackets(Row, frozen=True, rename="camel"):
    """One symbol of GET leverageBracket."""

    symbol: Symbol
    brackets: list[BracketRow]
    notional_coef: Decimal = Decimal(1)  # scales the tiers of this account, where it is told


class CommissionRate(Row, frozen=True, rename="camel"):
    """GET commissionRate."""

    symbol: Symbol
    maker_commission_rate: Decimal
    taker_commission_rate: Decimal


class SymbolConfig(Row, frozen=True, rename="camel"):
    """One row of GET symbolConfig: the only place that tells leverage and margin type."""

    symbol: Symbol
    margin_type: str  # CROSSED or ISOLATED
    leverage: int


class AccountConfig(Row, frozen=True, rename="camel"):
    """GET accountConfig."""

    can_trade: bool
    can_withdraw: bool
    dual_side_position: bool
    multi_assets_margin: bool
    fee_tier: int = 0


class LeverageSet(Row, frozen=True, rename="camel"):
    """The answer of POST leverage."""

    symbol: Symbol
    leverage: int


class MarginTypeSet(Row, frozen=True):
    """The answer of POST marginType, which tells nothing but that it is so."""


CONTRACTS: Final = Call(
    name="GET exchangeInfo", safety=Safety.REPEATABLE, decoder=Decoder(ExchangeInfo)
)
LEVERAGE_BRACKETS: Final = Call(
    name="GET leverageBracket",
    safety=Safety.REPEATABLE,
    decoder=Decoder(list[SymbolBrackets] | SymbolBrackets),  # one for one symbol, some say
)
COMMISSION: Final = Call(
    name="GET commissionRate",
    safety=Safety.REPEATABLE,
    decoder=Decoder(CommissionRate),
    weight=20,
)
ACCOUNT_CONFIG: Final = Call(
    name="GET accountConfig", safety=Safety.REPEATABLE, decoder=Decoder(AccountConfig), weight=5
)
SYMBOL_CONFIG: Final = Call(
    name="GET symbolConfig",
    safety=Safety.REPEATABLE,
    decoder=Decoder(list[SymbolConfig]),
    weight=5,
)
# Setting a thing twice is setting it once, so these may be repeated.
LEVERAGE: Final = Call(name="POST leverage", safety=Safety.REPEATABLE, decoder=Decoder(LeverageSet))
MARGIN_TYPE: Final = Call(
    name="POST marginType", safety=Safety.REPEATABLE, decoder=Decoder(MarginTypeSet)
)


def instrument_of(row: ContractRow) -> Instrument | str:
    """Translate a contract, or say why it cannot be traded by us."""
    rules = {each.filter_type: each for each in row.filters}
    grid, lot = rules.get("PRICE_FILTER", _NO_FILTER), _lot(rules.get("LOT_SIZE", _NO_FILTER))
    if not grid.tick_size or lot is None:
        return "its price grid or lot size is missing or zero"
    numbers = (grid.tick_size, lot.step, lot.quantity_min, lot.quantity_max)
    if min(numbers) < 0:
        return f"its filters make no sense: {', '.join(map(str, numbers))}"
    bounds = rules.get("PERCENT_PRICE", _NO_FILTER)
    return Instrument(
        symbol=row.symbol,
        status=_status(row),
        base_asset=row.base_asset,
        quote_asset=row.quote_asset,
        margin_asset=row.margin_asset,
        tick=Price(grid.tick_size),
        price_min=Price(grid.min_price or grid.tick_size),
        price_max=Price(grid.max_price or _NO_BOUND),
        lot=lot,
        market_lot=_lot(rules.get("MARKET_LOT_SIZE", _NO_FILTER)) or lot,
        notional_min=Quote(rules.get("MIN_NOTIONAL", _NO_FILTER).notional or Decimal(0)),
        price_multiplier_up=bounds.multiplier_up or _NO_BOUND,
        price_multiplier_down=bounds.multiplier_down or Decimal(0),
        market_take_bound=row.market_take_bound,
        trigger_protect=row.trigger_protect,
        liquidation_fee=row.liquidation_fee,
        orders_max=rules.get("MAX_NUM_ORDERS", _NO_FILTER).limit or _ORDERS_MAX,
    )


def brackets_of(row: SymbolBrackets) -> tuple[LeverageBracket, ...]:
    """Translate the leverage tiers of a symbol, smallest notional first."""
    ordered = sorted(row.brackets, key=lambda tier: tier.notional_floor)
    return tuple(
        LeverageBracket(
            bracket=tier.bracket,
            notional_floor=Quote(tier.notional_floor * row.notional_coef),
            notional_cap=Quote(tier.notional_cap * row.notional_coef),
            leverage_max=tier.initial_leverage,
            maintenance_share=tier.maint_margin_ratio,
            maintenance_amount=Quote(tier.cum * row.notional_coef),
        )
        for tier in ordered
    )


def _status(row: ContractRow) -> InstrumentStatus:
    """Call only an open perpetual tradable: dated and stock contracts need more than we know."""
    is_open = row.status == "TRADING" and row.contract_type == _PERPETUAL
    return InstrumentStatus.TRADING if is_open else InstrumentStatus.NOT_TRADING


def _lot(rule: Filter) -> LotRule | None:
    if not rule.step_size or not rule.max_qty:
        return None
    return LotRule(
        quantity_min=Quantity(rule.min_qty or rule.step_size),
        quantity_max=Quantity(rule.max_qty),
        step=Quantity(rule.step_size),
    )
