"""A run for programs: every figure under a name that stays."""

from collections.abc import Sequence

import msgspec

from noctule.performance.doubts import Doubt
from noctule.performance.summary import Summary

__all__ = ["json_form"]


def json_form(summary: Summary, doubts: Sequence[Doubt]) -> msgspec.Raw:
    """Write a run as JSON, which a larger document may hold as it is."""
    raise NotImplementedError(summary, doubts)
