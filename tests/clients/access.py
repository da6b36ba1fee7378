"""How a script reaches the exchange it trades on, and asks the market to move."""

import json
import sys
from dataclasses import dataclass
from urllib.request import Request, urlopen

__all__ = ["EVENTS_PER_MOVE", "Access"]

EVENTS_PER_MOVE = 3  # mark price, trade, and a second later
_ANSWER_S_MAX = 10


@dataclass(frozen=True, kw_only=True)
class Access:
    """The addresses of one exchange, the keys of one account, and the token to move the market."""

    rest: str
    streams: str
    trading: str  # the WebSocket API
    key: str
    secret: str
    token: str

    @classmethod
    def told(cls) -> "Access":
        """Return what the test has written on the command line."""
        return cls(**json.loads(sys.argv[1]))

    def move(self) -> None:
        """Let the market go on to its next price; the streams tell when it has."""
        request = Request(
            f"{self.rest}/control/steps",
            method="POST",
            headers={"X-Control-Token": self.token},
            data=json.dumps({"events": EVENTS_PER_MOVE}).encode(),
        )
        with urlopen(request, timeout=_ANSWER_S_MAX) as answer:
            assert answer.status == 200, f"the control API answers {answer.status}"
