"""A strategy on trial: loaded, asked about candles, and held to what every strategy promises."""

import hashlib
import inspect
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final, cast

import msgspec
from msgspec import structs

from noctule.adapters.report.axes import minute_text
from noctule.app.explain.choice import Wish, settings_for, told_settings
from noctule.app.online.findings import Finding, Verdict, passed
from noctule.app.strategy_source import Reference, Source, read_source
from noctule.app.user_strategies import strategy_catalogue
from noctule.app.workbench.asking import Questioner, Said, made_again, play
from noctule.app.workbench.messages import Found, Message, Progress, Told, TrialRequest
from noctule.app.workbench.probes import PASSES, calls_until, cannot_tell, look_ahead, repeat
from noctule.app.workbench.purity import Impurity, impurities
from noctule.app.workbench.sample import Sample, sample_of
from noctule.app.workbench.seal import Seal
from noctule.app.workbench.verdicts import LIMITS, answers, purity, refusals, signals, timing
from noctule.config.settings import Settings
from noctule.domain.errors import ConfigError
from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.factory import STRATEGIES

__all__ = ["COMMAND", "hold_trial"]

COMMAND: Final = "strategy check"

_MAIN_S_MAX: Final = 20.0  # of the dry run; a slow strategy sees fewer candles
_PROBES_S_MAX: Final = 15.0
_PROBED_MIN: Final = 20
_BEAT_S: Final = 0.1
_ECHOED_MAX: Final = 1_000  # candles that another process compares
_MS: Final = 1_000_000  # nanoseconds

Send = Callable[[Message], None]


def hold_trial(request: TrialRequest, send: Send, seal: Seal) -> None:
    """Find what there is to find; a wish that cannot be fulfilled is a ConfigError."""
    pulse = Pulse(send, total=request.candles_max * (PASSES + 2))  # reading and asking included
    send(Progress(0, pulse.total))  # from here on silence counts
    sample = sample_of(request, pulse.beat)
    try:
        settings = _settings(request, sample)
    except ConfigError as exc:
        for finding in refusals(exc.problems, command=COMMAND):
            send(Found(finding))
        send(Told(""))
        return
    trial = _Trial(request, sample, settings, pulse)
    if request.is_echo:
        trial.echo()
    else:
        for finding in trial.findings(seal):
            send(Found(finding))
    send(Told(trial.digest))
    pulse.finish()


def _settings(request: TrialRequest, sample: Sample) -> Settings:
    """Let the strategy be loaded and its settings be checked as those of a configuration are."""
    timeframe = sample.recording.timeframe
    fitting = [each for each in request.usual_higher if Timeframe(each).is_built_from(timeframe)]
    higher = ", ".join(fitting) if request.higher is None else request.higher
    wish = Wish(strategy=request.strategy, own=request.own, higher=higher, command=COMMAND)
    catalogue = strategy_catalogue(Path.cwd())
    return settings_for(
        sample.recording,
        wish,
        load=lambda _overrides: Settings(strategies=()),
        catalogue=catalogue,
    )


class Pulse:
    """Tells every so often that we live, and how far we are."""

    def __init__(self, send: Send, *, total: int) -> None:
        self.total = total
        self._send = send
        self._done = 0
        self._told_s = perf_counter()

    def beat(self) -> None:
        """Count one more."""
        self._done += 1
        now_s = perf_counter()
        if now_s - self._told_s >= _BEAT_S:
            self._told_s = now_s
            self._send(Progress(min(self._done, self.total), self.total))

    def finish(self) -> None:
        """Be done."""
        self._send(Progress(self.total, self.total))


class _Trial:
    def __init__(
        self, request: TrialRequest, sample: Sample, settings: Settings, pulse: Pulse
    ) -> None:
        (self._choice,) = settings.strategies
        self._settings = settings
        self._sample = sample
        self._candles = sample.candles
        self._higher = settings.trading.higher_timeframes
        self._pulse = pulse
        file = self._choice.file
        self._kind = STRATEGIES[self._choice.name] if file is None else file.kind
        self._source = _source_of(self._kind, request.strategy if file is None else file.path)
        self.digest = ""  # of what it signalled at first; empty: there is nothing to compare
        pulse.total = len(self._candles) * (PASSES + 2)

    def findings(self, seal: Seal) -> Iterator[Finding]:
        """Look at one thing after the other, and tell each at once."""
        yield from self._introduction()
        before = _chance_of_all()
        copies = [structs.replace(each) for each in self._candles]
        main, said = self._played(self._candles, seal)
        touched = [*self._touched(copies, before)]
        yield from answers(main)
        yield from signals(said, main)
        yield timing(main.took_ns)
        yield from self._probes(main, said)
        yield from purity(self._text(), seal.breaches, touched)

    def echo(self) -> None:
        """Only come to a digest, for another process to compare."""
        self._played(self._candles[:_ECHOED_MAX])

    def _played(
        self, candles: Sequence[Candle], seal: Seal | None = None
    ) -> tuple[Questioner, Said]:
        """Ask about all the candles, unless it is too slow; note a digest of what was signalled."""
        main, began_s = self._new(seal), perf_counter()

        def is_enough() -> bool:
            is_too_slow = main.took_ns[-1] > LIMITS.too_slow_ms * _MS
            return is_too_slow or perf_counter() - began_s > _MAIN_S_MAX

        said = play(main, candles, higher=self._higher, is_enough=is_enough)
        if not is_enough():
            calls = calls_until(said, self._candles[:_ECHOED_MAX][-1].close_ms)
            self.digest = hashlib.sha256(msgspec.json.encode(calls)).hexdigest()
        return main, said

    def _introduction(self) -> Iterator[Finding]:
        strategy = self._new().strategy
        name = f"{self._source.shown}:{self._kind.__name__}"
        bars = made_again(lambda: strategy.warmup_bars, blame=self._source.failure)
        warmup = f"needs {bars} candles of history"
        yield passed("file", f"{name} is loaded, goes by {self._choice.name}, {warmup}")
        told = ", ".join(f"{key} = {text}" for key, text in told_settings(self._settings).items())
        yield passed("settings", told or "it has none of its own")
        first, last = self._candles[0], self._candles[-1]
        span = f"{minute_text(first.open_ms)} to {minute_text(last.close_ms + 1)}"
        frames = ", ".join((first.timeframe, *self._higher))
        what = f"{len(self._candles)} of {first.symbol} {frames}, {span}, {self._sample.origin}"
        yield passed("candles", what)

    def _probes(self, main: Questioner, said: Said) -> Iterator[Finding]:
        """Play again and otherwise, with as many candles as there is time for."""
        if max(main.took_ns) > LIMITS.too_slow_ms * _MS:
            return
        usual_s = sum(main.took_ns) / len(main.took_ns) / 1e9
        affordable = int(_PROBES_S_MAX / PASSES / max(usual_s, 1e-9))
        count = min(len(self._candles), max(_PROBED_MIN, affordable))
        candles = self._candles[:count]
        heard = [each for each in said if each[0].close_ms <= candles[-1].close_ms]
        if len(main.took_ns) >= count:
            again = repeat(self._new, candles, heard, self._higher)
            yield again
            if again.verdict is Verdict.OK:
                yield look_ahead(self._new, candles, heard, self._higher)
            else:
                self.digest = ""
                yield cannot_tell()

    def _new(self, seal: Seal | None = None) -> Questioner:
        own = cast("StrategySettings", self._choice.settings)  # made of the class's own Settings
        blame = self._source.failure
        strategy = made_again(lambda: self._kind(own), blame=blame)
        return Questioner(strategy, blame=blame, seal=seal, hear=self._pulse.beat)

    def _touched(self, copies: Sequence[object], before: object) -> Iterator[str]:
        """Tell what is not any more as it was."""
        if list(self._candles) != copies:
            yield f"{self._source.shown}: it changed a candle that it was given"
        if _chance_of_all() != before:
            yield f"{self._source.shown}: it drew from the random numbers that all share"

    def _text(self) -> Iterator[tuple[str, Impurity]]:
        """Read its file, and those beside it that it imports."""
        for source in (self._source, *_neighbours(self._source)):
            yield from ((source.shown, each) for each in impurities(source))


def _source_of(kind: type[Strategy], shown: str) -> Source:
    path = Path(inspect.getfile(kind)).resolve()
    file = shown.rpartition(":")[0] if shown.endswith(f":{kind.__name__}") else shown
    source = read_source(Reference(shown=file, path=path, wanted=None))
    assert isinstance(source, Source), f"{path} was loaded: {source}"
    return source


def _neighbours(source: Source) -> Iterator[Source]:
    """Yield the other files of the folder that are loaded by now."""
    folder = source.path.parent
    for name, module in sorted(sys.modules.items()):
        path = Path(getattr(module, "__file__", None) or "/")
        is_beside = path.parent == folder and path.suffix == ".py" and path != source.path
        if is_beside and not name.startswith("noctule."):
            shown = str(Path(source.shown).parent / path.name)
            other = read_source(Reference(shown=shown, path=path, wanted=None))
            if isinstance(other, Source):
                yield other


def _chance_of_all() -> object:
    """Return the state of the random numbers that belong to nobody."""
    numpy_random = sys.modules.get("numpy.random")
    state = numpy_random.get_state() if numpy_random is not None else None
    return random.getstate(), None if state is None else (state[1].tobytes(), *state[2:])
