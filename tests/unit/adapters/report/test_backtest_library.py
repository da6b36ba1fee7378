import re

from noctule.adapters.report.backtest_library import PARTS, our_script, plotly_script


def test_plotly_js_is_the_one_of_the_package_and_says_whose_it_is() -> None:
    script = plotly_script()

    assert "Licensed under the MIT license" in script[:200]
    assert len(script) > 1_000_000


def test_our_script_is_its_parts_in_order_and_none_is_forgotten() -> None:
    script = our_script()

    starts = ["unpackedText(id)", "function coloured", "function gathered", "class Market"]
    places = [script.index(each) for each in [*starts, "class TradeList", "async function start"]]
    assert places == sorted(places)
    assert len(PARTS) == 6


def test_our_script_cannot_end_the_element_it_stands_in_and_asks_for_nothing() -> None:
    script = our_script()

    assert not re.search(r"</script|<!--|fetch\(|XMLHttp|https?:|import\(|eval\(|innerHTML", script)
    assert "\r" not in script
