"""Where things stand in the tree."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FIXTURES: Final = ROOT / "data" / "fixtures"
NOTEBOOKS: Final = sorted((ROOT / "notebooks").glob("*.ipynb"))
STORES: Final = ROOT / "tests" / "unit" / "store" / "stores"
