"""Files of JSON, an object a line, that only grow: each line is whole or, after a kill, none."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from partner_analytics.safety.whole_files import PRIVATE_FILE

__all__ = ["add_line", "for_its_owner", "read_lines"]


def for_its_owner(path: str, flags: int) -> int:
    """Open a file that, where it is new, its owner alone can read."""
    return os.open(path, flags, PRIVATE_FILE)


def add_line(file: Path, said: Mapping[str, Any]) -> None:
    """Add an object, which is on the disk when this returns.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with open(file, "a", encoding="utf-8", opener=for_its_owner) as where:
        # What a kill has cut off ends here, and does not begin the next line.
        where.write("\n" + json.dumps(said, ensure_ascii=False) + "\n")
        where.flush()
        os.fsync(where.fileno())


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file; a line that was cut off or damaged is none, and neither is a file that cannot be read."""
    try:
        content = file.read_bytes()
    except OSError:
        return
    for line in content.split(b"\n"):
        try:
            said = json.loads(line) if line else None
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            yield said
