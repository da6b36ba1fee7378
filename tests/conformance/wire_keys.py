"""Write down which keys and types Binance's examples have: python -m tests.conformance.wire_keys.

Names and types only; the examples themselves stay where they are.
"""

from pathlib import Path
from typing import Final

import msgspec

from tests.conformance.fixtures import shapes
from tests.conformance.shapes import Shape

__all__ = ["GOLDEN", "golden", "written"]

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "wire_keys.json"


def golden() -> dict[str, Shape]:
    """Return what has been written down."""
    found: dict[str, Shape] = msgspec.json.decode(GOLDEN.read_bytes())
    return found


def written(found: dict[str, Shape]) -> bytes:
    """Return the file's content: one example a line."""
    lines = (
        msgspec.json.encode(name) + b": " + msgspec.json.encode(shape, order="sorted")
        for name, shape in sorted(found.items())
    )
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


if __name__ == "__main__":
    GOLDEN.write_bytes(written(shapes()))
