"""A look at a symbol counts only while nothing newer was told; strangers' orders are remembered."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.order import ClientOrderId, OrderKind, OrderState
from noctule.domain.position import Position
from noctule.domain.report import OrderReport
from noctule.domain.values import Quantity, Side
from noctule.engine.looks import Looks, ends_position
from tests.builders import BTCUSDT, START_MS, position
from tests.fakes.floor import ETHUSDT, look


def stranger(
    name: str = "web_1",
    *,
    kind: OrderKind = OrderKind.STOP_MARKET,
    side: Side = Side.SELL,
    quantity: str | None = None,
) -> OrderReport:
    return OrderReport(
        client_order_id=ClientOrderId(name),
        venue_order_id="77",
        symbol=BTCUSDT,
        side=side,
        kind=kind,
        state=OrderState.OPEN,
        quantity=None if quantity is None else Quantity(Decimal(quantity)),
        filled=Quantity(Decimal(0)),
    )


def is_ours(name: str) -> bool:
    return name.startswith("noc-")


def test_an_answer_is_fresh_if_nothing_was_told_since_the_question() -> None:
    looks = Looks()
    looks.note(BTCUSDT)
    assert looks.begin(BTCUSDT)
    assert looks.is_fresh(BTCUSDT)


def test_whatever_is_told_of_the_symbol_meanwhile_makes_an_answer_stale() -> None:
    looks = Looks()
    looks.begin(BTCUSDT)
    looks.note(BTCUSDT)
    assert not looks.is_fresh(BTCUSDT)


def test_what_is_told_of_another_symbol_does_not() -> None:
    looks = Looks()
    looks.begin(BTCUSDT)
    looks.note(ETHUSDT)
    assert looks.is_fresh(BTCUSDT)


def test_one_question_is_enough_until_it_is_over() -> None:
    looks = Looks()
    assert looks.begin(BTCUSDT)
    assert not looks.begin(BTCUSDT)
    looks.end(BTCUSDT)
    looks.end(BTCUSDT)  # once more is harmless
    assert looks.begin(BTCUSDT)


def test_an_answer_that_nobody_asked_for_is_not_fresh_once_something_was_told() -> None:
    looks = Looks()
    looks.note(BTCUSDT)
    assert not looks.is_fresh(BTCUSDT)


def test_orders_that_are_not_ours_are_found_and_remembered_until_they_are_gone() -> None:
    looks = Looks()
    ours, theirs = stranger("noc-1"), stranger("web_1")
    assert looks.strangers_in(look("0", ours, theirs), is_ours=is_ours) == [theirs]
    assert looks.strangers_on(BTCUSDT) == "orders rest there that are not ours: web_1"
    assert looks.strangers_in(look("0", ours), is_ours=is_ours) == []
    assert looks.strangers_on(BTCUSDT) is None


def test_of_many_strangers_some_are_named() -> None:
    looks = Looks()
    looks.note_strangers(BTCUSDT, [stranger(f"web_{number}") for number in range(5)])
    assert looks.strangers_on(BTCUSDT) == (
        "orders rest there that are not ours: web_0, web_1, web_2 and 2 more"
    )


def test_a_stranger_without_a_name_is_called_by_its_number() -> None:
    looks = Looks()
    looks.note_strangers(BTCUSDT, [stranger("")])
    assert looks.strangers_on(BTCUSDT) == "orders rest there that are not ours: 77"


@pytest.mark.parametrize(
    ("report", "ends"),
    [
        (stranger(), True),
        (stranger(quantity="2"), True),
        (stranger(quantity="3", kind=OrderKind.TRAILING_STOP_MARKET), True),
        (stranger(quantity="1"), False),
        (stranger(side=Side.BUY), False),
        (stranger(kind=OrderKind.TAKE_PROFIT_MARKET), False),
    ],
    ids=["all", "as much", "trailing", "less", "wrong side", "a target"],
)
def test_a_stranger_stop_ends_the_position_if_it_closes_all_of_it(
    report: OrderReport, ends: bool
) -> None:
    assert ends_position(report, Side.BUY, look("2")) is ends


def test_a_stop_of_some_size_ends_nothing_where_nothing_is_held() -> None:
    assert not ends_position(stranger(quantity="1"), Side.BUY, look("0"))


def ours(signed_quantity: str, *, traded_ms: int) -> Position:
    held = position(signed_quantity, None if signed_quantity == "0" else "60000")
    return replace(held, updated_ms=traded_ms)


@pytest.mark.parametrize(
    ("told", "position_ms", "traded_ms", "lags"),
    [
        ("0", 0, START_MS - 999, True),
        ("0", 0, START_MS - 1_000, False),
        ("0", START_MS - 1, START_MS, True),
        ("0", START_MS, START_MS, False),
        ("2", 0, START_MS, False),
    ],
    ids=["soon after", "long after", "older by its own word", "as new", "the same"],
)
def test_an_answer_that_contradicts_a_trade_which_it_may_not_contain_is_not_believed(
    told: str, position_ms: int, traded_ms: int, lags: bool
) -> None:
    answer = replace(look(told), position_ms=position_ms)
    assert Looks().lags(answer, ours("2", traded_ms=traded_ms)) is lags


def test_the_third_such_answer_in_a_row_is_believed() -> None:
    looks, held = Looks(), ours("2", traded_ms=START_MS)
    assert [looks.lags(look("0"), held) for _ in range(4)] == [True, True, False, True]


def test_one_that_agrees_begins_the_row_anew() -> None:
    looks, held = Looks(), ours("2", traded_ms=START_MS)
    answers = [looks.lags(look(told), held) for told in ("0", "2", "0", "0", "0")]
    assert answers == [True, False, True, True, False]
