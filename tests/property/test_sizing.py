"""Whatever is asked for: never more at risk than configured, and nothing that a filter refuses."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from noctule.domain.instrument import Instrument, LeverageBracket, TradingTerms
from noctule.domain.regime import Regime
from noctule.domain.signals import Approved, Direction, Refused
from noctule.domain.values import Price, plain_text
from noctule.orders.plan import slices
from noctule.risk.case import EntryCase
from noctule.risk.limits import RiskLimits
from noctule.risk.manager import RiskManager
from noctule.risk.sizing import SLICES_MAX
from tests.conformance.fixtures import needs_data
from tests.listed_contracts import (
    Contract,
    Filters,
    contracts,
    filters_of,
    instrument_from,
    listed,
    recorded_brackets,
    recorded_contracts,
)
from tests.risk_builders import BRACKETS, case, holding, portfolio, scene, terms, wish

SITUATIONS = 30  # for each recorded contract


def situation(
    random: Random, instrument: Instrument, brackets: Sequence[LeverageBracket]
) -> tuple[EntryCase, RiskLimits]:
    """Draw a market, an account, limits and a wish; some stops are impossible on purpose."""
    price = _price(random, instrument)
    direction = random.choice((Direction.LONG, Direction.SHORT))
    sign = 1 if direction is Direction.LONG else -1
    mark, bid = price * random.uniform(0.99, 1.01), price * random.uniform(0.998, 1.0)
    distance = 10 ** random.uniform(-4, -0.3)
    limit_price = instrument.quantize_price(price * random.uniform(0.97, 1.03))
    equity = Decimal(round(10 ** random.uniform(1, 7), 2)).quantize(Decimal("0.01"))
    wished = wish(
        direction,
        symbol=instrument.symbol,
        price=price,
        stop=None if random.random() < 0.3 else price * (1 - sign * distance),
        target=None if random.random() < 0.7 else price * (1 + sign * distance),
        limit_price=plain_text(limit_price) if random.random() < 0.3 else None,
    )
    of = case(
        wished,
        contract=instrument,
        at=_terms(random, brackets),
        account=portfolio(
            *([holding(plain_text(equity / 4000))] if random.random() < 0.2 else []),
            wallet=plain_text(equity),
            available=plain_text(equity * Decimal(random.randint(10, 100)) / 100),
        ),
        market=scene(mark_price=mark, bid=bid, ask=max(bid, price)),
    )
    return of, _limits(random)


def _price(random: Random, instrument: Instrument) -> float:
    lowest, highest = instrument.price_min * 2, instrument.price_max / 2
    wanted = float(instrument.tick) * 10 ** random.uniform(2.5, 6)
    return float(instrument.quantize_price(min(max(wanted, float(lowest)), float(highest))))


def _terms(random: Random, brackets: Sequence[LeverageBracket]) -> TradingTerms:
    return terms(
        leverage=random.choice((1, 2, 5, 10, brackets[0].leverage_max)),
        is_isolated=random.random() < 0.7,
        taker_fee=random.choice(("0", "0.0004", "0.0005", "0.00045")),
        brackets=tuple(brackets),
    )


def _limits(random: Random) -> RiskLimits:
    return RiskLimits.model_validate(
        {
            "risk_per_trade": random.choice(("0.0001", "0.0033", "0.01", "0.1")),
            "stop_loss": random.choice(("0.0013", "0.01", "0.5")),
            "take_profit": random.choice(("0.0013", "0.02", "10")),
            "slippage_allowance": random.choice(("0", "0.0005", "0.00123", "0.1")),
            "max_position_notional": random.choice((None, "1000", "77777.77")),
            "max_total_exposure": random.choice(("0.5", "3", "125")),
            "max_spread": "0.1",
            "max_price_deviation": "0.5",
            "working_type": random.choice(("CONTRACT_PRICE", "MARK_PRICE")),
        }
    )


def verdict_on(
    random: Random, contract: Contract, brackets: Sequence[LeverageBracket]
) -> Approved | Refused:
    """Draw a situation, and hold what comes of it to everything that is promised."""
    of, limits = situation(random, instrument_from(contract), brackets)
    verdict = RiskManager(limits).assess(of)
    if isinstance(verdict, Approved):
        _passes_the_filters(verdict, of, filters_of(contract))
        _risks_no_more_than_configured(verdict, of, limits)
        _stands_on_both_sides(verdict, of)
        _stays_within_every_cap(verdict, of, limits)
        _lives_until_its_stop(verdict, of)
    return verdict


def _passes_the_filters(approved: Approved, of: EntryCase, filters: Filters) -> None:
    kind = of.wish.kind
    pieces = [*slices(of.instrument, approved.quantity, kind)]
    assert sum(pieces) == approved.quantity
    assert len(pieces) <= SLICES_MAX
    reckoned_at = of.wish.limit_price or Price(Decimal(str(of.scene.mark_price)))
    assert approved.target is not None
    flaws = [
        filters.price_flaw(approved.stop),
        filters.price_flaw(approved.target),
        *(filters.quantity_flaw(piece, kind, reckoned_at) for piece in pieces),
    ]
    assert not any(flaws), (approved, of, flaws)


def _risks_no_more_than_configured(approved: Approved, of: EntryCase, limits: RiskLimits) -> None:
    allowed = Fraction(of.portfolio.equity) * Fraction(limits.risk_per_trade)
    lost = _lost(approved, of, limits)
    assert 0 < lost <= allowed, (approved, of, float(lost), float(allowed))


def _lost(approved: Approved, of: EntryCase, limits: RiskLimits) -> Fraction:
    """Fill entry and stop at their worst, pay the taker's fee for both, and count what is lost."""
    sign, slippage = of.wish.side.sign, Fraction(limits.slippage_allowance)
    entry = _entry(of) if of.wish.limit_price else _entry(of) * (1 + sign * slippage)
    exit_price = Fraction(approved.stop) * (1 - sign * slippage)
    fees = Fraction(of.terms.taker_fee) * (entry + exit_price)
    return Fraction(approved.quantity) * (sign * (entry - exit_price) + fees)


def _stands_on_both_sides(approved: Approved, of: EntryCase) -> None:
    """Find the market between stop and target, and neither of them further than was asked."""
    sign, target = of.wish.side.sign, approved.target
    assert target is not None
    between = [_entry(of)]
    if of.wish.limit_price is None:
        between += [Fraction(str(price)) for price in (of.scene.bid, of.scene.ask)]
    for price in between:
        assert sign * approved.stop < sign * price < sign * target, (approved, of)
    wished = of.wish.stop, of.wish.target
    assert wished[0] is None or sign * approved.stop >= sign * Decimal(str(wished[0]))
    assert wished[1] is None or sign * target <= sign * Decimal(str(wished[1]))


def _stays_within_every_cap(approved: Approved, of: EntryCase, limits: RiskLimits) -> None:
    notional = Fraction(approved.quantity) * max(_entry(of), Fraction(str(of.scene.mark_price)))
    fitting = [
        each.notional_cap for each in of.terms.brackets if each.leverage_max >= of.terms.leverage
    ]
    assert notional <= max(fitting)
    assert notional <= of.portfolio.available * of.terms.leverage
    assert notional <= (limits.max_position_notional or notional)
    held = Fraction(of.portfolio.exposure)
    assert held + notional <= Fraction(of.portfolio.equity * limits.max_total_exposure)


def _lives_until_its_stop(approved: Approved, of: EntryCase) -> None:
    """Count the margin left when the mark is at the stop, and what the tier asks for there."""
    quantity, entry, stop = Fraction(approved.quantity), _entry(of), Fraction(approved.stop)
    margin = Fraction(of.portfolio.available)
    if of.terms.is_isolated:
        margin = quantity * entry / of.terms.leverage
    worth = quantity * stop
    tiers = of.terms.brackets
    tier = next((each for each in tiers if worth <= each.notional_cap), tiers[-1])
    kept = worth * Fraction(tier.maintenance_share) - Fraction(tier.maintenance_amount)
    assert margin + of.wish.side.sign * quantity * (stop - entry) > kept, (approved, of)


def _entry(of: EntryCase) -> Fraction:
    if of.wish.limit_price is not None:
        return Fraction(of.wish.limit_price)
    touch = of.scene.ask if of.wish.direction is Direction.LONG else of.scene.bid
    return Fraction(str(touch))


@needs_data
def test_every_recorded_contract_is_sized_within_its_filters_and_our_limits() -> None:
    random, brackets = Random(5), recorded_brackets()
    approvals = {}
    for contract in recorded_contracts():
        tiers = brackets.get(contract["symbol"], BRACKETS)
        verdicts = [verdict_on(random, contract, tiers) for _ in range(SITUATIONS)]
        approvals[contract["symbol"]] = sum(isinstance(each, Approved) for each in verdicts)
    assert len(approvals) == 554
    never = [symbol for symbol, count in approvals.items() if count == 0]
    assert never == []  # a promise about nothing is none


@given(contract=contracts(), random=st.randoms(use_true_random=False))
def test_any_contract_is_sized_within_its_filters_and_our_limits(
    contract: Contract, random: Random
) -> None:
    verdict_on(random, contract, BRACKETS)


def test_a_fair_share_of_what_is_drawn_is_approved_and_another_refused() -> None:
    random = Random(1)
    verdicts = [verdict_on(random, listed(), BRACKETS) for _ in range(300)]
    approved = sum(isinstance(each, Approved) for each in verdicts)
    assert 75 < approved < 225


@given(
    random=st.randoms(use_true_random=False),
    share=st.decimals(0, 1, places=4),
    regime=st.sampled_from([None, *Regime]),
)
def test_no_regime_ever_raises_what_is_risked(
    random: Random, share: Decimal, regime: Regime | None
) -> None:
    of, limits = situation(random, instrument_from(listed()), BRACKETS)
    of = replace(of, scene=replace(of.scene, regime=regime))
    scaled = limits.model_copy(update={"regime_scale": (f"{regime or Regime.RANGE}: {share:f}",)})
    with_it, without = RiskManager(scaled).assess(of), RiskManager(limits).assess(of)

    if isinstance(with_it, Approved):
        assert share > 0
        assert isinstance(without, Approved)
        assert with_it.quantity <= without.quantity
        allowed = Fraction(of.portfolio.equity) * Fraction(limits.risk_per_trade) * Fraction(share)
        assert _lost(with_it, of, limits) <= allowed
    elif share == 0:
        assert "regime" in [reason.check for reason in with_it.reasons]
