"""A name, a value or a file can say what it likes: the terminal shows it, and obeys none of it."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import partner_analytics
from partner_analytics import Portfolio, QueryError, store
from partner_analytics.ask import questions
from partner_analytics.commands import load
from partner_analytics.commands import tables as printing
from partner_analytics.demo import DEMO_DAY
from partner_analytics.safety.visible import visible
from tests.support.terminal import typed

HOSTILE = "a\x1b[31mred\x1b]0;title\x07\x9b2Jgone\tb\nFORGED\rc\u202eevil\u2066\x7fz"
"""Colours, a window's title, a cleared screen, a column, a line, a line again, text backwards, a deletion."""

ACTS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
ID = "00000000-0000-4000-8000-00000000000{}"
PACKAGE = Path(partner_analytics.__file__).parent


def shown(said: subprocess.CompletedProcess[str] | str) -> str:
    """What a command says, none of which a terminal obeys, and no line of which somebody else wrote."""
    text = said if isinstance(said, str) else said.stdout + said.stderr
    assert not ACTS.search(text), ACTS.findall(text)
    assert not [line for line in text.split("\n") if line.startswith(("FORGED", "c\\u202e"))]
    assert "Traceback" not in text
    return text


def quoted(*cells: str) -> str:
    """A row of a CSV file."""
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of a customer of that name, which was read from a file of that name."""
    folder = tmp_path_factory.mktemp("hostile")
    export = folder / f"{HOSTILE}.csv"
    header = quoted("customer_id", "account_name", "city", "billing_type", HOSTILE, "state")
    export.write_text(
        header
        + quoted(ID.format(1), f"Lost?Letters {HOSTILE}", HOSTILE, "term", HOSTILE, "x")
        + quoted(ID.format(2), "Refused", "", HOSTILE, "", "")
        + quoted(HOSTILE, HOSTILE, "", "", "", ""),
        "utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def loaded(folder: Path) -> subprocess.CompletedProcess[str]:
    return typed(
        folder, "load", f"{HOSTILE}.csv", "--kind", "customers", "--snapshot-date", str(DEMO_DAY), at_terminal=True
    )


@pytest.fixture(scope="module")
def portfolio(folder: Path, loaded: subprocess.CompletedProcess[str]) -> Portfolio:
    return Portfolio(folder / "partner.duckdb", DEMO_DAY)


def ask(folder: Path, *words: str, at_terminal: bool = True) -> subprocess.CompletedProcess[str]:
    return typed(folder, "sql", "--as-of", str(DEMO_DAY), *words, at_terminal=at_terminal)


def test_a_load_shows_the_name_of_its_file_its_headers_and_its_refused_values(
    loaded: subprocess.CompletedProcess[str],
) -> None:
    text = shown(loaded)
    assert loaded.returncode == 0
    assert "columns that are not known, and were ignored" in text, "a header"
    assert "question mark inside a word" in text, "a warning with a name"
    assert "found 'a\\x1b[31m" in text, "a refused value"
    assert "\\x1b[31mred\\x1b]0;title\\x07\\x9b2Jgone\\tb\\nFORGED\\rc\\u202eevil\\u2066\\x7fz.csv  customers" in text
    assert len([line for line in loaded.stdout.split("\n") if line]) == 2, "one line of head, one of the file"


def test_a_load_that_cannot_read_a_file_and_its_accounting_as_json_show_its_name(folder: Path, tmp_path: Path) -> None:
    assert "x\\x1b[2J" in shown(typed(folder, "load", "x\x1b[2J\nFORGED.csv", at_terminal=True))
    assert shown(typed(folder, "load", os.fsdecode(b"x\x9b2J.csv"), at_terminal=True))
    (tmp_path / "y\x1b[2J\u202e.csv").write_text("customer_id,account_name\n" + ID.format(1) + ",Acme\n")
    said = typed(tmp_path, "load", "y\x1b[2J\u202e.csv", "--json", "--snapshot-date", str(DEMO_DAY), at_terminal=True)
    shown(said)
    (counts,) = json.loads(typed(tmp_path, "load", "y\x1b[2J\u202e.csv", "--json").stdout)
    assert counts["file"] == "y\x1b[2J\u202e.csv"


def test_the_cells_and_the_headers_of_a_table_stay_in_their_lines(portfolio: Portfolio) -> None:
    folder = portfolio.db.parent
    for at_terminal in (True, False):
        said = ask(folder, f'select city as "{HOSTILE}", account_name, 1 as n from customers', at_terminal=at_terminal)
        lines = shown(said).split("\n")
        assert len(lines) == 1 + 3 + 1 + 1 + 1, "borders, head, a row, how many"
        assert len({len(line) for line in lines[:3]}) == 1, "the columns stand below each other"
        assert "b\\nFORGED\\rc\\u202e" in said.stdout


def test_csv_and_json_are_just_the_data_but_at_a_terminal(portfolio: Portfolio) -> None:
    folder, query = portfolio.db.parent, 'select city as "x\x1b[2J" from customers'
    assert ask(folder, query, "--format", "csv", at_terminal=False).stdout == f'x\x1b[2J\n"{HOSTILE}"\n'
    (row,) = json.loads(ask(folder, query, "--format", "json", at_terminal=False).stdout)
    assert row == {"x\x1b[2J": HOSTILE}
    for form in ("csv", "json"):
        assert len(shown(ask(folder, query, "--format", form)).strip().split("\n")) == {"csv": 2, "json": 1}[form]


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has terminals that a test can open")
def test_a_real_terminal_gets_no_escape_sequence(portfolio: Portfolio) -> None:
    import pty

    parent, child = pty.openpty()
    command = [sys.executable, "-m", "partner_analytics", "sql", "select city from customers", "--format", "csv"]
    with subprocess.Popen(command, cwd=portfolio.db.parent, stdout=child, stderr=child, stdin=child) as process:
        os.close(child)
        content = b""
        while True:
            try:
                content += os.read(parent, 4096)
            except OSError:
                break
        process.wait(60)
    os.close(parent)
    assert "FORGED" in shown(content.decode().replace("\r\n", "\n"))


def test_a_question_shows_its_title_its_grain_and_its_parameters(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    hostile = questions.Question(
        HOSTILE, HOSTILE, HOSTILE, (questions.Parameter(HOSTILE, HOSTILE, HOSTILE),), "select 1"
    )
    monkeypatch.setattr(questions, "questions", lambda: (hostile,))
    said = typed(folder, "sql", "--list", at_terminal=True)
    assert len(shown(said).strip().split("\n")) == 3


def test_explain_shows_the_file_its_headers_and_its_values(folder: Path, portfolio: Portfolio) -> None:
    text = shown(typed(folder, "explain", f"{HOSTILE}.csv", at_terminal=True))
    assert text.count("FORGED") > 4
    shown(portfolio.explain(folder / f"{HOSTILE}.csv"))


def test_the_refused_rows_show_their_values_and_reasons(portfolio: Portfolio) -> None:
    assert "FORGED" in shown(ask(portfolio.db.parent, "--question", "refused_rows"))


def test_written_files_show_their_names(portfolio: Portfolio) -> None:
    folder, day = portfolio.db.parent, str(DEMO_DAY)
    for words in (
        ("copy", f"copy {HOSTILE}.duckdb", "--as-of", day),
        ("quarantine", "--out", f"refused {HOSTILE}.csv"),
        ("report", "protection_status", "--as-of", day, "--format", "csv", "--out", f"out {HOSTILE}"),
        ("notebooks", f"notebooks {HOSTILE}"),
    ):
        said = typed(folder, *words, at_terminal=True)
        assert said.returncode == 0, said.stderr
        assert "FORGED" in shown(said)


@pytest.mark.sampled(0)
def test_an_error_shows_what_it_quotes(portfolio: Portfolio, tmp_path: Path) -> None:
    folder = portfolio.db.parent
    for words in (
        ("sql", f'select "{HOSTILE}" from customers'),
        ("sql", f'from "{HOSTILE}"'),
        ("sql", f'select "{HOSTILE}"(1)'),
        ("sql", f"select cast('{HOSTILE}' as int)"),
        ("sql", f"select {HOSTILE}"),
        ("sql", "select 1", "-p", HOSTILE),
        ("sql", "select 1", "-p", f"{HOSTILE}=1"),
        ("sql", "--question", HOSTILE),
        ("sql", "--question", "ends_soon", "-p", f"days={HOSTILE}"),
        ("sql", "select 1", "--db", f"no {HOSTILE}"),
        ("sql", "select 1", "--as-of", HOSTILE),
        ("sql", "select 1", "--format", HOSTILE),
        ("report", HOSTILE),
        ("report", f"--{HOSTILE}"),
        ("load", "x.csv", "--kind", HOSTILE),
        (HOSTILE,),
        ("check", f"no {HOSTILE}.toml"),
        ("copy", "x.duckdb", "--db", HOSTILE),
    ):
        said = typed(folder, *words, at_terminal=True)
        assert said.returncode not in (0, 1), words
        assert len(shown(said).strip().split("\n")) <= 3, "when, what, and what to do"


def test_an_error_in_python_and_in_a_notebook_shows_what_it_quotes(portfolio: Portfolio) -> None:
    with pytest.raises(QueryError) as refused:
        portfolio.sql(f'select "{HOSTILE}" from customers')
    assert "FORGED" in shown(str(refused.value))
    lines = refused.value._render_traceback_()
    assert len(lines) == 2
    shown("".join(lines))


def test_settings_that_are_not_understood_are_shown(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('"x\\u001b[2J\\nFORGED" = 1\n[words]\n"\\u009b2J" = "\\u001b]0;x"\n')
    said = typed(tmp_path, "check", "s.toml", at_terminal=True)
    assert said.returncode == 13
    shown(said)


def test_a_card_shows_a_customer_as_text(portfolio: Portfolio) -> None:
    card = portfolio.customer(ID.format(1))
    assert "FORGED" in shown(str(card))
    assert "FORGED" in shown(repr(card))


def test_who_writes_to_the_store_is_shown(portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "writer", lambda _: f"process {HOSTILE} has been writing to it")
    assert "FORGED" in shown(ask(portfolio.db.parent, "select 1"))


def test_a_bar_moves_the_cursor_and_does_nothing_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "LARGE", 0)
    said = typed(folder, "load", f"{HOSTILE}.csv", "--db", "bar.duckdb", "--kind", "customers", at_terminal=True)
    assert "Reading" in said.stderr
    shown(re.sub(r"\r|\x1b\[\?25[lh]|\x1b\[K", "", said.stderr))


def test_names_in_every_alphabet_are_shown_as_they_are() -> None:
    for name in ("Ünal & Söhne", "株式会社　例", "شركة\u200cمثال", "👩\u200d💻 Inc", "a\xa0b", "नमस्ते", "Ω≠–“x”"):
        assert visible(name) == name
    assert visible("a\tb\nc\x1b\x9b\u202e\u2028\udc9b\u200b") == "a\\tb\\nc\\x1b\\x9b\\u202e\\u2028\\udc9b\\u200b"


@pytest.mark.promise("names")
@given(st.text())
def test_no_text_does_more_than_to_be_seen(text: str) -> None:
    assert not ACTS.search(visible(text))
    assert "\n" not in visible(text)
    assert visible(visible(text)) == visible(text)


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=3), st.text(st.characters(codec="utf-8")))
def test_any_cell_and_any_header_of_a_table_is_one_line(cells: list[str], header: str) -> None:
    lines = printing._in_lines(pl.DataFrame({header: cells, header + "\x1b": cells, header + "\\x1b": cells}))
    for text in (*lines.columns, *lines.to_series(0)):
        assert "\n" not in text
        assert not ACTS.search(text)


@pytest.mark.promise("names")
def test_nothing_is_printed_but_by_the_one_module_that_prints() -> None:
    """Only `terminal.py` writes to the terminal, so that no other place has to think of it."""
    writers = {"echo", "secho", "echo_via_pager", "progressbar", "prompt", "confirm", "style", "pause", "clear"}
    streams = {"stdout", "stderr", "__stdout__", "__stderr__"}
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="print")):
                    found.append((path.name, "print"))
                case ast.Attribute(value=ast.Name(id="click"), attr=attr) if attr in writers:
                    found.append((path.name, attr))
                case ast.Attribute(value=ast.Name(id="sys"), attr=attr) if attr in streams:
                    found.append((path.name, attr))
                case ast.ImportFrom(module="click" | "sys", names=names):
                    found += [(path.name, name.name) for name in names if name.name in writers | streams]
                case ast.Import(names=names):
                    found += [
                        (path.name, name.name) for name in names if name.name in ("logging", "warnings", "traceback")
                    ]
    assert {name for name, _ in found} == {"terminal.py"}
