"""The tables of positions, orders and trades, and what they point out."""

from rich.console import Console, Group

from noctule.app.cli.status_tables import colour_of, orders, positions, trade_line
from noctule.domain.order import Leg, OrderState
from noctule.domain.status import StatusView
from noctule.domain.trade import ExitReason
from noctule.domain.values import Side, price, quantity, quote
from tests.fakes.controlled import ETHUSDT, a_position, a_trade, a_view, an_order


def shown(view: StatusView) -> list[str]:
    console = Console(width=80, highlight=False, markup=False)
    with console.capture() as capture:
        console.print(Group(*positions(view), *orders(view)))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_positions_and_orders_stand_in_columns_within_80() -> None:
    entry = an_order(
        symbol=ETHUSDT,
        leg=Leg.ENTRY,
        side=Side.BUY,
        state=OrderState.PARTIALLY_FILLED,
        quantity=quantity("2"),
        filled=quantity("0.5"),
        price=None,
    )
    short = a_position(
        symbol=ETHUSDT, side=Side.SELL, unrealized_pnl=quote("-12.5"), target=None, since_ms=None
    )
    view = a_view(positions=(a_position(), short), orders=(an_order(), entry))
    assert shown(view) == [
        "position  side   quantity     entry      mark     P&L    stop    target    age",
        "BTCUSDT   long      0.136  61,180.8  61,838.4  +89.43  60,569  62,404.4  5 min",
        "ETHUSDT   short     0.136  61,180.8  61,838.4  -12.50  60,569         -      -",
        "",
        "order    for    side  quantity  filled   price  state",
        "BTCUSDT  stop   sell       all       0  60,569  open",
        "ETHUSDT  entry  buy          2     0.5  market  partially filled",
    ]


def test_what_is_not_as_usual_is_pointed_out() -> None:
    naked = a_position(
        is_protected=False, leaves=ExitReason.FLATTEN, mark_price=None, unrealized_pnl=None
    )
    theirs = a_position(symbol=ETHUSDT, is_ours=False, is_protected=False)
    lines = shown(a_view(positions=(naked, theirs)))
    assert lines[3:] == [
        "  BTCUSDT is being closed (flatten); is NAKED: no stop rests behind all of it",
        "  ETHUSDT is not ours: it is left alone, and nothing is entered beside it",
    ]


def test_nothing_held_is_said_and_of_many_orders_the_rest_is_counted() -> None:
    lines = shown(a_view(orders=(an_order(),) * 15))
    assert (lines[0], lines[-1]) == ("nothing is held", "  and 3 more")


def test_a_trade_is_told_in_a_line_with_why_it_ended() -> None:
    told = "BTCUSDT long 0.136: 61,180.8 → 61,836.7, net +80.84 (flatten)"
    assert trade_line(a_trade()).plain == told
    external = trade_line(a_trade(exit_reason=ExitReason.EXTERNAL))
    assert external.plain.endswith("(by somebody else)")


def test_gains_are_green_losses_red_and_nothing_is_neither() -> None:
    assert [colour_of(price(each)) for each in ("1", "-1", "0")] == ["green", "red", ""]
