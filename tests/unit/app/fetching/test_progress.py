"""Progress goes on from where it was."""

from noctule.app.fetching.progress import Progress


def test_it_adds_up() -> None:
    begun = Progress(title="BTCUSDT 5m", done_ms=10, total_ms=100)

    assert begun.after(15) == Progress(title="BTCUSDT 5m", done_ms=25, total_ms=100)
