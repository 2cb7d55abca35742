"""A version is called the same wherever it stands, and is tried with every Python that it names."""

from __future__ import annotations

import re
import tomllib
from datetime import date

from partner_analytics import __version__
from tests.support.paths import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
WORKFLOW = (ROOT / ".github" / "workflows" / "check.yml").read_text("utf-8")


def test_the_newest_version_of_the_changelog_is_that_of_the_package() -> None:
    sections = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert sections[0] == "Unreleased"
    versions = [re.fullmatch(r"(\d+\.\d+\.\d+) \((.+)\)", section) for section in sections[1:]]
    assert all(versions), sections
    assert versions[0] is not None
    assert versions[0][1] == __version__
    days = [date.fromisoformat(version[2]) for version in versions if version]
    assert days == sorted(days, reverse=True)


def test_the_workflow_runs_the_oldest_python_that_the_package_takes_and_all_after_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest = int(project["requires-python"].removeprefix(">=3."))
    for pythons in re.findall(r"python: \[(.+)\]", WORKFLOW):
        assert re.findall(r"\d+\.\d+", pythons) == [f"3.{minor}" for minor in range(oldest, 15)]


def test_the_workflow_runs_on_linux_what_runs_before_anything_lands_and_knows_every_system() -> None:
    assert "run: .ci/run" in WORKFLOW
    assert {"ubuntu", "windows", "macos"} <= set(re.findall(r"\b(\w+)-latest", WORKFLOW))
