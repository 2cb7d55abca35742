"""What the product promises, and the tests that prove it: writes `docs/reference/promises.md`.

A test that proves a promise is marked with its name, `@pytest.mark.promise("accounting")`.

    python -m tests.promises > docs/reference/promises.md
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

PROMISES: Final = {
    "Nothing is lost": {
        "accounting": "Every row read is accepted, quarantined with its line and a reason, or counted as a duplicate.",
        "refused": "A file that cannot be read is refused whole, in one sentence, and nothing of it is loaded.",
        "whole": "After a kill or a full disk a store, a page and every other file is there as before, or whole as after.",
        "own_files": "Only files that this product wrote, and that nobody has changed since, are replaced or removed.",
        "one_writer": "One process writes to a store; the others wait, and readers are never locked out.",
        "lasts": "Every version opens the stores of all versions before it, and `verify` reads a store to its last byte.",
        "erased": "After `erase` and `forget` the bytes are no longer in the store.",
    },
    "Nothing is invented": {
        "unknown": "What is not known is shown as unknown, and never as none, off or 0.",
        "contradiction": "Reports that contradict each other are not written, and the last good files stay.",
        "rules": "Every value of every report agrees with a second, separate reading of the rules.",
        "origin": "Every figure opens to its customers or rows, and a customer's card names file, line and day of each row.",
        "same_bytes": "The same exports, as of the same day, make the same bytes.",
        "sent_once": "A change at the vendor's is sent once, and what nobody knows is never said to be done.",
        "other_day": "An export that looks like that of another day, or like only a part, is said to.",
    },
    "Nothing leaks": {
        "packs": "A pack, a filtered portfolio and a filtered copy hold nobody else's customers.",
        "drafts": "A draft goes to the address of the export and to nobody else, whatever a name holds.",
        "names": "A name is never a path, a header, a query, markup, a formula or an escape sequence.",
        "queries": "A query reads the store's relations, and no file, no setting and no network.",
        "secrets": "A secret is in no file, argument, message or log, and goes to the host that it is for.",
        "private": "A store, and what is written from it, can be read by its owner alone.",
        "offline": "The page and the notebooks ask nothing of the network.",
    },
}
"""Each promise by its name, in a sentence, under what it belongs to."""

HEAD: Final = """# What is promised, and the tests that prove it

This page is written by `python -m tests.promises`; a test fails when it is out of date. What is not promised stands in
[SECURITY.md](../../SECURITY.md).
"""


def page() -> str:
    """The page: each promise with its tests, in the order of their files."""
    proofs = list(_proofs())
    lines = [HEAD]
    for title, promises in PROMISES.items():
        lines.append(f"## {title}\n")
        for name, sentence in promises.items():
            lines.append(f"**{sentence}**\n")
            lines.extend(
                f"- {test.replace('_', ' ')} ([{file}](../../tests/{file}))"
                for key, file, test in proofs
                if key == name
            )
            lines.append("")
    return "\n".join(lines)


def unproven() -> list[str]:
    """The promises that no test proves, and the marks that name no promise."""
    known = {name for promises in PROMISES.values() for name in promises}
    return sorted(known ^ {name for name, _, _ in _proofs()})


def _proofs() -> Iterator[tuple[str, str, str]]:
    """The name of a promise, and the file and the name of a test that is marked with it."""
    for path in sorted((ROOT / "tests").glob("**/test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.promise":
                    for name in mark.args:
                        yield (
                            ast.literal_eval(name),
                            str(path.relative_to(ROOT / "tests")),
                            node.name.removeprefix("test_"),
                        )


if __name__ == "__main__":
    sys.stdout.write(page())
