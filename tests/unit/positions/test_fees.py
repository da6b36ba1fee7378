"""A fee is worth something in the quote asset, or is estimated."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.values import quote
from noctule.positions.fees import QuotedFee, quoted_fee
from tests.builders import fill

IN_BNB = replace(fill(quantity="0.010", price="60000", fee="0.00041237"), fee_asset="BNB")


def test_a_fee_in_the_quote_asset_is_exact() -> None:
    paid = fill(fee="0.3000000001")
    assert quoted_fee(paid, quote_asset="USDT", rate=Decimal(2)) == QuotedFee(
        amount=quote("0.3000000001"), is_converted=False
    )


def test_a_fee_in_another_asset_is_converted_and_marked() -> None:
    assert quoted_fee(IN_BNB, quote_asset="USDT", rate=Decimal("655.17")) == QuotedFee(
        amount=quote("0.27017245"), is_converted=True
    )


@pytest.mark.parametrize(("is_maker", "amount"), [(False, "0.30"), (True, "0.12")])
def test_without_a_rate_it_is_what_the_regular_tier_pays(is_maker: bool, amount: str) -> None:
    paid = replace(IN_BNB, is_maker=is_maker)
    assert quoted_fee(paid, quote_asset="USDT") == QuotedFee(
        amount=quote(amount), is_converted=True
    )


def test_no_fee_needs_no_asset() -> None:
    free = replace(fill(fee="0"), fee_asset="")
    assert quoted_fee(free, quote_asset="USDT") == QuotedFee(amount=quote("0"), is_converted=False)


def test_a_rebate_is_a_fee_below_zero() -> None:
    rebate = replace(IN_BNB, fee=Decimal("-0.001"))
    assert quoted_fee(rebate, quote_asset="USDT", rate=Decimal(600)).amount == quote("-0.6")
