"""What a backtest takes for granted, in sentences: whoever believes its result believes these."""

from collections.abc import Iterator
from decimal import Decimal

from noctule.adapters.replay.columns import Recorded
from noctule.app.backtest.settings import Ambiguity, MarketTerms

__all__ = ["assumptions_of"]

_FIRST = {
    Ambiguity.WORST: "the one that hurts what is held (--ambiguity worst)",
    Ambiguity.BEST: "the one that helps what is held (--ambiguity best)",
    Ambiguity.OHLC: "the one nearer to the open (--ambiguity ohlc)",
}


def assumptions_of(terms: MarketTerms, recorded: Recorded) -> tuple[str, ...]:
    """Return them in the order in which they matter."""
    return (*_of_fills(terms), *_of_data(recorded))


def _of_fills(terms: MarketTerms) -> Iterator[str]:
    yield (
        f"within a candle the price goes from open to one extreme, to the other, to the close; "
        f"first comes {_FIRST[terms.ambiguity]}"
    )
    yield (
        f"what a close decides is executed at the best price of that moment: "
        f"{terms.spread_ticks} tick between bid and ask, as much as wanted stands there"
    )
    if terms.latency_ms:
        yield f"an order is on its way for {terms.latency_ms} ms and meets what stands there then"
    if terms.slippage:
        yield f"every market order pays {_percent(terms.slippage)} more than the best price"
    if terms.taker_fee is not None or terms.maker_fee is not None:
        taker, maker = (_percent(each) for each in (terms.taker_fee, terms.maker_fee))
        yield f"fees are as asked for: takers pay {taker}, makers {maker}"
    else:
        yield "fees are the contract's own: takers pay 0.05 %, makers 0.02 %"
    yield "what rests at a price is filled when the price is traded through"


def _of_data(recorded: Recorded) -> Iterator[str]:
    unfunded = [each for each in recorded.candles if each not in recorded.funding]
    if unfunded:
        yield f"funding is 0.01 % at the usual hours: no rates are given for {', '.join(unfunded)}"
    yield "the mark price is the last price: recorded marks are not played"
    if recorded.finer:
        yield f"fills of {', '.join(recorded.finer)} are refined by shorter candles"


def _percent(share: Decimal | None) -> str:
    return "the contract's own" if share is None else f"{(share * 100).normalize():f} %"
