"""What a bracket tells beside its steps: values, compared by what they say."""

from noctule.domain import values
from noctule.orders.news import Alarmed, BracketNews, Moved, Protected


def test_news_are_told_apart_by_their_kind() -> None:
    news: list[BracketNews] = [
        Protected(stop=values.price("9500"), target=None, naked_ms=12),
        Moved(stop=values.price("9700"), previous_stop=values.price("9500"), reason="break-even"),
        Alarmed(text="BTCUSDT had no stop", is_urgent=True),
    ]
    words = []
    for each in news:
        match each:
            case Protected(stop=stop, naked_ms=naked_ms):
                words.append(f"protected at {stop} after {naked_ms} ms")
            case Moved(stop=stop, previous_stop=previous_stop):
                words.append(f"moved from {previous_stop} to {stop}")
            case Alarmed(text=text):
                words.append(text)
    assert words == [
        "protected at 9500 after 12 ms",
        "moved from 9500 to 9700",
        "BTCUSDT had no stop",
    ]
