"""The file channel."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from factories.records import an_alert
from treadle.monitoring.channels import CHANNELS
from treadle.monitoring.channels.file import FileChannel
from treadle.records import Alert
from treadle.settings import Alerts


def test_every_channel_loads_and_lives_in_its_room() -> None:
    for name in CHANNELS:
        assert CHANNELS.load(name).__module__.startswith("treadle.monitoring.channels.")


def test_one_line_an_alert_in_a_folder_made_for_it(tmp_path: Path) -> None:
    channel = FileChannel(Alerts(file="logs/alerts.jsonl"), tmp_path)
    sent = [an_alert(), an_alert(message="second\nline")]
    for each in sent:
        channel.send(each)
    lines = (tmp_path / "logs/alerts.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line, type=Alert) for line in lines] == sent


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "alerts.jsonl").mkdir()
    with pytest.raises(OSError):
        FileChannel(Alerts(file="alerts.jsonl"), tmp_path).send(an_alert())
