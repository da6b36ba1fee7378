"""What a page carries in few letters: gzip in base64, which unpack.js opens in the browser."""

from base64 import b64encode
from gzip import compress
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["folded", "packed", "planes"]

_LEVEL: Final = 9


def packed(content: bytes) -> str:
    """Write bytes as text; the same bytes give the same text on every machine and day."""
    return b64encode(compress(content, _LEVEL, mtime=0)).decode("ascii")


def folded(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Turn 0, -1, 1, -2 … into 0, 1, 2, 3 …, so that small numbers have small bytes."""
    return np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)


def planes(numbers: NDArray[np.int64]) -> bytes:
    """Write whole numbers as four planes of bytes, lowest first: alike bytes pack well."""
    assert numbers.min(initial=0) >= 0, f"{numbers.min()} has no plane"
    assert numbers.max(initial=0) < 2**32, f"{numbers.max()} needs more than four bytes"
    return numbers.astype("<u4").view(np.uint8).reshape(-1, 4).T.tobytes()
