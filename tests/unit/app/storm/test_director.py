"""What a story says happens when it says so, is counted where it struck, and ends with it."""

from collections.abc import Coroutine

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.app.storm.director import Director
from noctule.app.storm.phases import Phases
from noctule.app.storm.story import (
    ClockJump,
    Crash,
    DiskFailure,
    Hand,
    HandDeed,
    KeyEnd,
    Mishap,
    Operate,
    OperatorDeed,
    Outage,
    Restart,
    Step,
    WireFault,
)
from tests.fakes.small_storms import a_story
from tests.fakes.storm_scene import OPEN_MS, StormScene

SYMBOL = "BTCUSDT"


class _Hands:
    def __init__(self) -> None:
        self.crashes: list[Crash] = []
        self.restarts: list[Restart] = []
        self.works: list[Coroutine[object, None, object]] = []
        self.notes: list[str] = []

    def crash(self, trouble: Crash) -> None:
        self.crashes.append(trouble)

    def restart(self, trouble: Restart) -> None:
        self.restarts.append(trouble)

    def beside(self, work: Coroutine[object, object, object]) -> None:
        self.works.append(work)

    def note(self, who: str, text: str) -> None:
        self.notes.append(f"{who}: {text}")

    def forget(self) -> None:
        for work in self.works:
            work.close()


class _Stage:
    """A director at work on a scene without a bot."""

    def __init__(self, *troubles: Mishap, clock: VirtualClock | None = None) -> None:
        story = a_story(*troubles, symbols=(SYMBOL, "ETHUSDT"))
        self.scene = StormScene(story, clock=clock)
        self.hands = _Hands()
        self.director = Director(self.scene, Phases(self.scene), self.hands)
        self.scene.exchange.watchers.append(self.director)

    def direct(self) -> None:
        """Let it all happen, on the scene's own clock."""

        async def main(_clock: VirtualClock) -> None:
            self.scene.clock.advance_to_ms(self.scene.open_ms + 60_000)
            await self.director.direct()

        run_virtual(main, start_ms=0)


def test_a_fault_is_armed_and_counted_only_when_it_strikes() -> None:
    stage = _Stage(WireFault(at_ms=5, fault=Fault(kind=FaultKind.UNAVAILABLE, match="GET *order")))
    stage.direct()
    assert stage.director.struck == {}
    assert stage.scene.ask("GET", "/fapi/v1/order", symbol=SYMBOL).status == 503
    assert stage.director.struck == {"unavailable|down": 1}
    assert stage.hands.notes == ["fate: unavailable GET /fapi/v1/order while down"]


def test_what_waits_for_a_step_happens_before_the_exchange_hears_of_it_and_once() -> None:
    stage = _Stage(Crash(at_ms=5, on=Step.STOP, awaits=1, down_ms=7))
    stage.direct()
    stage.scene.ask("POST", "/fapi/v1/order", symbol=SYMBOL, type="MARKET")
    assert stage.hands.crashes == []
    for _ in range(2):
        stage.scene.ask("POST", "/fapi/v1/algoOrder", symbol=SYMBOL, type="STOP_MARKET")
    assert [each.down_ms for each in stage.hands.crashes] == [7]


def test_an_outage_lasts_and_then_its_fault_is_withdrawn() -> None:
    fault = Fault(kind=FaultKind.UNAVAILABLE, match="GET *", times=None)

    async def main(clock: VirtualClock) -> None:
        stage = _Stage(Outage(at_ms=5, fault=fault, for_ms=1_000), clock=clock)
        await stage.director.direct()
        assert clock.now_ms() == OPEN_MS + 5
        assert stage.scene.exchange.faults.armed() == [fault]
        (work,) = stage.hands.works
        await work
        assert clock.now_ms() == OPEN_MS + 1_005
        assert stage.scene.exchange.faults.armed() == []

    run_virtual(main, start_ms=OPEN_MS)


def test_the_wall_is_set_the_owner_trades_and_the_process_is_asked_to_leave() -> None:
    stage = _Stage(
        ClockJump(at_ms=1, by_ms=-500),
        Hand(at_ms=2, deed=HandDeed.ADD, symbol=SYMBOL),
        Restart(at_ms=3, down_ms=9),
    )
    stage.direct()
    assert stage.scene.wall.wrong_ms == -500
    assert stage.scene.amount(SYMBOL)
    assert [each.down_ms for each in stage.hands.restarts] == [9]
    assert stage.director.struck == {"clock|down": 1, "hand add|down": 1, "restart|down": 1}


def test_without_a_process_nobody_is_commanded() -> None:
    stage = _Stage(*(Operate(at_ms=1, deed=deed, symbol=SYMBOL) for deed in OperatorDeed))
    stage.direct()
    assert stage.hands.works == []
    assert stage.director.struck.total() == len(OperatorDeed)


def test_the_calm_ends_all_of_it() -> None:
    stage = _Stage(
        DiskFailure(at_ms=1, for_ms=10**6),
        ClockJump(at_ms=1, by_ms=5),
        WireFault(at_ms=1, fault=Fault(kind=FaultKind.INTERNAL)),
        Crash(at_ms=1, on=Step.ENTRY, awaits=1, down_ms=1),
    )
    try:
        stage.direct()
    finally:
        fill_again = stage.director.clear_disk()
        stage.director.end()
        stage.hands.forget()
    fill_again()
    stage.director.end()
    assert stage.scene.wall.wrong_ms == 0
    assert not stage.scene.exchange.faults.is_armed
    stage.scene.ask("POST", "/fapi/v1/order", symbol=SYMBOL, type="MARKET")
    assert stage.hands.crashes == []


def test_who_names_no_symbol_deals_with_that_of_the_step_he_waited_for() -> None:
    stage = _Stage(Hand(at_ms=2, on=Step.ENTRY, deed=HandDeed.ADD, symbol=""))
    stage.direct()
    stage.scene.ask("POST", "/fapi/v1/order", symbol="ETHUSDT", type="MARKET")
    assert stage.scene.amount("ETHUSDT")
    assert not stage.scene.amount(SYMBOL)
    assert stage.director.struck == {"hand add|down": 1}


def test_a_listen_key_ends_with_a_word_or_without_one() -> None:
    for is_told in (True, False):
        stage = _Stage(KeyEnd(at_ms=1, is_told=is_told))
        key = stage.scene.exchange.listen_keys.open(stage.scene.account.key, now_ms=0)
        stage.direct()
        assert key
        assert stage.scene.exchange.listen_keys.of(stage.scene.account.key) is None
        assert stage.director.struck == {"listen key|down": 1}
