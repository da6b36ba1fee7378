"""Where the recorded and documented examples of Binance's messages are, and what they look like."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.conformance.shapes import Shape, merged, shape_of

__all__ = ["DATA", "needs_data", "shapes"]

_BESIDE = Path(__file__).parents[2].parent / "shared" / "data"
DATA = Path(os.environ.get("RECORDED_DATA", _BESIDE))

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no recorded examples in {DATA} (set RECORDED_DATA)"
)


def shapes() -> dict[str, Shape]:
    """Return the shape of every example, by the name of its file below its collection."""
    return dict(sorted({**dict(_examples()), **_contracts(), **_feed()}.items()))


def _examples() -> Iterator[tuple[str, Shape]]:
    folder = DATA / "fixtures"
    for path in folder.rglob("*.json"):
        name = path.relative_to(folder).with_suffix("").as_posix()
        yield name, shape_of(_unpacked(msgspec.json.decode(path.read_bytes())))


def _unpacked(example: object) -> object:
    """Return what a combined stream or the WebSocket API wraps; the wrapping is tested apart."""
    match example:
        case {"stream": str(), "data": inner} | {"id": _, "result": inner}:
            return inner
        case _:
            return example


def _contracts() -> dict[str, Shape]:
    """Return the shape that all contracts of a whole exchangeInfo share."""
    path = next((DATA / "exchangeInfo").glob("um-testnet-*.json.gz"))
    whole = msgspec.json.decode(gzip.decompress(path.read_bytes()))
    return {"recorded/exchange_info": shape_of(whole)}


def _feed() -> dict[str, Shape]:
    """Return the shape of each kind of message in a recorded feed."""
    kinds: dict[str, list[Shape]] = {}
    for path in (DATA / "ws").glob("*.txt.gz"):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            message = _unpacked(msgspec.json.decode(line.split(b" ", 1)[1]))
            assert isinstance(message, dict)
            kinds.setdefault(f"recorded/{message.get('e', 'depth')}", []).append(shape_of(message))
    return {kind: merged(found) for kind, found in kinds.items()}
