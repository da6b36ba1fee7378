"""Everything that a trial says survives the way between two processes."""

from pathlib import Path

import msgspec
import pytest

from noctule.app.online.findings import failed
from noctule.app.workbench.messages import (
    Found,
    Message,
    Our,
    Progress,
    Told,
    TrialRequest,
    Wrong,
    read_message,
)


@pytest.mark.parametrize(
    "message",
    [
        Found(failed("time", "it did not come back", remedy="end every loop")),
        Progress(3, 10),
        Told("c0de"),
        Wrong(("--interval: '7m' is not a timeframe",)),
        Our("Traceback"),
    ],
)
def test_a_message_is_read_as_it_was_said(message: Message) -> None:
    assert read_message(msgspec.json.encode(message)) == message


def test_a_request_knows_the_file_and_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    request = TrialRequest(strategy="ideas/my_idea.py:MyIdea")
    assert (request.file, request.folder) == ("ideas/my_idea.py", tmp_path / "ideas")
    built_in = TrialRequest(strategy="sma_cross")
    assert (built_in.file, built_in.folder) == ("sma_cross", tmp_path)
