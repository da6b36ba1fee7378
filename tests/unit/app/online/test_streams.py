"""The market's streams are heard, or it is said why not."""

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.sim.faults import FaultKind
from noctule.app.online.findings import Finding, Verdict
from noctule.app.online.streams import STREAM_TIMEOUT_MS, streams_finding
from tests.builders import BTCUSDT
from tests.fakes.nearby import OPEN_MS, nearby

URL = "ws://there"


def found(*faults: FaultKind, url: str = URL) -> Finding:
    async def main(clock: VirtualClock) -> Finding:
        async with nearby(clock) as exchange:
            for kind in faults:
                exchange.arm(kind, times=None)
            return await streams_finding(
                exchange.transport, stream_url=url, symbol=BTCUSDT, clock=clock
            )

    return run_virtual(main, start_ms=OPEN_MS)


def test_the_mark_price_is_heard() -> None:
    finding = found()
    assert finding.verdict is Verdict.OK
    assert finding.text.startswith("the mark price is heard after ")


def test_a_stream_that_says_nothing_is_told() -> None:
    finding = found(FaultKind.DROPPED_FRAME)
    assert finding.verdict is Verdict.FAIL
    assert finding.text == f"ws://there says nothing of BTCUSDT within {STREAM_TIMEOUT_MS} ms"
    assert (finding.remedy or "").startswith("check [api] stream_url")


@pytest.mark.parametrize("url", ["ws://there/nothing-here"])
def test_a_stream_that_does_not_open_is_told_with_the_reason(url: str) -> None:
    finding = found(url=url)
    assert finding.verdict is Verdict.FAIL
    assert finding.text.startswith(f"{url}: the stream was refused")
