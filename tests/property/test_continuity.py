"""Whatever is late, missing, repeated or corrected: each candle once, in order, without gaps."""

from collections.abc import Sequence
from enum import StrEnum

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from noctule.domain.continuity import CandleLedger
from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from tests.builders import START_MS, candles

COUNT = 12
BARS = candles([100.0 + number for number in range(COUNT)])


class Source(StrEnum):
    STREAM = "stream"  # one close, any of them, at any time
    PAGE = "page"  # the settled rows from what is due on, as far as the page reaches
    STALE_PAGE = "stale page"  # rows from anywhere, read long ago


class Word(Struct, frozen=True, kw_only=True):
    """Something the exchange says: which candles, in which wording, and how late it arrives."""

    source: Source
    first: int
    count: int
    wording: int
    age_ms: int


class Listener:
    """A reader of the sequence that checks it as it comes."""

    def __init__(self) -> None:
        self.ledger = CandleLedger(Timeframe.M1, due_ms=START_MS)
        self.closed: list[Candle] = []
        self.believed: dict[int, Candle] = {}  # with the corrections
        self.told: dict[int, tuple[int, Candle]] = {}  # the latest telling of each, and when

    def hear(self, bars: Sequence[Candle], told_ms: int, *, together: bool) -> None:
        for bar in bars:
            if bar.open_ms not in self.told or told_ms >= self.told[bar.open_ms][0]:
                self.told[bar.open_ms] = (told_ms, bar)
        taken = (
            self.ledger.take_all(bars, told_ms) if together else self.ledger.take(bars[0], told_ms)
        )
        self.closed += taken.closed
        for bar in taken.closed:
            self.believed[bar.open_ms] = bar
        for revision in taken.revised:
            assert self.believed[revision.candle.open_ms] == revision.published
            self.believed[revision.candle.open_ms] = revision.candle


words = st.builds(
    Word,
    source=st.sampled_from(Source),
    first=st.integers(0, COUNT - 1),
    count=st.integers(1, COUNT),
    wording=st.integers(0, 2),
    age_ms=st.integers(0, 5),
)


def worded(bar: Candle, wording: int) -> Candle:
    return replace(bar, volume=bar.volume + wording)


@given(st.lists(words, max_size=40))
def test_any_interleaving_of_closes_pages_and_deadlines_gives_each_candle_once(
    story: list[Word],
) -> None:
    listener = Listener()
    for now_ms, word in enumerate(story, start=10):
        first = word.first
        if word.source is Source.PAGE:
            first = (listener.ledger.due_ms - START_MS) // Timeframe.M1.ms
        together = word.source is not Source.STREAM
        bars = BARS[first : first + (word.count if together else 1)]
        wordings = [worded(bar, word.wording) for bar in bars]
        if wordings:
            listener.hear(wordings, now_ms - word.age_ms, together=together)
        _check(listener)
    rest = BARS[len(listener.closed) :]
    listener.hear(rest, 10_000, together=True)  # the deadline: REST has the last word
    _check(listener)
    assert len(listener.closed) == COUNT


def _check(listener: Listener) -> None:
    opens = [bar.open_ms for bar in listener.closed]
    assert opens == [bar.open_ms for bar in BARS[: len(opens)]], "once, in order, without gaps"
    assert listener.ledger.due_ms == START_MS + len(opens) * Timeframe.M1.ms
    assert all(bar == listener.told[open_ms][1] for open_ms, bar in listener.believed.items()), (
        "what is believed is what was told last"
    )
