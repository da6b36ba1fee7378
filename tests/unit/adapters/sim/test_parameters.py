"""Parameters, and the code for each way to get one wrong."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from noctule.adapters.sim.model import OrderType, Refusal, Side, Tif
from noctule.adapters.sim.parameters import Parameters, split_signature


def sent(query: str, body: str = "") -> Parameters:
    return Parameters.of_request(query, body)


def test_query_and_form_are_read_together_and_the_query_wins() -> None:
    parameters = sent("symbol=BTCUSDT&side=BUY", "side=SELL&quantity=0.010")

    assert parameters.symbol() == "BTCUSDT"
    assert parameters.choice("side", Side) is Side.BUY
    assert parameters.decimal("quantity") == Decimal("0.010")


def test_what_is_percent_encoded_is_decoded() -> None:
    assert sent("symbol=%E5%B8%81USDT&x=a+b").symbol() == "币USDT"
    assert sent("x=a+b%26").text("x") == "a b&"


CASES: list[tuple[Callable[[], object], int]] = [
    (lambda: sent("").text("symbol"), -1102),
    (lambda: sent("symbol=").text("symbol"), -1105),
    (lambda: sent("symbol=A&symbol=B"), -1101),
    (lambda: sent("&".join(f"a{number}=1" for number in range(101))), -1101),
    (lambda: sent("symbol=%ff"), -1100),
    (lambda: sent("symbol=BTC USDT").symbol(), -1100),
    (lambda: sent("limit=1e3").integer("limit"), -1100),
    (lambda: sent("limit=-1").integer("limit"), -1100),
    (lambda: sent("quantity=1e-05").decimal("quantity"), -1100),
    (lambda: sent("quantity=NaN").decimal("quantity"), -1100),
    (lambda: sent("quantity=1.").decimal("quantity"), -1100),
    (lambda: sent("timeInForce=GTX2").choice("timeInForce", Tif), -1115),
    (lambda: sent("type=STOPP").choice("type", OrderType), -1116),
    (lambda: sent("side=buy").choice("side", Side), -1117),
    (lambda: sent("reduceOnly=yes").flag("reduceOnly"), -1130),
    (lambda: sent("limit=1501").limit(default=500, most=1_500), -1130),
    (lambda: sent("limit=0").limit(default=500, most=1_500), -1130),
    (lambda: sent("kind=c").one_of("kind", ("a", "b")), -1130),
    (lambda: sent("symbol=A&sybmol=B").refuse_unknown(frozenset({"symbol"})), -1104),
]


@pytest.mark.parametrize(("read", "code"), CASES)
def test_each_mistake_has_its_code(read: Callable[[], object], code: int) -> None:
    with pytest.raises(Refusal) as refusal:
        read()
    assert (refusal.value.code, refusal.value.status) == (code, 400)


def test_an_unknown_parameter_is_told_by_numbers_as_the_exchange_does() -> None:
    with pytest.raises(Refusal, match=r"read '1' parameter.s. but was sent '2'"):
        sent("symbol=A&sybmol=B").refuse_unknown(frozenset({"symbol", "limit"}))


@pytest.mark.parametrize(("text", "is_set"), [("true", True), ("True", True), ("FALSE", False)])
def test_a_flag_is_read_in_any_case_of_letters(text: str, is_set: bool) -> None:
    assert sent(f"reduceOnly={text}").flag("reduceOnly") is is_set


def test_what_is_absent_is_none_or_its_default() -> None:
    nothing = sent("")

    assert nothing.integer_or_none("x") is None
    assert nothing.decimal_or_none("x") is None
    assert nothing.choice_or_none("x", Side) is None
    assert nothing.symbol_or_none() is None
    assert not nothing.is_set("x")
    assert nothing.limit(default=500, most=1_500) == 500
    assert nothing.one_of("x", ("a",), default="z") == "z"
    assert "x" not in nothing


def test_json_fields_become_what_a_query_would_have_said() -> None:
    parameters = Parameters.of_json(
        {"timestamp": 1, "reduceOnly": True, "price": "9000.1", "x": None, "signature": "s"}
    )

    assert parameters.flag("reduceOnly")
    assert "x" not in parameters
    assert parameters.payload() == "price=9000.1&reduceOnly=true&timestamp=1"


@pytest.mark.parametrize(
    ("raw", "signed", "signature"),
    [
        ("a=1&b=2&signature=ff", "a=1&b=2", "ff"),
        ("signature=ff", "", "ff"),
        ("signature=ff&a=1", "a=1", "ff"),
        ("a=1&signature=ff&b=2", "a=1&b=2", "ff"),
        ("a=1&nosignature=ff", "a=1&nosignature=ff", None),
        ("", "", None),
    ],
)
def test_what_was_signed_is_everything_but_the_signature(
    raw: str, signed: str, signature: str | None
) -> None:
    assert split_signature(raw) == (signed, signature)
