"""A new kind of export is one record, one table and one migration, as CONTRIBUTING says: tried in a copy of the tree."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from partner_analytics.store.migrations import newest
from tests.support.paths import FIXTURES, ROOT

DAY = "2026-11-02"
ANNA = "00000000-0000-4000-8000-000000000001"

RECORD = """
SITES: Final = Kind(
    name="sites",
    label="sites",
    export="site",
    grain="site",
    key=("site_id", "customer_id"),
    defaults={"opened_on": SNAPSHOT_DATE},
    not_before={"closed_on": "opened_on"},
    columns={
        "site_id": text("The site's id.", "site", is_required=True),
        "customer_id": customer_id(),
        "size": word("How large it is.", ("small", "large"), "Größe"),
        "desks": count("How many desks it has.", unit="desks"),
        "opened_on": day("The day on which it was opened."),
        "closed_on": day("The day on which it was closed."),
    },
)

KINDS: Final"""

TABLE = """\
-- One row per content that a site has had: however often it was exported, it stands here once.
create table sites_rows (
    row_id bigint not null,
    fingerprint ubigint not null,
    site_id varchar not null,
    customer_id varchar not null,
    size varchar,
    desks bigint,
    opened_on date not null,
    closed_on date
);
"""

EXPORT = f"""\
Site,Tenant,Größe,Desks,Opened on,Closed on
north,{ANNA},LARGE,12,2026-01-31,
south,{ANNA},small,,,
south,{ANNA},small,,,
east,{ANNA},huge,3,,
west,{ANNA},small,1,2026-05-31,2026-05-01
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with the kind `sites`."""
    copy = tmp_path_factory.mktemp("tree")
    for folder in ("partner_analytics", "sql"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    kinds = copy / "partner_analytics" / "schemas" / "kinds.py"
    text = kinds.read_text("utf-8").replace("\nKINDS: Final", RECORD, 1)
    kinds.write_text(text.replace("        CUSTOMERS,\n", "        CUSTOMERS,\n        SITES,\n", 1), "utf-8")
    (copy / "sql" / "tables" / "sites_rows.sql").write_text(TABLE, "utf-8")
    (copy / "sql" / "migrations" / f"{newest() + 1}_sites.sql").write_text(TABLE, "utf-8")
    return copy


TYPIST = """
import json, sys
from pathlib import Path
from partner_analytics.as_of.dictionary import dictionary
from tests.support.terminal import typed

results = [typed(Path(), *words) for words in json.load(sys.stdin)]
print(json.dumps([[one.returncode, one.stdout, one.stderr] for one in results] + [dictionary()]))
"""


def typed_in(tree: Path, folder: Path, *commands: tuple[str, ...]) -> list[Any]:
    """Exit code, stdout and stderr of commands that are typed in a folder, with the code of a tree; then its dictionary."""
    process = subprocess.run(
        [sys.executable, "-P", "-c", TYPIST],
        env=os.environ | {"PYTHONPATH": f"{tree}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=folder,
        input=json.dumps(commands),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return list(json.loads(process.stdout))


@pytest.mark.sampled(0)
def test_an_export_of_a_new_kind_is_accounted_for_asked_in_sql_and_erased(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(EXPORT, "utf-8")
    older, _ = typed_in(ROOT, tmp_path, ("load", str(FIXTURES / "customers.csv"), "--snapshot-date", DAY))
    assert older[0] == 0, older[2]
    query = (
        "select site_id, size, desks, opened_on, account_name is not null as is_known "
        f"from sites_as_of(date '{DAY}') join customers using (customer_id) order by 1"
    )
    count = ("sql", "select count(*) as n from sites_history", "--format", "csv")
    loaded, asked, verified, erased, left, help_text, page = typed_in(
        tree,
        tmp_path,
        ("load", "export.csv", "--snapshot-date", DAY, "--json"),
        ("sql", query, "--as-of", DAY, "--format", "csv"),
        ("verify",),
        ("erase", ANNA, "--yes"),
        count,
        ("load", "--help"),
    )
    assert loaded[0] == 0, loaded[2]
    (accounting,) = json.loads(loaded[1])
    assert (accounting["kind"], accounting["rows_read"], accounting["accepted"]) == ("sites", 5, 2)
    assert (accounting["quarantined"], accounting["duplicates"]) == (2, 1)
    assert "`closed_on` lies before the opened on, 2026-05-31; found '2026-05-01'" in loaded[2]
    assert "`size` must be one of small, large; found 'huge'" in loaded[2]
    assert asked == [
        0,
        f"site_id,size,desks,opened_on,is_known\nnorth,large,12,2026-01-31,true\nsouth,small,,{DAY},true\n",
        "",
    ]
    assert verified[0] == 0, verified[1]
    assert "sites: 2 rows of 1 day" in erased[1]
    assert left[1] == "n\n0\n"
    assert "sites" in help_text[1]
    assert "One row per site, by site_id, customer_id and snapshot day." in page
    assert "| desks | bigint | desks | `desks` | How many desks it has. |" in page
