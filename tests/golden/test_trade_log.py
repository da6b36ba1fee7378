"""The trade log's schema cannot change unnoticed, in code or in its description."""

import re
from pathlib import Path
from typing import get_args

import msgspec

from noctule.adapters.store.trade_lines import TRADE_LINES, Costs, Stamps, TradeLine
from noctule.adapters.store.trade_log import SCHEMA_VERSION, encode
from noctule.domain.trade import ExitReason
from tests.golden.trade_log_lines import EXAMPLES

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "trade-log.md"


def test_every_event_is_written_as_published() -> None:
    golden = (HERE / "trade_log.jsonl").read_text().splitlines()
    assert [encode(line, "testnet") for line in EXAMPLES] == golden


def test_there_is_an_example_of_every_event() -> None:
    assert tuple(type(line) for line in EXAMPLES) == TRADE_LINES
    assert set(TRADE_LINES) == set(TradeLine.__subclasses__())


def test_names_and_types_of_the_schema_stay_as_published() -> None:
    golden = (HERE / "trade_log_schema.txt").read_text()
    assert golden == f"schema_version: {SCHEMA_VERSION}\n" + "".join(
        _described(kind) for kind in KINDS
    )


def test_the_words_for_an_exit_stay_as_published() -> None:
    words = [reason.value for reason in ExitReason]
    assert words == ["stop", "target", "signal", "flatten", "liquidation", "external"]
    (line,) = [line for line in DOCUMENT.read_text().splitlines() if "`exit_reason`" in line]
    assert [word for word in words if word not in line] == []


def test_the_document_names_every_event_and_key() -> None:
    text = DOCUMENT.read_text()
    for line in EXAMPLES:
        written = msgspec.json.decode(encode(line, "testnet"), type=dict[str, object])
        missing = [name for name in (str(written["event"]), *written) if f"`{name}`" not in text]
        assert missing == []
    for part in (Stamps, Costs):
        assert [name for name in part.__struct_fields__ if f"`{name}`" not in text] == []


KINDS: tuple[type[msgspec.Struct], ...] = (TradeLine, *TRADE_LINES, Stamps, Costs)


def _described(kind: type[msgspec.Struct]) -> str:
    shared = TradeLine.__struct_fields__ if kind in TRADE_LINES else ()
    fields = [field for field in msgspec.structs.fields(kind) if field.name not in shared]
    lines = [f"  {field.name}: {_type_name(field.type)}\n" for field in fields]
    return "".join([f"{kind.__struct_config__.tag or kind.__name__}\n", *lines])


def _type_name(kind: object) -> str:
    """Name a type without its modules, which may move."""
    if isinstance(kind, type) and not get_args(kind):
        return kind.__name__
    return re.sub(r"\w+\.", "", str(kind))
