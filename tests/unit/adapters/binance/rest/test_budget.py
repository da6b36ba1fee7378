"""The last of every limit is kept for what guards a position."""

from msgspec import Struct

from noctule.adapters.binance.rest.budget import Budget, Cost, Shares
from noctule.adapters.binance.rest.calls import Lane, Pool


class Row(Struct):
    rate_limit_type: str
    interval: str
    interval_num: int
    limit: int


ORDER = Cost(weight=0, orders=1)
FUNDING = Cost(weight=1, pool=Pool.FUNDING)


def budget(*, weight: int = 100, orders: int = 10) -> Budget:
    made = Budget(Shares(read=0.5, entry=0.8, entry_orders=0.4))
    made.learn(
        (
            Row("REQUEST_WEIGHT", "MINUTE", 1, weight),
            Row("ORDERS", "SECOND", 10, orders),
            Row("ORDERS", "MINUTE", 1, 40),
        )
    )
    return made


def may(made: Budget, cost: Cost, lane: Lane) -> bool:
    return made.wait(cost, lane, 0).ms == 0


def test_each_lane_has_its_share_of_the_weight() -> None:
    made = budget()
    made.take(Cost(weight=50))
    assert not may(made, Cost(weight=1), Lane.READ)
    assert may(made, Cost(weight=1), Lane.ENTRY)
    made.take(Cost(weight=30))
    assert not may(made, Cost(weight=1), Lane.ENTRY)
    assert may(made, Cost(weight=20), Lane.GUARD)
    assert not may(made, Cost(weight=21), Lane.GUARD)


def test_orders_take_no_weight_and_questions_no_orders() -> None:
    made = budget()
    for _ in range(8):
        made.take(ORDER)
    assert not may(made, ORDER, Lane.ENTRY)
    assert may(made, Cost(weight=50), Lane.READ)


def test_funding_has_a_pool_of_its_own() -> None:
    made = budget()
    made.take(Cost(weight=100))
    assert may(made, FUNDING, Lane.READ)
    for _ in range(250):
        made.take(FUNDING)
    wait = made.wait(FUNDING, Lane.READ, 0)
    assert wait.ms == 300_000
    assert wait.reason == "FUNDING 250 of 250 in 300 s are used"


def test_entries_have_a_smaller_share_of_the_orders_so_that_each_can_be_protected() -> None:
    made = budget()
    for _ in range(4):
        assert may(made, ORDER, Lane.ENTRY)
        made.take(ORDER)
    assert not may(made, ORDER, Lane.ENTRY)
    for _ in range(6):  # a stop for each, and some of the targets
        assert may(made, ORDER, Lane.GUARD)
        made.take(ORDER)


def test_what_guards_takes_from_the_share_of_entries_until_its_window_has_passed() -> None:
    made = budget()
    for _ in range(4):
        made.take(ORDER).land(0)
    assert not may(made, ORDER, Lane.ENTRY)
    assert made.wait(ORDER, Lane.ENTRY, 11_000).ms == 0


def test_by_default_there_is_room_for_stop_and_target_of_all_that_may_be_entered() -> None:
    shares = Shares()
    assert 3 * shares.entry_orders <= 1


def test_a_wait_says_which_limit_is_used_up() -> None:
    made = budget()
    for _ in range(4):
        made.take(ORDER).land(0)
    wait = made.wait(ORDER, Lane.ENTRY, 4_000)
    assert 6_000 <= wait.ms <= 6_200  # counted in sixtieths of the window
    assert wait.reason == "ORDERS 4 of 4 in 10 s are used"


def test_answers_tell_what_others_use() -> None:
    made = budget()
    ticket = made.take(Cost(weight=1))
    ticket.land(0)
    ticket.hear({"x-mbx-used-weight-1m": "79", "x-mbx-order-count-10s": "8"}, 0)
    assert not may(made, Cost(weight=2), Lane.ENTRY)
    assert not may(made, ORDER, Lane.ENTRY)
    assert may(made, ORDER, Lane.GUARD)


def test_headers_that_make_no_sense_are_ignored() -> None:
    made = budget()
    ticket = made.take(Cost(weight=1))
    ticket.hear({"x-mbx-used-weight-1m": "many", "x-mbx-order-count-10s": "9" * 30}, 0)
    assert may(made, Cost(weight=49), Lane.READ)
    assert may(made, ORDER, Lane.ENTRY)


def test_a_ticket_is_settled_once() -> None:
    made = budget(weight=2)
    ticket = made.take(Cost(weight=2))
    ticket.put_back()
    ticket.land(0)
    assert may(made, Cost(weight=2), Lane.GUARD)
    landed = made.take(Cost(weight=2))
    landed.land(0)
    landed.land(0)
    assert made.wait(Cost(weight=2), Lane.GUARD, 61_000).ms == 0


def test_limits_nobody_has_heard_of_are_taken_if_they_are_ours_and_make_sense() -> None:
    made = budget()
    made.learn(
        (
            Row("ORDERS", "DAY", 1, 3),
            Row("ORDERS", "FORTNIGHT", 1, 1),
            Row("RAW_REQUESTS", "MINUTE", 5, 1),
            Row("REQUEST_WEIGHT", "MINUTE", 1, 0),
        )
    )
    assert may(made, Cost(weight=50), Lane.READ)
    made.take(ORDER)
    assert made.wait(ORDER, Lane.ENTRY, 0).ms == 86_400_000
    assert may(made, ORDER, Lane.GUARD)


def test_there_is_a_bound_to_how_many_limits_are_kept() -> None:
    made = budget()
    made.learn(tuple(Row("ORDERS", "SECOND", number, 1) for number in range(100, 200)))
    assert len(made._windows) == 16
