"""A Parquet column as the text that a .csv file would have."""

from typing import TYPE_CHECKING

import pyarrow

if TYPE_CHECKING:
    from pyarrow import Array

__all__ = ["texts_of"]


def texts_of(column: "Array") -> list[str]:
    """Write moments as milliseconds, numbers as short as they can be, what is missing as ""."""
    if pyarrow.types.is_timestamp(column.type):
        as_ms = pyarrow.timestamp("ms", tz=column.type.tz)
        column = column.cast(as_ms, safe=False).cast(pyarrow.int64())
    return [text or "" for text in column.cast(pyarrow.string()).to_pylist()]
