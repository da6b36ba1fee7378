"""What an answer says against a request."""

from typing import Final

import msgspec
from msgspec import Struct

from noctule.adapters.sim.messages import Response

__all__ = ["Refused", "refused"]


class Refused(Struct, frozen=True):
    """The code and the text of the exchange's error; zero where it is a page for people."""

    code: int = 0
    msg: str = ""


_NO_WORDS: Final = Refused()
_decode: Final = msgspec.json.Decoder(Refused).decode


def refused(response: Response) -> Refused:
    """Return why a request was refused."""
    if not response.body.startswith(b"{"):
        return _NO_WORDS
    return _decode(response.body)
