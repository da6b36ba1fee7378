"""Weights and order counts: what is counted, what is refused, and what stubbornness costs."""

import pytest

from noctule.adapters.sim.limits import Cost, Limits, Throttled
from noctule.adapters.sim.terms import Terms

PEER = "127.0.0.1"
TERMS = Terms(
    weight_per_minute=10,
    orders_per_minute=5,
    orders_per_10s=3,
    funding_calls_per_5m=2,
    strikes_max=2,
    ban_ms=120_000,
    ban_ms_max=300_000,
)


def weigh(limits: Limits, weight: int, *, at: int) -> None:
    limits.weigh(PEER, weight, now_ms=at, wall_ms=1_700_000_000_000 + at)


def refused(limits: Limits, *, at: int) -> Throttled:
    with pytest.raises(Throttled) as reason:
        weigh(limits, 1, at=at)
    return reason.value


def test_weight_is_counted_by_the_minute_and_begins_anew_with_each() -> None:
    limits = Limits(TERMS)
    weigh(limits, 10, at=59_000)
    weigh(limits, 3, at=60_000)

    assert limits.address(PEER, 60_000).weight.used == 3


def test_what_is_too_much_is_answered_429_with_the_seconds_to_wait() -> None:
    limits = Limits(TERMS)
    weigh(limits, 10, at=1_000)
    reason = refused(limits, at=1_500)

    assert (reason.code, reason.status, reason.retry_after_s) == (-1003, 429, 59)


def test_whoever_goes_on_is_banned_for_two_minutes_and_told_until_when() -> None:
    limits = Limits(TERMS)
    weigh(limits, 10, at=0)
    statuses = [refused(limits, at=0).status for _ in range(3)]
    reason = refused(limits, at=60_000)

    assert statuses == [429, 429, 418]
    assert (reason.status, reason.retry_after_s) == (418, 60)
    assert "banned until 1700000120000." in reason.msg
    weigh(limits, 1, at=120_000)


def test_each_ban_is_twice_as_long_up_to_a_limit() -> None:
    limits = Limits(TERMS)
    lengths = [limits.ban(PEER, now_ms=0, wall_ms=0).retry_after_s for _ in range(4)]

    assert lengths == [120, 240, 300, 300]


def test_addresses_do_not_pay_for_each_other() -> None:
    limits = Limits(TERMS)
    weigh(limits, 10, at=0)

    limits.weigh("127.0.0.2", 10, now_ms=0, wall_ms=0)


def test_orders_are_counted_in_both_windows_and_a_refused_one_in_none() -> None:
    limits = Limits(TERMS)
    for _ in range(3):
        limits.count_orders("key", Cost(0, 1, 1), 0)
    with pytest.raises(Throttled) as reason:
        limits.count_orders("key", Cost(0, 1, 1), 4_000)
    purse = limits.purse("key", 10_000)

    assert (reason.value.code, reason.value.status, reason.value.retry_after_s) == (-1015, 429, 6)
    assert (purse.ten_seconds.used, purse.minute.used) == (0, 3)


def test_the_minute_refuses_when_ten_seconds_would_not() -> None:
    limits = Limits(TERMS)
    for at in (0, 10_000, 20_000, 30_000, 40_000):
        limits.count_orders("key", Cost(0, 1, 1), at)
    with pytest.raises(Throttled, match="5 orders per 1 MINUTE"):
        limits.count_orders("key", Cost(0, 1, 1), 50_000)


def test_the_funding_pool_lasts_five_minutes() -> None:
    limits = Limits(TERMS)
    limits.count_funding(PEER, 0)
    limits.count_funding(PEER, 0)
    with pytest.raises(Throttled) as reason:
        limits.count_funding(PEER, 100_000)

    assert (reason.value.status, reason.value.retry_after_s) == (429, 200)
    limits.count_funding(PEER, 300_000)


def test_only_so_many_addresses_and_accounts_are_remembered() -> None:
    limits = Limits(TERMS)
    for number in range(1_001):
        limits.weigh(f"peer {number}", 10, now_ms=0, wall_ms=0)
        limits.count_orders(f"key {number}", Cost(0, 1, 1), 0)

    assert limits.address("peer 0", 0).weight.used == 0
    assert limits.purse("key 0", 0).minute.used == 0
    assert limits.address("peer 1000", 0).weight.used == 10
