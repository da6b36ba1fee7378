"""A limit holds wherever the exchange's windows begin, whatever is in flight, whoever else asks."""

from hypothesis import given
from hypothesis import strategies as st

from noctule.adapters.binance.rest.spending_window import SpendingWindow


def window(limit: int = 10) -> SpendingWindow:
    return SpendingWindow(span_ms=60_000, limit=limit)


def landed(spent: SpendingWindow, amount: int, at_ms: int) -> None:
    spent.take(amount)
    spent.land(amount, now_ms=at_ms)


def test_what_is_in_flight_counts_for_as_long_as_it_flies() -> None:
    spent = window()
    spent.take(4)
    assert spent.used(10_000_000) == 4


def test_what_was_answered_counts_for_a_whole_span_more() -> None:
    spent = window()
    landed(spent, 4, at_ms=1_000)
    assert spent.used(60_999) == 4
    assert spent.used(62_000) == 0


def test_what_could_not_leave_counts_no_more() -> None:
    spent = window()
    number = spent.take(4)
    spent.put_back(4, number=number)
    assert spent.used(0) == 0


def test_the_wait_is_until_enough_has_been_forgotten() -> None:
    spent = window()
    landed(spent, 4, at_ms=0)
    landed(spent, 5, at_ms=30_000)
    assert spent.wait_ms(1, most=10, now_ms=30_000) == 0
    assert spent.wait_ms(2, most=10, now_ms=30_000) == 30_000
    assert spent.wait_ms(6, most=10, now_ms=30_000) == 60_000


def test_behind_what_has_not_even_been_answered_the_wait_is_a_span() -> None:
    spent = window()
    spent.take(10)
    assert spent.wait_ms(1, most=10, now_ms=0) == 60_000


def test_what_others_use_is_believed_for_a_span() -> None:
    spent = window()
    number = spent.take(1)
    spent.land(1, now_ms=0)
    spent.hear(9, number=number, now_ms=0)
    assert spent.used(0) == 9
    spent.take(1)
    assert spent.used(0) == 10
    assert spent.wait_ms(1, most=10, now_ms=20_000) == 40_000
    assert spent.used(60_000) == 1


def test_an_older_answer_that_comes_later_tells_nothing_new() -> None:
    spent = window(limit=100)
    first, second = spent.take(1), spent.take(1)
    spent.hear(50, number=second, now_ms=0)
    spent.hear(20, number=first, now_ms=1)
    assert spent.used(1) == 50


def test_a_smaller_count_of_a_younger_request_is_a_new_window() -> None:
    spent = window(limit=100)
    spent.hear(50, number=spent.take(1), now_ms=0)
    spent.hear(3, number=spent.take(1), now_ms=1)
    assert spent.used(1) == 3


def test_what_is_put_back_after_the_exchange_told_its_count_is_not_taken_from_it() -> None:
    spent = window(limit=100)
    early, told = spent.take(1), spent.take(1)
    spent.hear(50, number=told, now_ms=0)
    spent.put_back(1, number=early)
    assert spent.used(0) == 50
    spent.put_back(1, number=spent.take(1))
    assert spent.used(0) == 50


def test_it_remembers_no_more_than_its_steps() -> None:
    spent = SpendingWindow(span_ms=60_000, limit=10**9)
    for at_ms in range(0, 600_000, 7):
        landed(spent, 1, at_ms=at_ms)
        spent.used(at_ms)
    assert len(spent._landed) <= 62


@given(
    phase_ms=st.integers(0, 9_999),
    steps=st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 4), st.integers(0, 2_000))),
)
def test_no_window_of_the_exchange_ever_holds_more_than_the_limit(
    phase_ms: int, steps: list[tuple[int, int, int]]
) -> None:
    """Send as early as allowed; each request arrives somewhere on its way, at the worst instant."""
    spent = SpendingWindow(span_ms=10_000, limit=6)
    now_ms, flying = 0, list[tuple[int, int]]()
    arrived = dict[int, int]()
    for pause_ms, amount, flight_ms in steps:
        now_ms += pause_ms
        flying = _land(spent, flying, now_ms)
        while spent.wait_ms(amount, most=6, now_ms=now_ms):
            now_ms += 50
            flying = _land(spent, flying, now_ms)
        spent.take(amount)
        flying.append((now_ms + flight_ms, amount))
        arrives_ms = now_ms + (flight_ms if len(flying) % 2 else 0)
        exchange_window = (arrives_ms + phase_ms) // 10_000
        arrived[exchange_window] = arrived.get(exchange_window, 0) + amount
    assert all(count <= 6 for count in arrived.values())


def _land(
    spent: SpendingWindow, flying: list[tuple[int, int]], now_ms: int
) -> list[tuple[int, int]]:
    for at_ms, amount in sorted(flying):
        if at_ms <= now_ms:
            spent.land(amount, now_ms=at_ms)
    return [each for each in flying if each[0] > now_ms]
