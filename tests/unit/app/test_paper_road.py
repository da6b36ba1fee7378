"""Nothing is filled on paper at a price that is not the market's."""

from collections.abc import Callable

import pytest

from noctule.adapters.binance.transport.road import (
    Frame,
    FrameStream,
    HttpAnswer,
    HttpRequest,
    Method,
)
from noctule.app.paper_road import PaperRoad
from noctule.domain.errors import VenueUnreachable

YES = HttpAnswer(status=200, headers={}, body=b"{}")


class Inside:
    def __init__(self) -> None:
        self.seen: list[str] = []

    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.seen.append(f"{request.method} {request.path}")
        return YES

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        self.seen.append(url)
        raise VenueUnreachable("the stream of a test")

    async def close(self) -> None:
        self.seen.append("closed")


def asked(method: Method, path: str, query: str = "symbol=BTCUSDT&side=BUY") -> HttpRequest:
    return HttpRequest(method=method, path=path, query=query, timeout_ms=1_000)


ORDER = asked(Method.POST, "/fapi/v1/order")


async def test_until_it_is_told_where_the_exchange_is_it_leads_nowhere() -> None:
    road = PaperRoad()
    with pytest.raises(VenueUnreachable, match="not open yet"):
        await road.request(ORDER)
    with pytest.raises(VenueUnreachable, match="not open yet"):
        await road.open_stream("ws://x", print)
    await road.close()


async def test_what_could_be_filled_waits_for_live_prices_and_all_else_passes() -> None:
    road, inside = PaperRoad(), Inside()
    road.lead_to(inside, doubt=lambda symbol: f"{symbol} is stale")
    for method in (Method.POST, Method.PUT):
        with pytest.raises(VenueUnreachable, match="filled on paper: BTCUSDT is stale"):
            await road.request(asked(method, "/fapi/v1/order"))
    for passes in (
        asked(Method.DELETE, "/fapi/v1/order"),
        asked(Method.GET, "/fapi/v1/order"),
        asked(Method.POST, "/fapi/v1/algoOrder"),
    ):
        assert await road.request(passes) is YES
    assert len(inside.seen) == 3


async def test_with_live_prices_an_order_passes() -> None:
    road, inside = PaperRoad(), Inside()
    road.lead_to(inside, doubt=lambda _symbol: None)
    assert await road.request(ORDER) is YES
    with pytest.raises(VenueUnreachable, match="of a test"):
        await road.open_stream("ws://inside", print)
    await road.close()
    assert inside.seen == ["POST /fapi/v1/order", "ws://inside", "closed"]
