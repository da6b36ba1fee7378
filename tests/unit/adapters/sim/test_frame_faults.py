"""What goes wrong with frames: candles and user events late, lost, doubled, strange."""

from typing import Any

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.frame_faults import CHANGES
from noctule.adapters.sim.sessions import Session
from tests.fakes.sim_desk import Desk, heard

CLOSED = "btcusdt@kline_1m closed"


class Minutes:
    """A desk that listens to one-minute candles, and lets minutes end."""

    def __init__(self, **fault: object) -> None:
        self.desk = Desk()
        self.ear = self.desk.connect("/market/ws/btcusdt@kline_1m")
        self.desk.control("POST", "faults", {"match": CLOSED, **fault})

    def pass_minute(self, price: str) -> list[str]:
        self.desk.wait(60_000)
        self.desk.trade(price)
        return closes(heard(self.ear))


def closes(events: list[Any]) -> list[str]:
    return [event["k"]["c"] for event in events if event["k"]["x"]]


def private(**fault: object) -> tuple[Desk, Session]:
    desk = Desk()
    ear = desk.connect(f"/private/ws/{desk.listen_key()}")
    desk.control("POST", "faults", fault)
    return desk, ear


def kinds(ear: Session) -> list[str]:
    return [event["e"] for event in heard(ear)]


def test_a_closed_candle_may_never_come() -> None:
    minutes = Minutes(kind="dropped_frame")

    assert minutes.pass_minute("60010") == []
    assert minutes.pass_minute("60020") == ["60010.00"]


def test_a_closed_candle_may_come_twice() -> None:
    assert Minutes(kind="repeated_frame").pass_minute("60010") == ["60000.00", "60000.00"]


def test_a_closed_candle_may_come_seconds_late_while_the_next_one_runs() -> None:
    minutes = Minutes(kind="late_frame", delay_ms=9_000)
    assert minutes.pass_minute("60010") == []
    minutes.desk.wait(8_999)
    early = heard(minutes.ear)
    minutes.desk.wait(1)

    assert early == []
    assert closes(heard(minutes.ear)) == ["60000.00"]


def test_a_user_event_may_be_lost_doubled_or_strange() -> None:
    told = ["TRADE_LITE", "ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE"]
    changed = {
        "dropped_frame": [*told[:2], told[3]],
        "repeated_frame": [*told[:3], "ACCOUNT_UPDATE", told[3]],
        "strange_frame": [*told[:2], "SOMETHING_NEW_UPDATE", *told[2:]],
        "oversized_frame": [*told[:2], "SOMETHING_LARGE_UPDATE", *told[2:]],
    }
    for kind, expected in changed.items():
        desk, ear = private(kind=kind, match="ACCOUNT_UPDATE", size_bytes=100)
        desk.order()
        assert kinds(ear) == expected


def test_events_are_reordered_across_types_but_never_within_one() -> None:
    desk, ear = private(kind="held_frame", match="ORDER_TRADE_UPDATE")
    desk.order()
    events = heard(ear)

    assert [event["e"] for event in events] == [
        "TRADE_LITE",
        "ACCOUNT_UPDATE",
        "ORDER_TRADE_UPDATE",
        "ORDER_TRADE_UPDATE",
    ]
    assert [event["o"]["X"] for event in events[2:]] == ["NEW", "FILLED"]


def test_a_late_event_holds_up_its_own_kind_only() -> None:
    desk, ear = private(kind="late_frame", match="ORDER_TRADE_UPDATE", delay_ms=700)
    desk.order()
    first = kinds(ear)
    desk.wait(700)

    assert first == ["TRADE_LITE", "ACCOUNT_UPDATE"]
    assert kinds(ear) == ["ORDER_TRADE_UPDATE", "ORDER_TRADE_UPDATE"]


def test_a_socket_may_go_mute_close_or_be_cut() -> None:
    ends = {"mute_socket": [], "closed_socket": ["close"], "cut_socket": ["abort"]}
    for kind, expected in ends.items():
        desk, ear = private(kind=kind, match="TRADE_LITE")
        desk.order()
        assert heard(ear) == expected


def test_frames_may_be_no_json_or_half_of_it_or_more_than_expected() -> None:
    def changed(kind: FaultKind) -> tuple[bytes, ...]:
        return CHANGES[kind](b'{"e":1}', Fault(kind=kind))

    assert changed(FaultKind.GARBAGE_FRAME) == (b"<!>}{ this is not JSON",)
    assert changed(FaultKind.TRUNCATED_FRAME) == (b'{"e',)
    assert changed(FaultKind.EXTRA_FRAME_FIELDS) == (b'{"newField":{"a":[1,"2",null]},"e":1}',)
