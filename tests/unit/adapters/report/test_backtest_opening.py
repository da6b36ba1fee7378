from noctule.adapters.report.backtest_numbers import money, share
from noctule.adapters.report.backtest_opening import doubt_list, headline, tiles
from noctule.performance.doubts import Doubt, Gravity
from noctule.performance.summary import summarise
from tests.fakes.backtested import BTC, course_of, empty_course, facts, walk


def test_the_headline_says_what_when_and_by_which_hashes() -> None:
    written = headline(facts(title="<i>"))

    assert "<h1>&lt;i&gt;</h1>" in written
    assert "2023-01-01 00:00 to 2024-01-01 00:00 UTC" in written
    assert f"<code>{'deadbeef' * 2}</code>" in written
    assert "<code>c0ffeec0ffeec0ff</code>" in written


def test_doubts_come_with_their_weight_and_none_is_no_proof() -> None:
    doubt = Doubt(name="few", gravity=Gravity.GRAVE, text="Only 3 <trades>.", number=3)

    written = doubt_list([doubt])

    assert '<li class="grave"><b>grave</b>Only 3 &lt;trades&gt;.</li>' in written
    assert "That does not make the result true" in doubt_list([])


def test_the_first_figures_stand_beside_holding() -> None:
    summary = summarise(course_of({BTC: walk(60 * 288)}, trades=150))

    written = tiles(summary)

    tone = "up" if summary.profit > 0 else "down"
    assert summary.basket is not None
    assert (
        f'<li><span>Return</span><b class="{tone}">{share(summary.return_share)}</b>'
        f"<small>buy and hold: {share(summary.basket.return_share)}</small></li>"
    ) in written
    assert f'<b class="{tone}">{money(summary.profit)}</b>' in written
    assert "of 10\u202f000.00 to begin with" in written


def test_a_figure_that_cannot_be_told_says_why_in_its_tile() -> None:
    written = tiles(summarise(empty_course({BTC: walk(50)})))

    assert "<span>Sharpe ratio</span><b>–</b><small>needs 30 days" in written
    assert "<span>Net profit</span><b>0.00</b>" in written
