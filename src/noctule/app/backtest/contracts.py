"""The simulated exchange's contracts as the bot reads them: rules, and tiers of leverage."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from noctule.adapters.sim.model import Rules
from noctule.domain.instrument import Instrument, InstrumentStatus, LeverageBracket, LotRule
from noctule.domain.values import Price, Quantity, Quote, Symbol

__all__ = ["brackets_of", "instrument_of", "instruments_of"]

# What a contract without a bound is bounded by: more than anybody can ask for.
_NO_BOUND: Final = Decimal(10**12)
_ORDERS_MAX: Final = 200  # where a contract does not tell its own


def instruments_of(rules: Mapping[str, Rules]) -> dict[Symbol, Instrument]:
    """Translate every contract; one without a price grid or a lot size cannot be traded."""
    translated = map(instrument_of, rules.values())
    return {each.symbol: each for each in translated if each is not None}


def instrument_of(rules: Rules) -> Instrument | None:
    """Translate a contract; None where nobody can trade by its rules."""
    lot = _lot(rules.min_qty, rules.max_qty, rules.step)
    if not rules.tick or lot is None:
        return None
    is_open = rules.status == "TRADING"
    return Instrument(
        symbol=Symbol(rules.symbol),
        status=InstrumentStatus.TRADING if is_open else InstrumentStatus.NOT_TRADING,
        base_asset=rules.base_asset,
        quote_asset=rules.quote_asset,
        margin_asset=rules.quote_asset,
        tick=Price(rules.tick),
        price_min=Price(rules.min_price or rules.tick),
        price_max=Price(rules.max_price or _NO_BOUND),
        lot=lot,
        market_lot=_lot(rules.market_min_qty, rules.market_max_qty, rules.market_step) or lot,
        notional_min=Quote(rules.min_notional),
        price_multiplier_up=rules.multiplier_up or _NO_BOUND,
        price_multiplier_down=rules.multiplier_down,
        market_take_bound=rules.market_take_bound,
        trigger_protect=rules.trigger_protect,
        liquidation_fee=rules.liquidation_fee,
        orders_max=rules.max_num_orders or _ORDERS_MAX,
    )


def brackets_of(rules: Rules) -> tuple[LeverageBracket, ...]:
    """Translate the leverage tiers of a contract, smallest notional first."""
    return tuple(
        LeverageBracket(
            bracket=tier.bracket,
            notional_floor=Quote(tier.notional_floor),
            notional_cap=Quote(tier.notional_cap),
            leverage_max=tier.initial_leverage,
            maintenance_share=tier.maint_margin_ratio,
            maintenance_amount=Quote(tier.cum),
        )
        for tier in sorted(rules.brackets, key=lambda tier: tier.notional_floor)
    )


def _lot(quantity_min: Decimal, quantity_max: Decimal, step: Decimal) -> LotRule | None:
    if not step or not quantity_max:
        return None
    return LotRule(
        quantity_min=Quantity(quantity_min or step),
        quantity_max=Quantity(quantity_max),
        step=Quantity(step),
    )
