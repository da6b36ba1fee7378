"""What goes wrong with frames: each fault a row, and what is sent instead."""

from collections.abc import Callable
from typing import Final

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.request_faults import GARBAGE, with_extra_fields

__all__ = ["CHANGES", "FRAME_KINDS"]

_STRANGE: Final = b'{"e":"SOMETHING_NEW_UPDATE","E":0,"T":0,"x":{"y":[1,null,"z"]}}'

Change = Callable[[bytes, Fault], tuple[bytes, ...]]


def _oversized(payload: bytes, fault: Fault) -> tuple[bytes, ...]:
    filler = b"x" * fault.size_bytes
    return (b'{"e":"SOMETHING_LARGE_UPDATE","E":0,"T":0,"x":"%b"}' % filler, payload)


CHANGES: Final[dict[FaultKind, Change]] = {
    FaultKind.DROPPED_FRAME: lambda _payload, _fault: (),
    FaultKind.REPEATED_FRAME: lambda payload, _fault: (payload, payload),
    FaultKind.STRANGE_FRAME: lambda payload, _fault: (_STRANGE, payload),
    FaultKind.EXTRA_FRAME_FIELDS: lambda payload, _fault: (with_extra_fields(payload),),
    FaultKind.GARBAGE_FRAME: lambda _payload, _fault: (GARBAGE,),
    FaultKind.TRUNCATED_FRAME: lambda payload, _fault: (payload[: len(payload) // 2],),
    FaultKind.OVERSIZED_FRAME: _oversized,
}
# Those above change what is sent; these when, or what becomes of the connection.
FRAME_KINDS: Final = CHANGES.keys() | {
    FaultKind.LATE_FRAME,
    FaultKind.HELD_FRAME,
    FaultKind.MUTE_SOCKET,
    FaultKind.CLOSED_SOCKET,
    FaultKind.CUT_SOCKET,
}
