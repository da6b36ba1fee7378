"""An exchange that answers by path, whatever a test has written there."""

from typing import Any

from typing_extensions import override

from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest
from noctule.ports.clock import Clock
from tests.fakes.answers import saying, sent_fields
from tests.fakes.wire import FakeWire

__all__ = ["PathWire"]

_EMPTY_ACCOUNT: dict[str, Any] = {
    "/fapi/v1/listenKey": {"listenKey": "key"},
    "/fapi/v3/balance": [{"asset": "USDT", "balance": "1000", "availableBalance": "900"}],
    "/fapi/v3/positionRisk": [],
    "/fapi/v1/openOrders": [],
    "/fapi/v1/openAlgoOrders": [],
    "/fapi/v1/userTrades": [],
    "/fapi/v1/allOrders": [],
    "/fapi/v1/allAlgoOrders": [],
    "/fapi/v1/income": [],
}


class PathWire(FakeWire):
    """Streams in a test's hands, and an account in which there is nothing unless it says so."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.contents = dict(_EMPTY_ACCOUNT)
        self.failures_at: dict[str, Exception] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    @override
    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append((request.path, sent_fields(request)))
        if request.path in self.failures_at:
            raise self.failures_at[request.path]
        content = self.contents[request.path]
        return content if isinstance(content, HttpAnswer) else saying(content)
