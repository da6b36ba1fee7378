"""What a fee is worth in the quote asset, whatever it was paid in."""

from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.domain.position import Fill
from noctule.domain.values import Quote
from noctule.positions.ledger import to_8

__all__ = ["QuotedFee", "quoted_fee"]

# The regular tier's rates without the discount for paying in BNB (facts 7): rather too much.
_MAKER_FEE: Final = Decimal("0.0002")
_TAKER_FEE: Final = Decimal("0.0005")


class QuotedFee(Struct, frozen=True, kw_only=True):
    """A fee in the quote asset; positive is paid."""

    amount: Quote
    is_converted: bool  # it was paid in something else


def quoted_fee(fill: Fill, *, quote_asset: str, rate: Decimal | None = None) -> QuotedFee:
    """Return a fill's fee in the quote asset.

    The rate is the index price of the fee's asset when the fill was made. Where nobody knows it,
    the fee is estimated: what the regular tier pays of the notional, as if for the quote asset.
    """
    if fill.fee_asset == quote_asset or not fill.fee:
        return QuotedFee(amount=Quote(fill.fee), is_converted=False)
    if rate is not None:
        return QuotedFee(amount=to_8(fill.fee * rate), is_converted=True)
    share = _MAKER_FEE if fill.is_maker else _TAKER_FEE
    return QuotedFee(amount=to_8(fill.price * fill.quantity * share), is_converted=True)
