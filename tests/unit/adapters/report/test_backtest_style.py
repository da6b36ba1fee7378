import re

from noctule.adapters.report.backtest_style import REPORT_STYLE


def test_nothing_is_fetched_and_braces_are_balanced() -> None:
    assert not re.search(r"url|@import|http", REPORT_STYLE)
    assert REPORT_STYLE.count("{") == REPORT_STYLE.count("}")


def test_it_prints_by_day_and_fits_a_phone() -> None:
    assert ":root.printed" in REPORT_STYLE
    assert "@media print" in REPORT_STYLE
    assert "@media (max-width: 700px)" in REPORT_STYLE


def test_the_rules_of_our_own_pictures_leave_those_of_plotly_alone() -> None:
    assert "svg {" not in REPORT_STYLE
