"""The exchange of a storm: its watchers see every request and every event of the account."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct
from typing_extensions import override

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.faults import Fault
from noctule.adapters.sim.messages import Request, Response
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.venue import MakeVenue
from noctule.app.storm.story import Step

__all__ = ["Asked", "StormExchange", "Watcher"]

_ORDERS: Final = ("/fapi/v1/order", "/fapi/v1/algoOrder")


class Asked(Struct, frozen=True):
    """A request, read."""

    method: str
    path: str
    sent: Mapping[str, str]

    @property
    def is_order(self) -> bool:
        """Tell whether it wants an order placed."""
        return self.method == "POST" and self.path in _ORDERS

    @property
    def step(self) -> Step | None:
        """Return which step of a round trip it is, if any."""
        sent = self.sent
        if self.method == "DELETE" and "rder" in self.path:
            return Step.CANCEL
        if self.is_order:
            kind = sent.get("type", "")
            if self.path == "/fapi/v1/algoOrder":
                return Step.STOP if kind.startswith(("STOP", "TRAILING")) else Step.TARGET
            if sent.get("reduceOnly") != "true":
                return Step.ENTRY
            return Step.TARGET if kind == "LIMIT" else Step.EXIT
        return Step.QUESTION if self.method == "GET" and "signature" in sent else None


class Watcher:
    """Sees everything that passes; each of these may be overridden."""

    def asking(self, asked: Asked) -> None:
        """See a request before the exchange does."""

    def answered(self, asked: Asked, response: Response) -> None:
        """See what became of it."""

    def told(self, event: UserEvent) -> None:
        """See an event of the account, whether or not anybody listens to its stream."""

    def befallen(self, fault: Fault, subject: str) -> None:
        """See a fault befall the request in hand, or a frame."""


class StormExchange(Protocol):
    """One account's exchange, watched."""

    def __init__(self, make: MakeVenue, setup: Setup) -> None:
        self.watchers: list[Watcher] = []
        super().__init__(make, setup)
        self.faults.on_strike = self._tell_strike
        self.venue.exchange.on_asked(lambda _account: True)  # we hear what the account does not

    def open_for(self, key: str, secret: str, deposit: int) -> Account:
        """Open the account that the bot trades on."""
        return self.venue.exchange.open_account(key=key, secret=secret, deposit=Decimal(deposit))

    @override
    def handle_http(self, request: Request) -> Response:
        asked = Asked(request.method, request.path, dict(parse_qsl(request.query)))
        for watcher in self.watchers:
            watcher.asking(asked)
        response = super().handle_http(request)
        for watcher in self.watchers:
            watcher.answered(asked, response)
        return response

    def _tell_strike(self, fault: Fault, subject: str) -> None:
        for watcher in self.watchers:
            watcher.befallen(fault, subject)

    @override
    def _tell_account(self, account: Account, event: UserEvent) -> None:
        for watcher in self.watchers:
            watcher.told(event)
        super()._tell_account(account, event)
