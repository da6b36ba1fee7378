"""Codes and texts of refusals."""

from noctule.adapters.sim.refusals import TEXTS, refuse


def test_a_refusal_has_binances_code_and_text_and_status_400() -> None:
    refusal = refuse(-4164, least=50)
    assert (refusal.code, refusal.status) == (-4164, 400)
    assert (
        refusal.msg
        == "Order's notional must be no smaller than 50 (unless you choose reduce only)."
    )


def test_every_code_is_below_zero_and_has_a_text() -> None:
    assert all(code < 0 and text for code, text in TEXTS.items())
