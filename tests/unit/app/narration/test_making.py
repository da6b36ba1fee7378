"""The narrator of a bot that is put together knows its account, its guards and its market time."""

import io
from pathlib import Path

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.narration.making import make_narrator
from noctule.app.records import Records
from tests.builders import BTCUSDT, START_MS, candles
from tests.fakes.home import config_at
from tests.fakes.trading_room import new_room


def test_it_tells_of_the_account_and_ends_with_what_is_left(tmp_path: Path) -> None:
    console = io.StringIO()

    async def main(clock: VirtualClock) -> None:
        room = await new_room(tmp_path, clock)
        configuration = config_at(tmp_path).load()
        records = Records(configuration, clock=clock, console=console)
        records.open()
        narrator = make_narrator(
            configuration.settings,
            records=records,
            trading=room.trading,
            desks=room.trading._desks,
            contracts=room.contracts,
            account=room.world.account_tag,
        )
        room.trading._desks[BTCUSDT].board.seed(candles([60_000.0] * 3), {})
        narrator.catch_up()
        working = narrator.narrate()
        working.send(None)
        working.close()
        assert records.shown.market_ms is not None
        assert records.shown.market_ms() == START_MS
        records.close()

    run_virtual(main, start_ms=START_MS)

    shown = console.getvalue()
    assert "ACCOUNT none is there" in shown  # it was not told of yet
    assert "WAITS   " in shown
    assert "What it came to\n  trades  none was closed\n  open    nothing\n" in shown
