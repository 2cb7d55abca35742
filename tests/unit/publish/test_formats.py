"""The formats that reports are written in: each one record, which the command line and `publish` read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import reload
from pathlib import Path

import pytest

from partner_analytics import Portfolio, Report, UsageError
from partner_analytics.commands import report as command
from partner_analytics.publish import formats, write_reports
from partner_analytics.publish.formats import Format
from tests.support.frames import basis_of, built, frame_of
from tests.support.terminal import typed


def lines(reports: Sequence[Report], _version: str) -> Mapping[str, bytes]:
    return {"headlines.txt": "\n".join(report.headline for report in reports).encode()}


def test_a_new_format_is_one_function_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, Format("txt", "the headlines", lines)))
    demo = Portfolio.demo(tmp_path)
    written = demo.publish(tmp_path / "out", "actions", "renewals", formats=("txt", "csv"))
    assert [file.name for file in written[-2:]] == ["headlines.txt", "manifest.json"]
    first, second = (tmp_path / "out" / "headlines.txt").read_text("utf-8").split("\n")
    assert "to do by Sunday" in first
    assert "paid licenses end" in second
    # It is one of ours: a later run without it takes it away.
    demo.publish(tmp_path / "out", "actions", formats=("csv",))
    assert not (tmp_path / "out" / "headlines.txt").exists()
    with pytest.raises(UsageError) as refused:
        demo.publish(tmp_path / "out", formats=("pdf",))
    assert refused.value.hint == "formats are: csv, html, ics, txt, xlsx."


def test_the_command_line_offers_every_format_and_says_what_each_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(formats, "FORMATS", (*formats.FORMATS, Format("txt", "the headlines", lines)))
        (option,) = (one for one in reload(command).report.params if one.name == "wanted")
        assert tuple(option.type.choices) == ("csv", "html", "ics", "txt", "xlsx")
        assert "txt: the headlines" in option.help
    reload(command)
    said = re.sub(r"\s+", " ", typed(tmp_path, "report", "--help").stdout)
    for one in formats.FORMATS:
        assert f"{one.name}: {one.is_for}" in said
    assert "By default csv, html, ics." in said


@pytest.mark.parametrize("name", ["../x.csv", "/x", "X.csv", "a b.csv", ""])
def test_a_format_writes_no_file_that_a_later_run_would_not_know_as_ours(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "FORMATS", (Format("txt", "a file", lambda _reports, _version: {name: b""}),))
    report = built("actions", frame_of("actions"), basis_of())
    with pytest.raises(UsageError, match="Expected names of files in lower case letters"):
        write_reports([report], tmp_path / "out", "txt", version="1")
    assert not (tmp_path / "out").exists()
