"""The sum of many storms: how much was lived through, how fast, and what was broken."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from noctule.app.storm.coverage import Coverage
from noctule.app.storm.finished import Finished

__all__ = ["Tally", "days_text", "reproduction"]

_MINUTE_MS: Final = 60_000
_DAY_MINUTES: Final = 24 * 60
_DIGITS_MAX: Final = 9


class Tally:
    """Adds up what came of one after the other; it keeps those that failed, and no others."""

    def __init__(self) -> None:
        self.coverage = Coverage()
        self.failed: list[Finished] = []
        self.stories = 0
        self._trades = self._lives = self._requests = self._market_ms = self._cpu_ms = 0

    def add(self, finished: Finished) -> None:
        """Count one."""
        self.stories += 1
        self._trades += finished.trades
        self._lives += finished.lives
        self._requests += finished.requests
        self._market_ms += finished.market_ms
        self._cpu_ms += finished.cpu_ms
        self.coverage.add(finished.coverage)
        if finished.violations:
            self.failed.append(finished)

    @property
    def by_rule(self) -> dict[str, list[Finished]]:
        """Return who broke which rule, the most broken first, each by its seeds."""
        broken = Counter(rule for each in self.failed for rule in _rules(each))
        ordered = sorted(self.failed, key=lambda each: (each.profile, each.seed))
        return {
            rule: [each for each in ordered if rule in _rules(each)]
            for rule, _ in broken.most_common()
        }

    def lines(self) -> Iterator[str]:
        """Say it all but for the failures."""
        days = self._market_ms / _MINUTE_MS / _DAY_MINUTES
        yield (
            f"{self.stories:,} storms, {days:,.2f} market days: {self._trades:,} trades, "
            f"{self._requests:,} requests, {self._lives:,} lives of the bot"
        )
        if self._cpu_ms and self._market_ms:
            yield (
                f"{days / (self._cpu_ms / _MINUTE_MS):,.2f} simulated days per CPU minute, "
                f"{self._market_ms / self._cpu_ms:,.0f} × real time per core"
            )


def reproduction(finished: Finished) -> str:
    """Return the command that plays one story again."""
    return (
        f"python main.py storm --seeds {finished.seed}..{finished.seed} "
        f"--profile {finished.profile} --days {days_text(finished.minutes)}"
    )


def days_text(minutes: int) -> str:
    """Write minutes as days, with no more digits than it takes to read them back."""
    texts = (f"{minutes / _DAY_MINUTES:.{digits}g}" for digits in range(1, _DIGITS_MAX))
    return next(text for text in texts if round(float(text) * _DAY_MINUTES) == minutes)


def _rules(finished: Finished) -> set[str]:
    return {each.rule for each in finished.violations}
