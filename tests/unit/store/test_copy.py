"""A copy is read by tools that know an older DuckDB than ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from partner_analytics import Portfolio

OLDER = "PARTNER_ANALYTICS_OLDER_DUCKDB"
"""The variable that names the folder of an older DuckDB, as `.ci/run` installs it."""

ASK = """
import json, sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as copy:
    counts = copy.execute("select (select count(*) from customers), (select count(*) from actions), (select count(*) from loads)")
    said = counts.fetchall()[0]
    meant = copy.execute("select comment from duckdb_columns() where table_name = 'customers' and column_name = 'city'")
    print(json.dumps([duckdb.__version__, *said, meant.fetchall()[0][0]]))
"""


@pytest.mark.skipif(OLDER not in os.environ, reason=f"{OLDER} names no folder of an older DuckDB")
def test_a_copy_is_read_by_an_older_duckdb_with_all_that_it_holds(tmp_path: Path) -> None:
    demo = Portfolio.demo(tmp_path / "demo")
    copy = demo.copy(tmp_path / "results.duckdb")
    asked = subprocess.run(
        [sys.executable, "-c", ASK, str(copy)],
        env={**os.environ, "PYTHONPATH": os.environ[OLDER]},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    version, customers, actions, loads, meaning = json.loads(asked.stdout)
    assert version.startswith("1."), "an older one than ours"
    assert (customers, actions) == (43, demo.actions().frame.height)
    assert loads == demo.sql("select count(*) from loads_as_of(date '2026-11-02')").item()
    assert meaning == "The contact's city."
