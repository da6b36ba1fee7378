"""A refusal of the matching core means at the counter what it means on the wire."""

from http import HTTPStatus

import msgspec
import pytest

from noctule.adapters.binance.rest.failures import failure_of as wire_failure_of
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.adapters.sim.refusals import TEXTS, refuse
from noctule.app.backtest.answers import answered, failure_of
from noctule.domain.errors import FilterViolated, VenueRefused


@pytest.mark.parametrize("code", TEXTS)
def test_every_refusal_is_the_error_that_the_adapter_makes_of_it(code: int) -> None:
    refusal = refuse(code, name="price", bound=1, leverage=9, type="STOP", close="true", least=5)
    body = msgspec.json.encode({"code": refusal.code, "msg": refusal.msg})

    told = wire_failure_of(HttpAnswer(status=refusal.status, headers={}, body=body), now_ms=0)
    ours = failure_of(refusal)

    assert refusal.status == HTTPStatus.BAD_REQUEST
    assert (type(ours), str(ours)) == (type(told), str(told))
    assert isinstance(ours, VenueRefused)
    assert ours.code == code


def test_the_refusal_is_kept_as_the_cause() -> None:
    def ask() -> None:
        raise refusal

    refusal = refuse(-4014)
    with pytest.raises(FilterViolated, match="Price not increased by tick size") as caught:
        answered(ask)
    assert caught.value.__cause__ is refusal
    assert answered(lambda: 7) == 7
