"""Version 2 of the account over REST, which tells of every symbol, flat or not."""

from collections.abc import Iterator, Sequence

from noctule.adapters.sim import wire_account_v2
from noctule.adapters.sim.calls import Call, Counter
from noctule.adapters.sim.events import PositionView
from noctule.adapters.sim.margin import leverage_max
from noctule.adapters.sim.model import ZERO, Position, PositionSide, Rules

__all__ = ["account", "position_risk"]


def account(counter: Counter, call: Call) -> object:
    """Tell balances, modes, and the positions of all symbols."""
    exchange = counter.exchange
    return wire_account_v2.account_v2(
        call.account,
        exchange.margins(call.account),
        positions=_views(counter, call, tuple(exchange.rules.values())),
        rules=exchange.rules,
    )


def position_risk(counter: Counter, call: Call) -> object:
    """Tell the positions of one symbol, or of all."""
    wanted = counter.wanted(call.parameters)
    rules = counter.exchange.rules
    return [
        wire_account_v2.position_risk_v2(view, rules[view.position.symbol])
        for view in _views(counter, call, wanted)
    ]


def _views(counter: Counter, call: Call, wanted: Sequence[Rules]) -> Iterator[PositionView]:
    """Yield each leg of each symbol: one in one-way mode, two in hedge mode."""
    held = {
        (view.position.symbol, view.position.side): view
        for view in counter.exchange.positions(call.account)
    }
    hedged = (PositionSide.LONG, PositionSide.SHORT)
    for rules in wanted:
        for side in hedged if call.account.dual_side else (PositionSide.BOTH,):
            yield held.get((rules.symbol, side)) or _flat(counter, call, rules, side)


def _flat(counter: Counter, call: Call, rules: Rules, side: PositionSide) -> PositionView:
    mark = counter.tape.mark(rules.symbol)
    return PositionView(
        position=Position(symbol=rules.symbol, side=side),
        margin_type=call.account.margin_type(rules.symbol),
        unrealized=ZERO,
        mark=ZERO if mark is None else mark.mark,
        notional=ZERO,
        initial_margin=ZERO,
        maint_margin=ZERO,
        isolated_margin=ZERO,
        liquidation_price=ZERO,
        leverage=min(call.account.leverage(rules.symbol), leverage_max(rules)),
    )
