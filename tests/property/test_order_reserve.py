"""Whatever entries do, and whenever, the last of the order budget is left to those who guard."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from noctule.adapters.binance.rest.budget import Budget, Cost, Shares, Ticket
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.wire.rules import RateLimit

ORDER: Final = Cost(weight=0, orders=1)
SPAN_MS: Final = 10_000
ENTRY_SHARE: Final = Shares().entry_orders

# What happens next: so long after the last, so many want to enter, and answers come so much later.
moments = st.lists(
    st.tuples(st.integers(0, 3_000), st.integers(1, 30), st.integers(0, 1_500)), max_size=40
)


@given(limit=st.integers(2, 60), moments=moments)
def test_entries_leave_the_reserve_untouched(
    limit: int, moments: list[tuple[int, int, int]]
) -> None:
    budget = Budget()
    budget.learn((RateLimit("ORDERS", "SECOND", 10, limit),))
    reserve = limit - int(limit * ENTRY_SHARE)
    flying: list[tuple[int, Ticket]] = []
    now_ms = 0
    for gap_ms, wanted, answer_ms in moments:
        now_ms += gap_ms
        for landed_ms, ticket in flying:
            if landed_ms <= now_ms:
                ticket.land(landed_ms)
        flying = [each for each in flying if each[0] > now_ms]
        for _ in range(wanted):
            if budget.wait(ORDER, Lane.ENTRY, now_ms).ms == 0:
                flying.append((now_ms + answer_ms, budget.take(ORDER)))
        guards = []
        for _ in range(reserve):
            assert budget.wait(ORDER, Lane.GUARD, now_ms).ms == 0
            guards.append(budget.take(ORDER))
        for guard in guards:  # they only looked whether they could
            guard.put_back()


@given(limit=st.integers(2, 60))
def test_there_is_always_a_reserve(limit: int) -> None:
    budget = Budget()
    budget.learn((RateLimit("ORDERS", "SECOND", 10, limit),))
    entered = 0
    while budget.wait(ORDER, Lane.ENTRY, 0).ms == 0:
        budget.take(ORDER).land(0)
        entered += 1
    assert entered < limit
    assert budget.wait(ORDER, Lane.ENTRY, SPAN_MS - 1).ms > 0
