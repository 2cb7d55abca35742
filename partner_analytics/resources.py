"""Where the files that ship with the package are: in the wheel beside the code, in a checkout one folder up."""

from __future__ import annotations

from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a shipped file or folder, such as `resource("sql", "tables")`."""
    package = Path(__file__).parent
    inside = package.joinpath(*parts)
    return inside if inside.exists() else package.parent.joinpath(*parts)


def sql_texts(folder: str) -> dict[str, str]:
    """The SQL files of one folder of `sql/`: name without ending, and text, in the order of their names."""
    return {path.stem: path.read_text("utf-8") for path in sorted(resource("sql", folder).glob("*.sql"))}
