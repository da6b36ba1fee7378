from decimal import Decimal
from pathlib import Path

from noctule.app.recovery_terms import recovery_terms
from noctule.domain.values import Symbol, Timeframe
from noctule.reconcile.case import RecoveryTerms
from tests.fakes.home import config_at

INI = """\
[trading]
symbols = BTCUSDT, ETHUSDT
[risk]
stop_loss = 0.02
take_profit = 0.03
[strategy.trend]
name = sma_cross
symbols = ETHUSDT
[strategy.other]
name = sma_cross
symbols = BTCUSDT
"""


def test_positions_are_protected_as_the_configuration_says(tmp_path: Path) -> None:
    settings = config_at(tmp_path, ini=INI).load().settings

    assert recovery_terms(settings, account="abcdef") == RecoveryTerms(
        account="abcdef",
        strategies={Symbol("ETHUSDT"): "trend", Symbol("BTCUSDT"): "other"},
        stop_loss=Decimal("0.02"),
        take_profit=Decimal("0.03"),
        timeframe=Timeframe.M1,
    )
