"""Contracts as exchangeInfo lists them, recorded or drawn, and what their filters say.

The filters are stated here from the venue's text alone: nothing of ours has a part in it.
"""

import gzip
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import Struct

from noctule.adapters.binance.wire.rules import ContractRow, instrument_of
from noctule.domain.instrument import Instrument, InstrumentStatus, LeverageBracket
from noctule.domain.order import OrderKind
from noctule.domain.values import Quote, Symbol, plain_text
from tests.conformance.fixtures import DATA

__all__ = [
    "Contract",
    "Filters",
    "contracts",
    "filters_of",
    "instrument_from",
    "listed",
    "recorded_brackets",
    "recorded_contracts",
]

Contract = dict[str, Any]
TICKS = ["0.0000001", "0.0001", "0.01", "0.10", "0.0025", "0.5", "1"]
STEPS = ["0.0001", "0.001", "0.1", "1", "5", "1000"]


class Filters(Struct, frozen=True, kw_only=True):
    """The venue's own words for what it accepts; exact, and nothing of ours in it."""

    price: dict[str, Fraction]
    lots: dict[OrderKind, dict[str, Fraction]]
    notional_min: Fraction

    def price_flaw(self, price: Decimal) -> str | None:
        """Say why PRICE_FILTER would refuse."""
        value, low = Fraction(price), self.price["minPrice"]
        if not low <= value <= self.price["maxPrice"]:
            return f"{price} is outside the contract's prices"
        if (value - low) % self.price["tickSize"]:
            return f"{price} is off the tick grid"
        return None

    def quantity_flaw(self, quantity: Decimal, kind: OrderKind, price: Decimal) -> str | None:
        """Say why LOT_SIZE, MARKET_LOT_SIZE or MIN_NOTIONAL would refuse."""
        value, lot = Fraction(quantity), self.lots[kind]
        if not lot["minQty"] <= value <= lot["maxQty"]:
            return f"{quantity} is outside {kind}'s lots"
        if (value - lot["minQty"]) % lot["stepSize"]:
            return f"{quantity} is off the step grid"
        if value * Fraction(price) < self.notional_min:
            return f"{quantity} at {price} is worth too little"
        return None


def filters_of(contract: Contract) -> Filters:
    """Read a contract's filters, exactly as written."""
    by_name = {
        each["filterType"]: {
            key: Fraction(value)
            for key, value in each.items()
            if key not in ("filterType", "positionControlSide", "multiplierDecimal")
        }
        for each in contract["filters"]
    }
    return Filters(
        price=by_name["PRICE_FILTER"],
        lots={
            OrderKind.LIMIT: by_name["LOT_SIZE"],
            OrderKind.MARKET: by_name["MARKET_LOT_SIZE"],
        },
        notional_min=by_name["MIN_NOTIONAL"]["notional"],
    )


def instrument_from(contract: Contract) -> Instrument:
    """Read a contract as the bot does."""
    found = instrument_of(msgspec.convert(contract, ContractRow, strict=False))
    assert isinstance(found, Instrument), found
    return found


def recorded_contracts() -> Iterator[Contract]:
    """Yield every contract of a recorded exchangeInfo that we would trade."""
    path = DATA / "exchangeInfo" / "um-testnet-20251224.json.gz"
    symbols = msgspec.json.decode(gzip.decompress(path.read_bytes()))["symbols"]
    for contract in symbols:
        instrument = instrument_of(msgspec.convert(contract, ContractRow, strict=False))
        if isinstance(instrument, Instrument) and instrument.status is InstrumentStatus.TRADING:
            yield contract


def recorded_brackets() -> dict[Symbol, tuple[LeverageBracket, ...]]:
    """Return the recorded leverage tiers; they are older, and not of every contract."""
    path = DATA / "exchangeInfo" / "um-leverage-tiers-mainnet-20241024.json.gz"
    tables = msgspec.json.decode(gzip.decompress(path.read_bytes()))
    return {
        Symbol(name.partition(":")[0].replace("/", "")): tuple(
            LeverageBracket(
                bracket=int(tier["info"]["bracket"]),
                notional_floor=Quote(Decimal(tier["info"]["notionalFloor"])),
                notional_cap=Quote(Decimal(tier["info"]["notionalCap"])),
                leverage_max=int(tier["info"]["initialLeverage"]),
                maintenance_share=Decimal(tier["info"]["maintMarginRatio"]),
                maintenance_amount=Quote(Decimal(tier["info"]["cum"])),
            )
            for tier in tiers
        )
        for name, tiers in tables.items()
        if "-" not in name and tiers
    }


def listed(
    *,
    tick: str = "0.10",
    step: str = "0.001",
    price_min: str = "556.80",
    ticks: int = 45_292_072,
    market_steps: int = 120_000,
    limit_steps: int = 1_000_000,
    notional_min: str = "50",
) -> Contract:
    """List a contract; BTCUSDT's rules by default. Its lots are whole steps, as all of theirs."""
    numbers = {
        "PRICE_FILTER": {
            "minPrice": price_min,
            "maxPrice": plain_text(Decimal(price_min) + ticks * Decimal(tick)),
            "tickSize": tick,
        },
        "LOT_SIZE": _lot(step, limit_steps),
        "MARKET_LOT_SIZE": _lot(step, market_steps),
        "MIN_NOTIONAL": {"notional": notional_min},
        "PERCENT_PRICE": {"multiplierUp": "1.05", "multiplierDown": "0.95"},
        "MAX_NUM_ORDERS": {"limit": "200"},
    }
    return {
        "symbol": "ABCUSDT",
        "status": "TRADING",
        "contractType": "PERPETUAL",
        "baseAsset": "ABC",
        "quoteAsset": "USDT",
        "marginAsset": "USDT",
        "filters": [{"filterType": name, **values} for name, values in numbers.items()],
    }


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """Draw a contract; its largest market order may be worth little, or millions."""
    tick, market_steps = draw(st.sampled_from(TICKS)), draw(st.integers(20, 10**7))
    return listed(
        tick=tick,
        step=draw(st.sampled_from(STEPS)),
        price_min=plain_text(Decimal(tick) * draw(st.integers(0, 500))),
        ticks=draw(st.integers(10**5, 10**9)),
        market_steps=market_steps,
        limit_steps=market_steps * draw(st.integers(1, 10)),
        notional_min=draw(st.sampled_from(["5", "20", "50", "100"])),
    )


def _lot(step: str, steps_max: int) -> dict[str, str]:
    return {"minQty": step, "maxQty": plain_text(Decimal(step) * steps_max), "stepSize": step}
