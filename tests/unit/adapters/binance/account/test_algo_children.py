"""A child finds its parent by the id that is told, else by the name they share."""

from noctule.adapters.binance.account.algo_children import AlgoChildren
from noctule.domain.order import OrderKind
from noctule.domain.report import OrderReport
from tests.fakes.audits import report


def stop(algo_id: str = "400", name: str = "stop", child_id: str | None = None) -> OrderReport:
    return report(
        algo_id, client_order_id=name, kind=OrderKind.STOP_MARKET, child_order_id=child_id
    )


def child(order_id: str = "88", name: str = "auto-88") -> OrderReport:
    return report(order_id, client_order_id=name, kind=OrderKind.STOP_MARKET)


def test_by_its_id_whatever_it_is_called() -> None:
    children = AlgoChildren(kept_max=10)
    children.note(stop(child_id="88"))
    parent = children.parent_of(child())
    assert parent is not None
    assert parent.client_order_id == "stop"


def test_by_its_name_as_long_as_no_id_is_told() -> None:
    children = AlgoChildren(kept_max=10)
    children.note(stop())
    assert children.parent_of(child()) is None
    assert children.parent_of(child(name="stop")) is children.note(stop())


def test_the_id_comes_first() -> None:
    children = AlgoChildren(kept_max=10)
    children.note(stop("400", "one"))
    children.note(stop("401", "two", child_id="88"))
    parent = children.parent_of(child(name="one"))
    assert parent is not None
    assert parent.algo_id == "401"


def test_an_order_that_never_was_conditional_has_no_parent() -> None:
    children = AlgoChildren(kept_max=10)
    children.note(stop(name="mine"))
    assert children.parent_of(report(client_order_id="mine")) is None


def test_memory_is_bounded() -> None:
    children = AlgoChildren(kept_max=10)
    for number in range(100):
        children.note(stop(str(number), f"stop-{number}", child_id=f"9{number}"))
    assert children.parent_of(child("90")) is None
    assert children.parent_of(child("999")) is not None
    assert len(children._by_child) == len(children._parents) == len(children._by_client_id) == 10
