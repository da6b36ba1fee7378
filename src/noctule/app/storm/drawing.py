"""From a seed and a profile to a story: what goes wrong, when, and what the market does."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from random import Random
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.switches import Switches
from noctule.app.storm.chance import between_ms, times_within
from noctule.app.storm.mishaps import MISHAPS
from noctule.app.storm.profiles import PROFILES, Profile, Woe
from noctule.app.storm.story import (
    Crash,
    Mishap,
    Restart,
    Shock,
    ShockKind,
    Story,
)

__all__ = ["draw"]

_SECOND_MS: Final = 1_000
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_FIRST_MS: Final = 2 * _SECOND_MS  # the first start is under way
_EARLY: Final = 0.03  # the share of troubles that meet it
_DEPTHS: Final = (None, None, None, 15_000, 60_000)  # worth on a level: orders trade in parts
_BLOCKING: Final = 0.3  # of exchanges whose resting reduce-only orders block the next (facts 6)
_COMPANY: Final = 0.6  # the share of crashes and restarts that something else comes with


class _Reach(Struct, frozen=True):
    """How far a shock goes: shares of the price, and how long."""

    least: float
    most: float
    for_ms: tuple[int, int]
    has_way: bool = True  # up or down


_REACHES: Final[Mapping[ShockKind, _Reach]] = {
    ShockKind.CRASH: _Reach(0.01, 0.12, (30 * _SECOND_MS, 10 * _MINUTE_MS), has_way=False),
    ShockKind.SURGE: _Reach(0.01, 0.12, (30 * _SECOND_MS, 10 * _MINUTE_MS), has_way=False),
    ShockKind.GAP: _Reach(0.004, 0.06, (1, 1)),
    ShockKind.HALT: _Reach(0, 0, (10 * _SECOND_MS, 4 * _MINUTE_MS)),
    ShockKind.SILENCE: _Reach(0, 0, (30 * _SECOND_MS, 5 * _MINUTE_MS)),
    ShockKind.WICK: _Reach(0.004, 0.05, (1, 1)),
    ShockKind.MARK_ALONE: _Reach(0.004, 0.03, (20 * _SECOND_MS, 4 * _MINUTE_MS)),
    ShockKind.DELISTED: _Reach(0, 0, (20 * _SECOND_MS, 4 * _MINUTE_MS)),
    ShockKind.RULES: _Reach(0, 0, (1, 1)),
    ShockKind.FUNDING: _Reach(0.0005, 0.02, (30 * _SECOND_MS, 5 * _MINUTE_MS)),
    ShockKind.LISTED: _Reach(0, 0, (1, 1)),
}
_MOST: Final = 0.4  # of the price, in the most violent profile


def draw(seed: int, profile: str, *, minutes: int) -> Story:
    """Return the story of this seed: the same in every process, for ever."""
    chosen = PROFILES[profile]
    random = _random(seed, profile, "terms")
    options = tuple(each for each in chosen.options if random.random() < 0.2)
    return Story(
        seed=seed,
        profile=profile,
        minutes=minutes,
        symbols=chosen.symbols,
        volatility=chosen.volatility * random.uniform(0.6, 1.8),
        way_ms=chosen.way_ms,
        settings=(*chosen.settings, *options),
        signals=chosen.signals,
        deposit=chosen.deposit,
        troubles=_troubles(seed, chosen, minutes * _MINUTE_MS),
        shocks=_shocks(seed, chosen, minutes * _MINUTE_MS),
        depth_quote=_random(seed, profile, "depth").choice(_DEPTHS),
        quirks=Switches(reduce_only_blocks=_random(seed, profile, "quirks").random() < _BLOCKING),
    )


def _random(seed: int, profile: str, name: str) -> Random:
    return Random(f"{seed} {profile} {name}")  # noqa: S311  # a seeded storm


def _troubles(seed: int, profile: Profile, span_ms: int) -> tuple[Mishap, ...]:
    """Return them in order; each kind has dice of its own, so another rate changes no other."""
    drawn = [
        trouble
        for woe, rate in profile.woes.items()
        for trouble in _of_woe(woe, rate, seed=seed, profile=profile, span_ms=span_ms)
    ]
    company = _company(_random(seed, profile.name, "company"), drawn, profile)
    return tuple(sorted(chain(drawn, company), key=lambda each: each.at_ms))


def _of_woe(
    woe: Woe, rate: float, *, seed: int, profile: Profile, span_ms: int
) -> Iterator[Mishap]:
    random = _random(seed, profile.name, woe)
    for at_ms in times_within(random, span_ms, rate=rate, per_ms=_HOUR_MS):
        is_early = random.random() < _EARLY
        early_ms = random.randrange(_FIRST_MS)
        yield from MISHAPS[woe](random, early_ms if is_early else at_ms, profile.symbols)


def _company(random: Random, drawn: Sequence[Mishap], profile: Profile) -> Iterator[Mishap]:
    """Let something else go wrong while a process is down, or while the next one starts."""
    for end in drawn:
        if not isinstance(end, Crash | Restart) or random.random() >= _COMPANY:
            continue
        woe = random.choice(tuple(profile.woes))
        begun_ms = end.at_ms + end.down_ms
        at_ms = random.choice(
            (random.randint(end.at_ms, begun_ms), begun_ms + between_ms(random, 1, 3_000))
        )
        yield from MISHAPS[woe](random, at_ms, profile.symbols)


def _shocks(seed: int, profile: Profile, span_ms: int) -> tuple[Shock, ...]:
    drawn = [
        shock
        for kind, rate in profile.shocks.items()
        for symbol in profile.symbols
        for shock in _of_kind(kind, rate, symbol, seed=seed, profile=profile, span_ms=span_ms)
    ]
    return tuple(sorted(drawn, key=lambda each: each.at_ms))


def _of_kind(  # one die for each symbol
    kind: ShockKind, rate: float, symbol: str, *, seed: int, profile: Profile, span_ms: int
) -> Iterator[Shock]:
    random = _random(seed, profile.name, f"{kind} {symbol}")
    times = times_within(random, span_ms, rate=rate, per_ms=_HOUR_MS)
    if kind is ShockKind.LISTED:
        times = times[:1] if symbol != profile.symbols[0] else []
    reach = _REACHES[kind]
    for at_ms in times:
        way = random.choice((-1, 1)) if reach.has_way else 1
        size = way * min(_MOST, random.uniform(reach.least, reach.most) * profile.violence)
        for_ms = between_ms(random, *reach.for_ms)
        yield Shock(at_ms=at_ms, kind=kind, symbol=symbol, size=round(size, 6), for_ms=for_ms)
