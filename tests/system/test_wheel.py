"""The wheel holds all that the product needs, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from tests.support.paths import ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        return set(content.namelist())


@pytest.mark.parametrize("folder", ["sql", "data/fixtures", "notebooks"])
def test_what_ships_beside_the_code_is_in_the_wheel(folder: str, names: set[str]) -> None:
    tracked = subprocess.run(["git", "ls-files", folder], cwd=ROOT, check=True, capture_output=True, text=True)
    files = tracked.stdout.split()
    assert files
    assert {f"partner_analytics/{file}" for file in files} <= names


def test_the_wheel_holds_every_file_of_the_package_and_no_test(names: set[str]) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "partner_analytics"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert set(tracked.stdout.split()) <= names
    assert not [name for name in names if "test" in name]
