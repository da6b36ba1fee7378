"""The structs behind the trade log."""

from typing import cast

import msgspec
import pytest

from noctule.adapters.store.trade_lines import PositionClosed
from noctule.domain.values import quote
from tests.golden.trade_log_lines import EXAMPLES


def test_a_closed_position_whose_sums_do_not_meet_is_a_bug() -> None:
    closed = next(line for line in EXAMPLES if isinstance(line, PositionClosed))
    assert closed.net_pnl == quote("12.2188792")
    with pytest.raises(AssertionError, match=r"13 is not 12\.80 - 0\.51712080 \+ -0\.064"):
        msgspec.structs.replace(closed, net_pnl=quote("13"))


def test_every_event_has_a_name_of_its_own() -> None:
    names = [cast("str", line.__struct_config__.tag) for line in EXAMPLES]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() for name in names)
