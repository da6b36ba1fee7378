import pytest

from noctule.adapters.offline.executor import OfflineExecutor, OfflineSetup
from noctule.domain.errors import VenueUnreachable
from noctule.domain.order import OrderKind
from noctule.ports.setup import SetupReport
from tests.builders import BTCUSDT, CLIENT_ORDER_ID, instrument, order_request


async def test_every_order_is_refused_as_not_sent() -> None:
    with pytest.raises(VenueUnreachable, match=f"no exchange is wired: {CLIENT_ORDER_ID} was not"):
        await OfflineExecutor().place(order_request())


async def test_every_cancel_is_refused_as_not_sent() -> None:
    with pytest.raises(VenueUnreachable, match=f"no exchange is wired: {CLIENT_ORDER_ID} was not"):
        await OfflineExecutor().cancel(BTCUSDT, CLIENT_ORDER_ID, OrderKind.MARKET)


async def test_nobody_knows_an_order_that_was_never_sent() -> None:
    assert await OfflineExecutor().query(BTCUSDT, CLIENT_ORDER_ID, OrderKind.MARKET) is None


async def test_there_is_nothing_to_close_and_nothing_to_set() -> None:
    await OfflineExecutor().close()
    assert await OfflineSetup().unfit() == ()
    (report,) = await OfflineSetup().apply([BTCUSDT], leverage=5, margin_type="isolated")
    assert report == SetupReport(symbol=BTCUSDT, leverage=5, margin_type="isolated")


async def test_nothing_rests_that_a_countdown_could_cancel() -> None:
    await OfflineExecutor().count_down(BTCUSDT, timeout_ms=10_000)


@pytest.mark.parametrize(("margin_type", "is_isolated"), [("isolated", True), ("crossed", False)])
async def test_terms_are_what_was_set_and_bound_nothing(
    margin_type: str, is_isolated: bool
) -> None:
    setup = OfflineSetup()
    assert (await setup.terms([instrument()]))[BTCUSDT].leverage == 1
    await setup.apply([BTCUSDT], leverage=5, margin_type=margin_type)

    terms = (await setup.terms([instrument()]))[BTCUSDT]

    assert (terms.leverage, terms.is_isolated) == (5, is_isolated)
    assert terms.brackets[0].notional_cap > 10**9
