"""Who we are on a simulated exchange: all that a bot needs of it whose exchange is elsewhere."""

from hashlib import sha256

__all__ = ["sim_key_pair"]


def sim_key_pair(seed: int) -> tuple[str, str]:
    """Return a key and its secret: the same for the same seed, and good for nothing elsewhere."""
    return (
        sha256(f"simulated key {seed}".encode()).hexdigest(),
        sha256(f"simulated secret {seed}".encode()).hexdigest(),
    )
