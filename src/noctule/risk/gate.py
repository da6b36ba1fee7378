"""What one check found: a gate that is open or not, with the numbers that decide it."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from noctule.domain.signals import Reason
from noctule.risk.case import EntryCase
from noctule.risk.limits import RiskLimits

__all__ = ["Check", "Gate", "percent"]


class Gate(Struct, frozen=True, kw_only=True):
    """One check's finding; its words read the same whether it lets the entry pass or not."""

    check: str
    is_open: bool
    words: Callable[[], str]  # written only for those who want to read them

    @property
    def text(self) -> str:
        """Return what it says, with the numbers that decide it."""
        return self.words()

    @property
    def reason(self) -> Reason:
        """Return it as a reason to refuse."""
        assert not self.is_open, f"{self.check} is open: {self.text}"
        return Reason(check=self.check, text=self.text)


Check: TypeAlias = Callable[[EntryCase, RiskLimits], Gate]


def percent(share: Decimal | float) -> str:
    """Write a share as people read it."""
    return f"{float(share) * 100:.4g} %"
