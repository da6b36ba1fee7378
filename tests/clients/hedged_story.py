"""After the story: both sides of the symbol at once, each with an isolated margin of its own.

The market stands at 59,900 and the leverage at 10, where the story has left them.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from tests.clients.client import Hedger, Leg
from tests.clients.steps import Steps

__all__ = ["tell_hedged"]

Refused = Callable[[str, Callable[[], object], int], None]  # what, what is tried, its code

# 0.010 bought at the ask: a tenth of 599.001 is its margin. It is liquidated where margin and
# result are 0.4 % of the worth: (599.001 - 59.9001) / (0.010 × 0.996).
_LONG: Final = Leg(
    amount=Decimal("0.010"),
    entry=Decimal("59900.1"),
    wallet=Decimal("59.9001"),
    liquidation=Decimal("54126.60"),
)
# 0.004 sold at the bid: (239.6 + 23.96) / (0.004 × 1.004).
_SHORT: Final = Leg(
    amount=Decimal("-0.004"),
    entry=Decimal(59_900),
    wallet=Decimal("23.96"),
    liquidation=Decimal("65627.49"),
)
# Ten more behind the first: (599.001 - 69.9001) / (0.010 × 0.996).
_LONG_WITH_TEN: Final = Leg(
    amount=Decimal("0.010"),
    entry=Decimal("59900.1"),
    wallet=Decimal("69.9001"),
    liquidation=Decimal("53122.58"),
)


def tell_hedged(client: Hedger, steps: Steps) -> None:
    """Hedge, isolate, hold both sides, move margin, leave, and be refused in between."""

    def refused(what: str, call: Callable[[], object], code: int) -> None:
        steps.code(what, client.refusal(call), code)

    _prepare(client, steps, refused)
    _hold_both(client, steps, refused)
    _move_margin(client, steps, refused)
    _go_back(client, steps, refused)


def _prepare(client: Hedger, steps: Steps, refused: Refused) -> None:
    refused("a side in one-way mode", lambda: client.trade("BUY", "LONG", "0.010"), -4061)
    client.set_hedged("true")
    client.set_margin_type("ISOLATED")
    account = client.account()
    told = account.is_hedged, account.margin_type
    steps.step("hedge mode and isolated margin", told, (True, "ISOLATED"))
    refused("it is hedge mode already", lambda: client.set_hedged("true"), -4059)
    refused("no side in hedge mode", lambda: client.trade("BUY", "BOTH", "0.010"), -4061)
    refused("nothing there to close", lambda: client.trade("SELL", "LONG", "0.010"), -2022)


def _hold_both(client: Hedger, steps: Steps, refused: Refused) -> None:
    steps.value("long", client.trade("BUY", "LONG", "0.010").status, "FILLED")
    steps.value("and short", client.trade("SELL", "SHORT", "0.004").status, "FILLED")
    steps.value("each with its margin", client.legs(), {"LONG": _LONG, "SHORT": _SHORT})
    refused("to one-way mode with a position", lambda: client.set_hedged("false"), -4068)
    refused("to crossed with a position", lambda: client.set_margin_type("CROSSED"), -4048)


def _move_margin(client: Hedger, steps: Steps, refused: Refused) -> None:
    steps.value("margin paid in", client.pay_margin("LONG", "10"), Decimal(10))
    steps.value("and there", client.legs(), {"LONG": _LONG_WITH_TEN, "SHORT": _SHORT})
    refused("more than there is to spare", lambda: client.take_margin("LONG", "20"), -4051)
    steps.value("margin taken out", client.take_margin("LONG", "9.9"), Decimal("9.9"))
    steps.value("and gone", client.legs()["LONG"].wallet, Decimal("60.0001"))


def _go_back(client: Hedger, steps: Steps, refused: Refused) -> None:
    steps.value("the long closed", client.trade("SELL", "LONG", "0.010").status, "FILLED")
    steps.value("the short stands", client.legs(), {"SHORT": _SHORT})
    steps.value("the short closed", client.trade("BUY", "SHORT", "0.004").status, "FILLED")
    steps.value("flat", client.legs(), {})
    client.set_margin_type("CROSSED")
    client.set_hedged("false")
    account = client.account()
    told = account.is_hedged, account.margin_type
    steps.step("one-way mode and crossed margin", told, (False, "CROSSED"))
    refused("it is one-way mode already", lambda: client.set_hedged("false"), -4059)
