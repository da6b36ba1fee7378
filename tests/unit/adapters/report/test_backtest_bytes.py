from base64 import b64decode
from gzip import decompress

import numpy as np
import pytest

from noctule.adapters.report.backtest_bytes import folded, packed, planes


def test_what_was_packed_comes_out_again_and_equal_bytes_give_equal_letters() -> None:
    assert decompress(b64decode(packed(b"candles" * 99))) == b"candles" * 99
    assert packed(b"x") == packed(b"x")


def test_numbers_that_may_be_negative_are_folded_to_both_sides_of_nothing() -> None:
    assert folded(np.array([0, -1, 1, -2, 2])).tolist() == [0, 1, 2, 3, 4]


def test_planes_hold_the_lowest_bytes_first() -> None:
    assert planes(np.array([1, 0x01020304])) == bytes([1, 4, 0, 3, 0, 2, 0, 1])
    assert planes(np.array([], dtype=np.int64)) == b""


@pytest.mark.parametrize("number", [-1, 2**32])
def test_a_number_that_four_bytes_do_not_hold_is_a_mistake_of_ours(number: int) -> None:
    with pytest.raises(AssertionError, match=str(number)):
        planes(np.array([number]))
