"""Setups: stops were swept, then structure broke the other way with force; now price may return."""

from msgspec import Struct, structs

from noctule.domain.market import Candle
from noctule.strategies.ict.dealing_range import DealingRange
from noctule.strategies.ict.drives import Drive
from noctule.strategies.ict.pools import Pool
from noctule.strategies.ict.sessions import KillZone
from noctule.strategies.ict.way import Way, came_back_to, went_to

__all__ = ["Setup", "Setups"]


class Setup(Struct, frozen=True, kw_only=True, gc=False):
    """A story so far: a sweep, and perhaps the drive that followed it."""

    way: Way  # where it wants to go: up after a sweep of lows
    pool: Pool
    zone: KillZone | None  # in which it was swept
    swept_ms: int
    extreme: float  # as far as price went beyond the pool: the stop belongs behind it
    extreme_ms: int
    furthest: float  # as far as price went the setup's way since
    furthest_ms: int
    drive: Drive | None = None

    @property
    def leg(self) -> DealingRange:
        """Return the move from the sweep on, into which an entry is sought."""
        return DealingRange(
            began=self.extreme,
            ended=self.furthest,
            began_ms=self.extreme_ms,
            ended_ms=self.furthest_ms,
        )


class Setups:
    """Waits for one setup of one way after the other.

    Before the drive a wick may go beyond the extreme, and moves it; a close beyond it, or a wick
    after the drive, ends the setup. So does waiting too long. A new sweep takes the place of one
    that no drive followed yet.
    """

    def __init__(self, way: Way, *, shift_ms: int, retrace_ms: int) -> None:
        self.waiting: Setup | None = None
        self._way = way
        self._shift_ms = shift_ms
        self._retrace_ms = retrace_ms

    def update(
        self, candle: Candle, *, swept: Pool | None, zone: KillZone | None, drive: Drive | None
    ) -> Setup | None:
        """Take a candle and what it did; return the setup that it may be the entry of.

        It is returned as it stood before the candle: where a candle both lengthens the leg and
        comes back into it, nobody knows which it did first.
        """
        if self.waiting is None and swept is None:
            return None
        setup = None if self.waiting is None else self._survivor(self.waiting, candle)
        ready = self.waiting if setup is not None and setup.drive is not None else None
        if swept is not None and ready is None:
            setup = self._begun(candle, swept, zone)
        if drive is not None and setup is not None and _is_turned_by(drive, setup):
            setup = structs.replace(setup, drive=drive)
        self.waiting = setup
        return ready

    def finish(self) -> None:
        """Let go of the setup, which has had its entry."""
        self.waiting = None

    def _begun(self, candle: Candle, swept: Pool, zone: KillZone | None) -> Setup:
        return Setup(
            way=self._way,
            pool=swept,
            zone=zone,
            swept_ms=candle.open_ms,
            extreme=came_back_to(candle, self._way),
            extreme_ms=candle.open_ms,
            furthest=went_to(candle, self._way),
            furthest_ms=candle.open_ms,
        )

    def _survivor(self, setup: Setup, candle: Candle) -> Setup | None:
        way, now_ms = self._way, candle.open_ms
        back, went = came_back_to(candle, way), went_to(candle, way)
        is_beyond = way * (back - setup.extreme) < 0
        if setup.drive is None:
            if way * (candle.close - setup.extreme) < 0 or now_ms > setup.swept_ms + self._shift_ms:
                return None
            if is_beyond:  # what came before the new extreme belongs to no leg from it
                return structs.replace(
                    setup, extreme=back, extreme_ms=now_ms, furthest=went, furthest_ms=now_ms
                )
        elif is_beyond or now_ms > setup.drive.known_ms + self._retrace_ms:
            return None
        if way * (went - setup.furthest) > 0:
            return structs.replace(setup, furthest=went, furthest_ms=now_ms)
        return setup


def _is_turned_by(drive: Drive, setup: Setup) -> bool:
    return setup.drive is None and drive.began_ms >= setup.swept_ms
