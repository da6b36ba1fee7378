"""A run of the whole bot is replayed event by event, and whatever was changed in it is named."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from noctule.adapters.store.journal_records import RecordsLost, checksum_of, encoded
from noctule.app.cli.program import main
from noctule.app.replay.running import Outcome, replayed
from noctule.domain.errors import ConfigError, JournalCorrupt
from tests.fakes.recorded_run import change, kinds_of


def replay_of(path: Path, from_run: int | None = None) -> Outcome:
    """Replay what must be one run."""
    (outcome,) = replayed(
        path, from_run=from_run, home=path.parent, on_record=lambda _at, _last: None
    )
    return outcome


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_a_run_with_entries_exits_and_refusals_is_replayed_and_all_is_equal(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = kinds_of(recorded)
    assert kinds["PositionClosed"] >= 3
    assert kinds["SignalRefused"] >= 1
    assert main(["journal", "replay", str(recorded)]) == 0
    told = capsys.readouterr().out
    assert re.fullmatch(r"[\d,]+ events of run 1 replayed, all equal \(\d+ of them .*\)\n", told)


def test_all_that_the_engine_decided_was_compared(recorded: Path) -> None:
    kinds = kinds_of(recorded)
    ours = (
        *("SignalGenerated", "SignalRefused", "TradingAuthorized", "OrderRequested"),
        *("PositionChanged", "PositionProtected", "PositionClosed"),
    )
    assert replay_of(recorded).compared >= sum(kinds.get(each, 0) for each in ours)


def test_a_changed_candle_is_where_the_replay_differs(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken: list[dict[str, Any]] = []

    def alter(told: dict[str, Any]) -> bool:
        taken.append(told)
        if len(taken) < 30 or told["candle"]["timeframe"] != "1m":
            return False
        told["candle"]["close"] = told["candle"]["low"] = told["candle"]["close"] - 2_000
        return True

    number = change(store, "CandleClosed", alter)
    assert main(["journal", "replay", str(store), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    (run,) = document["runs"]
    assert not document["is_equal"]
    assert number <= run["divergence"]["number"] <= number + 60
    assert run["divergence"]["trace"].startswith("BTCUSDT:")


def test_a_changed_setting_of_the_strategy_is_found_by_what_it_says(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def alter(told: dict[str, Any]) -> bool:
        told["settings"]["strategy.slow"] = "9"
        return True

    change(store, "RunBegan", alter)
    assert main(["journal", "replay", str(store)]) == 1
    told = capsys.readouterr().out
    assert "SignalGenerated" in told
    assert "strategy sma_cross is not what it was" in told
    assert "run 1 differs after" in told


def test_a_changed_size_is_named_with_both_numbers(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def alter(told: dict[str, Any]) -> bool:
        told["request"]["quantity"] = "9.999"
        return True

    number = change(store, "OrderRequested", alter)
    assert main(["journal", "replay", str(store)]) == 1
    told = capsys.readouterr().out
    assert f"record {number} at 2023-11-1" in told
    assert re.search(r"request.quantity: expected 9.999, got 0\.\d+", told)


def test_an_order_that_was_taken_out_of_the_journal_is_missed(store: Path) -> None:
    execute(store, "DELETE FROM journal WHERE kind = 'PositionClosed'")
    divergence = replay_of(store).divergence
    assert divergence is not None
    assert "PositionClosed" in (divergence.expected, divergence.got)


def test_a_signal_that_nobody_would_have_made_is_told_with_nothing_against_it(store: Path) -> None:
    first = "SELECT min(number) FROM journal WHERE kind = 'CandleClosed'"
    execute(
        store,
        f"DELETE FROM journal WHERE kind = 'CandleClosed' AND number > ({first}) "
        "AND number < (SELECT min(number) FROM journal WHERE kind = 'SignalGenerated')",
    )
    divergence = replay_of(store).divergence
    assert divergence is not None
    assert divergence.expected is not None


def test_where_records_were_lost_the_replay_ends(store: Path) -> None:
    content = encoded(RecordsLost(at_ms=1, lost=3))
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(
            "UPDATE journal SET kind = 'RecordsLost', record = ?, checksum = ? WHERE number = 40",
            (content, checksum_of(content)),
        )
    divergence = replay_of(store).divergence
    assert divergence is not None
    assert divergence.number == 40
    assert [each.got for each in divergence.fields] == ["3 records were lost"]


def test_a_changed_record_whose_checksum_was_left_is_an_error_that_names_it(store: Path) -> None:
    execute(store, "UPDATE journal SET record = x'00' WHERE number = 40")
    with pytest.raises(JournalCorrupt, match="record 40"):
        replay_of(store)


@pytest.mark.parametrize("number", [0, 2])
def test_a_run_that_is_not_there_is_refused(recorded: Path, number: int) -> None:
    with pytest.raises(ConfigError, match="none of its 1 runs"):
        replay_of(recorded, from_run=number)


def test_a_run_of_a_version_that_recorded_too_little_is_refused(store: Path) -> None:
    execute(store, "DELETE FROM journal WHERE kind = 'DeedDone'")
    with pytest.raises(ConfigError, match="does not begin as this version"):
        replay_of(store)


def test_a_run_whose_beginning_a_newer_version_wrote_is_refused(store: Path) -> None:
    change(store, "RunBegan", lambda told: told.pop("fingerprint") != "")
    with pytest.raises(ConfigError, match="does not begin as this version"):
        replay_of(store)


def test_a_journal_whose_beginning_was_forgotten_is_refused(store: Path) -> None:
    execute(store, "DELETE FROM journal WHERE kind = 'RunBegan'")
    with pytest.raises(ConfigError, match="no run begins"):
        replay_of(store)


def test_several_runs_are_told_one_by_one_and_the_last_alone_if_none_is_named(
    store: Path,
) -> None:
    execute(
        store,
        "INSERT INTO journal (at_ms, elapsed_ms, queue, kind, trace, record, checksum) "
        "SELECT at_ms, elapsed_ms, queue, kind, trace, record, checksum FROM journal "
        "ORDER BY number",
    )
    found = list(replayed(store, from_run=1, home=store.parent, on_record=lambda _at, _last: None))
    assert [(each.run, each.divergence) for each in found] == [(1, None), (2, None)]
    assert replay_of(store).run == 2


def test_what_a_newer_version_wrote_is_counted(store: Path) -> None:
    execute(store, "UPDATE journal SET kind = 'MoonRose' WHERE kind = 'Reconciled'")
    assert replay_of(store).skipped == 1
