"""The way between a bracket's steps and the toy exchange, and all that gets lost on it."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send, Step

if TYPE_CHECKING:
    from tests.fakes.toy_desk import ToyDesk

__all__ = ["ToyLane"]

TRIP_MS: Final = 20  # one way
TIMEOUT_MS: Final = 1_000
LAG_MS: Final = 3_000  # for so long a conditional order may be unknown to those who ask
STEPS_MAX: Final = 40  # in a second
_CLOSING: Final = (Leg.CLOSE, Leg.FLATTEN)


class ToyLane:
    """Carries steps out and tells each outcome once; what goes wrong the desk picks."""

    def __init__(self, desk: "ToyDesk") -> None:
        self._desk = desk
        self._steps = Counter[int]()  # by second
        self._questions = 0  # that are not answered
        self._countdown_ms: int | None = None

    def owes(self, steps: Iterable[Step]) -> bool:
        """Tell whether an answer to a question is owed, or will be to one of these steps."""
        return self._questions > 0 or any(isinstance(each, Ask | Look) for each in steps)

    def do(self, step: Step) -> None:
        """Carry out one step."""
        self._desk.note(f"step: {_words(step)}")
        second = self._desk.now_ms // 1000
        self._steps[second] += 1
        assert self._steps[second] <= STEPS_MAX, f"{self._steps[second]} steps in second {second}"
        match step:
            case Send(request=request, countdown_ms=countdown_ms):
                if countdown_ms is not None:
                    self._count_down(countdown_ms)
                self._send(request)
            case Cancel():
                self._cancel(step)
            case Ask(client_order_id=name, kind=kind):
                self._ask(name, kind)
            case Look():
                self._look()
            case CountDown(timeout_ms=timeout_ms):
                if self._desk.pick("good", "good", "good", "lost") == "good":
                    self._count_down(timeout_ms)

    def _send(self, request: OrderRequest) -> None:
        name, bracket = request.client_order_id, self._desk.bracket
        self._desk.hear(1, f"sent {name}", lambda: bracket.on_sent(name))
        fate = self._desk.pick(
            *("good", "good", "good", "good", "slow", "refused", "held back", "banned"),
            *("lost", "unheard", "late"),
        )
        match fate:
            case "good" | "slow":
                self._desk.after(TRIP_MS, lambda: self._place(request, is_slow=fate == "slow"))
            case "refused":
                code = int(self._desk.pick(*_codes(request)))
                self._refuse(2 * TRIP_MS, name, code)
            case "held back" | "banned":
                wait_ms = 3_000 if fate == "banned" else 500
                self._desk.amiss(self._desk.now_ms + 2 * TRIP_MS + wait_ms)
                self._desk.hear(
                    2 * TRIP_MS,
                    f"held back {name}",
                    lambda: bracket.on_held_back(name, fate, self._desk.now_ms, wait_ms=wait_ms),
                )
            case _:
                self._lose(request, fate)

    def _lose(self, request: OrderRequest, fate: str) -> None:
        """Tell nothing, whether it was executed or not."""
        name = request.client_order_id
        delay_ms = {"unheard": TRIP_MS, "late": 2_500}.get(fate)
        if delay_ms is not None:
            self._desk.after(delay_ms, lambda: self._execute(request))
        self._desk.amiss(self._desk.now_ms + max(TIMEOUT_MS, delay_ms or 0))
        self._desk.hear(
            TIMEOUT_MS,
            f"doubted {name}",
            lambda: self._desk.bracket.on_doubted(name, self._desk.now_ms),
        )

    def _place(self, request: OrderRequest, *, is_slow: bool) -> None:
        name = request.client_order_id
        code = self._execute(request)
        delay_ms = TIMEOUT_MS - 100 if is_slow else TRIP_MS
        if is_slow:
            self._desk.amiss(self._desk.now_ms + delay_ms)
        if code:
            self._refuse(delay_ms, name, code)
            return
        self._desk.hear(
            delay_ms,
            f"accepted {name}",
            lambda: self._desk.bracket.on_accepted(name, self._desk.now_ms),
        )

    def _execute(self, request: OrderRequest) -> int:
        code = self._desk.exchange.place(request)
        self._desk.note(
            f"   venue: {request.client_order_id} {code}, holds {self._desk.exchange.position}"
        )
        self._desk.watch()
        return code

    def _refuse(self, delay_ms: int, name: ClientOrderId, code: int) -> None:
        self._desk.hear(
            delay_ms,
            f"refused {name} {code}",
            lambda: self._desk.bracket.on_refused(name, code, "no", self._desk.now_ms),
        )

    def _cancel(self, step: Cancel) -> None:
        name = step.client_order_id
        fate = self._desk.pick("good", "good", "good", "lost", "unheard", "late")
        if fate == "good":
            self._desk.after(TRIP_MS, lambda: self._cancel_now(step))
            return
        if fate != "lost":
            delay_ms = TRIP_MS if fate == "unheard" else 2_500
            self._desk.amiss(self._desk.now_ms + delay_ms)
            self._desk.after(delay_ms, lambda: self._take_out(step))
        self._desk.amiss(self._desk.now_ms + TIMEOUT_MS)
        self._fail_cancel(TIMEOUT_MS, name, is_gone=False)

    def _cancel_now(self, step: Cancel) -> None:
        name = step.client_order_id
        if not self._take_out(step):
            self._fail_cancel(TRIP_MS, name, is_gone=True)
            return
        self._desk.hear(
            TRIP_MS,
            f"cancel accepted {name}",
            lambda: self._desk.bracket.on_cancel_accepted(name, self._desk.now_ms),
        )

    def _take_out(self, step: Cancel) -> bool:
        name, is_conditional = step.client_order_id, step.kind.is_conditional
        is_there = self._desk.exchange.cancel(name, is_conditional=is_conditional)
        self._desk.note(f"   venue: cancel {name} {is_there}")
        self._desk.watch()
        return is_there

    def _fail_cancel(self, delay_ms: int, name: ClientOrderId, *, is_gone: bool) -> None:
        self._desk.hear(
            delay_ms,
            f"cancel failed {name} gone={is_gone}",
            lambda: self._desk.bracket.on_cancel_failed(
                name, self._desk.now_ms, is_gone=is_gone, wait_ms=0 if is_gone else 200
            ),
        )

    def _ask(self, name: ClientOrderId, kind: OrderKind) -> None:
        self._questions += 1
        fate = self._desk.pick("good", "good", "good", "unanswered", "lagging")
        if fate == "unanswered":
            self._desk.amiss(self._desk.now_ms + TIMEOUT_MS)
            self._hear_answer(
                TIMEOUT_MS,
                f"no answer {name}",
                lambda: self._desk.bracket.on_no_answer(name, self._desk.now_ms, wait_ms=200),
            )
            return
        is_lagging = fate == "lagging" and kind.is_conditional
        self._desk.after(TRIP_MS, lambda: self._answer(name, is_lagging=is_lagging))

    def _answer(self, name: ClientOrderId, *, is_lagging: bool) -> None:
        report = self._desk.exchange.report(name)
        order = self._desk.exchange.orders.get(name)
        if is_lagging and order is not None and self._desk.market_ms - order.placed_ms < LAG_MS:
            report = None
        self._hear_answer(
            TRIP_MS,
            f"answer {name} {report and report.state.value}",
            lambda: self._desk.bracket.on_answer(name, report, self._desk.now_ms),
        )

    def _look(self) -> None:
        self._questions += 1
        if self._desk.pick("good", "good", "unanswered") != "good":
            self._desk.amiss(self._desk.now_ms + TIMEOUT_MS)
            self._hear_answer(
                TIMEOUT_MS,
                "no look",
                lambda: self._desk.bracket.on_no_look(self._desk.now_ms, wait_ms=200),
            )
            return
        asked_ms = self._desk.market_ms
        self._desk.after(TRIP_MS, lambda: self._see(asked_ms))

    def _see(self, asked_ms: int) -> None:
        position = self._desk.exchange.position
        strangers = [each for each in self._desk.exchange.resting() if not each.is_ours]

        def seen() -> None:
            self._desk.hold(position, asked_ms)
            self._desk.bracket.on_look(len(strangers), self._desk.now_ms)

        self._hear_answer(TRIP_MS, f"look {position} {len(strangers)}", seen)

    def _count_down(self, timeout_ms: int) -> None:
        self._countdown_ms = self._desk.now_ms + timeout_ms if timeout_ms else None

        def run_out() -> None:
            if self._countdown_ms is not None and self._desk.now_ms >= self._countdown_ms:
                self._countdown_ms = None
                self._desk.exchange.cancel_regular()

        self._desk.after(timeout_ms, run_out)

    def _hear_answer(self, delay_ms: int, what: str, happen: Callable[[], None]) -> None:
        def answered() -> None:
            self._questions -= 1
            happen()

        self._desk.hear(delay_ms, what, answered)


def _codes(request: OrderRequest) -> tuple[str, ...]:
    if request.leg in _CLOSING:
        return "-4131", "-4131", "-2022", "-4118"
    if request.leg is Leg.ENTRY:
        return ("-2019",)
    return "-4045", "-4130", "-4509", "-2021"


def _words(step: Step) -> str:
    match step:
        case Send(request=request):
            price = request.trigger_price or request.price
            return (
                f"send {request.client_order_id} {request.leg.name} {request.side} {request.kind} "
                f"{request.quantity} at {price}"
            )
        case _:
            return repr(step)
