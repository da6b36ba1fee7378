"""What moves over the bus is in both ledgers, under the strategy that trades the symbol."""

import io
import json
from pathlib import Path

from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock
from noctule.app.desks import open_desks
from noctule.app.records import Records
from noctule.app.taps import add_taps
from noctule.domain.values import Symbol
from noctule.engine.bus import EventBus
from tests.builders import START_MS
from tests.fakes.desk_events import ACCOUNT, FUNDING, accepted
from tests.fakes.home import config_at


def test_an_answer_is_in_the_trade_log_and_in_the_audit_trail(tmp_path: Path) -> None:
    configuration = config_at(tmp_path).load()
    records = Records(configuration, clock=VirtualClock(START_MS), console=io.StringIO())
    records.open()
    bus = EventBus(stopwatch_ns=lambda: 0)
    add_taps(bus, records, open_desks(configuration.settings), account=ACCOUNT)

    for event in (accepted(), FUNDING, replace(FUNDING, symbol=Symbol("ETHUSDT"))):
        bus.drive(event)
    records.close()

    assert [(line["event"], line["strategy"]) for line in lines_of(tmp_path, "trades")] == [
        ("order_accepted", "sma_cross"),
        ("funding", "sma_cross"),
        ("funding", None),
    ]
    answers = [line for line in lines_of(tmp_path, "audit") if line["event"] == "order_answered"]
    assert [line["answer"] for line in answers] == ["accepted"]


def lines_of(home: Path, name: str) -> list[dict[str, object]]:
    text = (home / "logs" / f"{name}.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]
