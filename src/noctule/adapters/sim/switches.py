"""What Binance's documents leave open or tell in two ways: each a switch, the default our guess."""

from msgspec import Struct

__all__ = ["Switches"]


class Switches(Struct, frozen=True, kw_only=True):
    """The doubtful points of the protocol, as this exchange plays them."""

    triggered_after_ms: int = 11  # TRIGGERING → TRIGGERED, as recorded
    finished_after_ms: int = 1  # TRIGGERED → FINISHED, as recorded
    child_fill_first: bool = False  # seen: the fill is told before TRIGGERED
    child_keeps_client_id: bool = True  # the fired order's client id is the conditional one's
    finished_hides_child: bool = False  # seen: FINISHED without an order id, though filled
    reduce_only_is_trimmed: bool = True  # to the position; else it is refused with -2022
    reduce_only_blocks: bool = False  # seen: a resting one refuses the next with -4118
    hedge_close_is_exempt: bool = False  # from the least notional, as reduceOnly is
    trigger_refusal: str = ""  # a fault: every fired order is REJECTED with this text
    countdown_reaches_algos: bool = False  # countdownCancelAll cancels conditional orders, too
