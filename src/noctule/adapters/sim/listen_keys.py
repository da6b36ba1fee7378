"""The keys to the user data streams: one per account, alive while somebody extends it."""

from random import Random
from string import ascii_letters, digits
from typing import Final

from noctule.adapters.sim.model import Refusal

__all__ = ["ListenKeys"]

_ALPHABET: Final = ascii_letters + digits
_LENGTH: Final = 64


class ListenKeys:
    """At most one living listen key per account; times are real."""

    def __init__(self, *, life_ms: int, random: Random) -> None:
        self._life_ms = life_ms
        self._random = random
        self._keys: dict[str, str] = {}  # by account; as many as there are accounts
        self._owners: dict[str, str] = {}
        self._ends_ms: dict[str, int] = {}

    def open(self, account_key: str, now_ms: int) -> str:
        """Return the account's key, the living one if there is one, with a full life ahead."""
        listen_key = self._keys.get(account_key)
        if listen_key is None:
            listen_key = "".join(self._random.choices(_ALPHABET, k=_LENGTH))
            self._keys[account_key] = listen_key
            self._owners[listen_key] = account_key
        self._ends_ms[listen_key] = now_ms + self._life_ms
        return listen_key

    def extend(self, account_key: str, now_ms: int) -> str:
        """Give the account's living key a full life again."""
        if account_key not in self._keys:
            raise Refusal(-1125, "This listenKey does not exist.")
        return self.open(account_key, now_ms)

    def close(self, account_key: str) -> str | None:
        """End the account's key for every process that uses it, and return it."""
        listen_key = self._keys.pop(account_key, None)
        if listen_key is not None:
            del self._owners[listen_key], self._ends_ms[listen_key]
        return listen_key

    def of(self, account_key: str) -> str | None:
        """Return the account's living key."""
        return self._keys.get(account_key)

    def owner(self, listen_key: str) -> str | None:
        """Return the account that a living key belongs to."""
        return self._owners.get(listen_key)

    @property
    def due_ms(self) -> int | None:
        """Return when the first key ends if nobody extends it."""
        return min(self._ends_ms.values(), default=None)

    def ended(self, now_ms: int) -> list[str]:
        """Return the accounts whose keys nobody has extended in time."""
        return [self._owners[key] for key, end_ms in self._ends_ms.items() if end_ms <= now_ms]
