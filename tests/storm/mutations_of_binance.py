"""Faults planted in the Binance adapter: its requests, its account stream, and its candles."""

from typing import Final

from tests.storm.mutation import Mutation

__all__ = ["OF_BINANCE"]

OF_BINANCE: Final = (
    Mutation(
        name="an order is sent again after a time-out",
        file="adapters/binance/rest/questions.py",
        old="            return call.safety is Safety.REPEATABLE\n",
        new="            return True\n",
        bug="the first one was executed: two entries for one signal",
        first=("flaky_network",),
    ),
    Mutation(
        name="an unknown error is taken for not executed",
        file="adapters/binance/rest/failures.py",
        old='        "service unavailable",\n',
        new='        "service unavailable",\n'
        '        "unknown error, please check your request or try again later",\n',
        bug="503 with this text may have been executed (facts 5), and is sent again",
        first=("overload",),
    ),
    Mutation(
        name="an answer that cannot be read is taken for a yes",
        file="adapters/binance/rest/questions.py",
        old='raise OutcomeUnknown(f"the answer to {call.name} cannot be read',
        new='raise VenueUnreachable(f"the answer to {call.name} cannot be read',
        bug="not executed, it says of what was executed, and sends it again",
        first=("flaky_network",),
    ),
    Mutation(
        name="conditional orders are cancelled where regular ones are",
        file="adapters/binance/executor.py",
        old="        client = self._rest.client\n        if kind.is_conditional:\n",
        new="        client = self._rest.client\n        if kind is None:\n",
        bug="the regular service knows of none (facts 2.5, point 8), so the stop rests on",
        first=("calm",),
    ),
    Mutation(
        name="a close may open",
        file="adapters/binance/wire/order_parameters.py",
        old='        asked["reduceOnly"] = "true"\n',
        new='        asked["reduceOnly"] = "false"\n',
        bug="it races the stop: whoever comes second opens the other way",
        first=("calm",),
    ),
    Mutation(
        name="a count-down is called off as it begins",
        file="adapters/binance/executor.py",
        old="            lambda: client.countdown_cancel_order(symbol, timeout_ms),\n",
        new="            lambda: client.countdown_cancel_order(symbol, 0),\n",
        bug="when the process dies its entry rests on, and fills without a stop",
        first=("limit_entries",),
    ),
    Mutation(
        name="nothing is asked after a reconnect",
        file="adapters/binance/account/feed.py",
        old="        self.has_gap = self.has_gap or self.has_begun\n\n    # What others do.",
        new="\n    # What others do.",
        bug="fills of the gap stay unknown",
        first=("flaky_network",),
    ),
    Mutation(
        name="an expired listen key is ignored",
        file="adapters/binance/account/feed.py",
        old="                if self._is_our_key(listen_key):\n",
        new="                if not self._is_our_key(listen_key):\n",
        bug="the socket stays and says nothing more (facts 3): the account goes silent",
        first=("flaky_network",),
    ),
    Mutation(
        name="a request out of time does not set the clock",
        file="adapters/binance/rest/questions.py",
        old="            return code in CLOCK_CODES or code == _MAINTAINED\n",
        new="            return code == _MAINTAINED\n",
        bug="after a jump of the clock everything is refused for ten minutes, stops too",
        first=("disk",),
    ),
    Mutation(
        name="the clock is set the wrong way",
        file="adapters/binance/rest/server_time.py",
        old="            self._offset_ms = best.ahead_ms\n",
        new="            self._offset_ms = -best.ahead_ms\n",
        bug="a sign: the more it is corrected, the more it is wrong",
        first=("disk",),
    ),
    Mutation(
        name="a stop of traffic is not kept",
        file="adapters/binance/rest/gate.py",
        old="            case Throttled():\n                self.bans.note(failure)\n",
        new="            case Throttled():\n                self.breaker.sign_of_life()\n",
        bug="who goes on after 429 is banned with 418, and then cannot even close",
        first=("overload",),
    ),
    Mutation(
        name="a candle is told as often as it comes",
        file="domain/continuity.py",
        old="        if candle.open_ms != self.due_ms or self._held:\n",
        new="        if candle.open_ms > self.due_ms or self._held:\n",
        bug="a repeated frame is a second candle, and a second signal",
        first=("flaky_network",),
    ),
    Mutation(
        name="a candle that runs is taken for closed",
        file="adapters/binance/market/backfill.py",
        old="        settled = rows if is_settled else rows[:-1]\n",
        new="        settled = rows\n",
        bug="REST's last row is of a candle that is not over: its close is no close",
        first=("flaky_network",),
    ),
)
