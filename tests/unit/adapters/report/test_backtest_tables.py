import re

from noctule.adapters.report.backtest_tables import (
    grid,
    group_table,
    measure_table,
    month_table,
    pairs_table,
)
from noctule.performance.equity import Month
from noctule.performance.summary import summarise
from tests.fakes.backtested import BTC, course_of, empty_course, walk


def month(number: int, share: float | None, *, year: int = 2023) -> Month:
    return Month(year=year, month=number, profit=100 * (share or 0), share=share)


def cells(markup: str) -> list[str]:
    return re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", markup)


def test_a_row_is_a_year_of_twelve_months_and_what_they_made_together() -> None:
    written = month_table([month(11, 0.1), month(12, -0.5), month(1, 0.0, year=2024)])

    rows = [cells(row) for row in written.split("<tr>")[2:]]
    assert rows == [
        ["2023", *[""] * 10, "10.00", "−50.00", "−45.00"],
        ["2024", "0.00", *[""] * 11, "0.00"],
    ]
    assert 'class="number heat up" style="--heat:40%" title="10.00 in quote currency"' in written
    assert 'class="number heat down" style="--heat:60%"' in written


def test_a_month_that_began_with_nothing_has_no_share_nor_has_its_year() -> None:
    written = month_table([month(1, None)])

    assert cells(written)[-13:] == ["–", *[""] * 11, "–"]
    assert month_table([]) == '<p class="quiet">There was no month.</p>'


def test_groups_stand_under_their_kind_and_all_trades_at_the_end() -> None:
    summary = summarise(course_of({BTC: walk(5_000)}, trades=40))

    found = cells(group_table(summary))

    assert [each for each in found if each in {"Symbol", "Side", "Strategy", "Exit by"}] == [
        *("Symbol", "Side", "Strategy", "Exit by")
    ]
    assert found[-13:-11] == ["All trades", "40"]
    assert {"BTCUSDT", "LONG", "SHORT", "ict", "sma_cross", "stop", "target"} <= set(found)


def test_without_trades_only_the_line_of_all_is_left() -> None:
    found = cells(group_table(summarise(empty_course({BTC: walk(50)}))))

    assert "Symbol" not in found
    assert found[-13:-11] == ["All trades", "0"]


def test_numbers_stand_to_the_right_and_the_first_cell_names_its_row() -> None:
    written = grid(("File", "Rows"), [("a <b>", "12"), ("c", "−3")], caption="Files")

    assert '<th scope="row">a &lt;b&gt;</th><td class="number">12</td>' in written
    assert '<th scope="col" class="number">Rows</th>' in written
    assert '<caption class="unseen">Files</caption>' in written
    assert "<tbody></tbody>" in grid(("File",), [], caption="Files")


def test_every_figure_stands_beside_how_it_is_reckoned() -> None:
    written = measure_table(summarise(course_of({BTC: walk(5_000)}, trades=40)))

    assert '<th scope="row">Calmar ratio</th>' in written
    assert '<td class="quiet">CAGR / maximum drawdown.</td>' in written


def test_pairs_are_rows_and_none_is_said_in_words() -> None:
    assert "<td>0.01</td>" in pairs_table([("risk", "0.01")], caption="c", empty="none")
    assert pairs_table([], caption="c", empty="none") == '<p class="quiet">none</p>'
