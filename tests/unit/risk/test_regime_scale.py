"""A regime lowers the risk, or forbids it; what would raise it, or nobody can mean, is refused."""

from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from noctule.domain.regime import Regime
from noctule.risk.regime_scale import RegimeScale, share_in

ADAPTER: TypeAdapter[tuple[str, ...]] = TypeAdapter(RegimeScale)
SCALE = ("high_volatility: 0.5", "trend_down: 0.25")


def test_entries_are_written_the_same_way_whatever_their_spaces() -> None:
    assert ADAPTER.validate_python(("range:1", "illiquid :  0")) == ("range: 1", "illiquid: 0")


@pytest.mark.parametrize("share", ["0", "0.0", "0.000001", "0.5", "0.999999", "1", "1.0"])
def test_shares_go_from_nothing_to_all_of_the_risk(share: str) -> None:
    assert ADAPTER.validate_python((f"range: {share}",)) == (f"range: {share}",)


@pytest.mark.parametrize(
    ("entries", "wrong"),
    [
        (("0.5",), "'0.5' is not regime: share, write e.g. high_volatility: 0.5"),
        (("illiquid",), "'illiquid' is not regime: share, write e.g. high_volatility: 0.5"),
        (("illiquid=0",), "'illiquid=0' is not regime: share, write e.g. high_volatility: 0.5"),
        (("range:",), "'range:' is not regime: share, write e.g. high_volatility: 0.5"),
        ((": 1",), "': 1' is not regime: share, write e.g. high_volatility: 0.5"),
        (
            ("volatile: 0.5",),
            "'volatile' is not a regime, "
            "write one of illiquid, high_volatility, trend_up, trend_down, range",
        ),
        (
            ("range: 2",),
            "'2' is not a share of the risk for range, write 0 (no entries) to 1, e.g. 0.5",
        ),
        (
            ("range: 50 %",),
            "'50 %' is not a share of the risk for range, write 0 (no entries) to 1, e.g. 0.5",
        ),
        (("range: 1", "illiquid: 0", "range: 1"), "range is listed twice, keep one"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(
    entries: tuple[str, ...], wrong: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(entries)
    (error,) = caught.value.errors()
    assert error["msg"] == f"Value error, {wrong}"


@pytest.mark.parametrize(
    "share", ["-0.5", "1.1", "1.000001", "0.0000001", ".5", "5e-1", "1e-999999999", "NaN", "\u0660"]
)
def test_what_raises_the_risk_or_is_no_plain_number_is_refused(share: str) -> None:
    with pytest.raises(ValidationError, match="is not a share"):
        ADAPTER.validate_python((f"illiquid: {share}",))


def test_a_page_of_nonsense_is_not_repeated() -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python((f"{'x' * 5_000}: 1",))
    assert len(caught.value.errors()[0]["msg"]) < 200


@pytest.mark.parametrize(
    ("regime", "share"),
    [
        (Regime.HIGH_VOLATILITY, "0.5"),
        (Regime.TREND_DOWN, "0.25"),
        (Regime.RANGE, "1"),  # not listed
        (None, "0.25"),  # it may be any, so the least of all
    ],
)
def test_a_regime_takes_its_share_and_one_that_is_not_listed_all(
    regime: Regime | None, share: str
) -> None:
    assert share_in(regime, SCALE) == Decimal(share)


@pytest.mark.parametrize("regime", [None, *Regime])
def test_without_a_scale_every_regime_takes_all(regime: Regime | None) -> None:
    assert share_in(regime, ()) == 1
