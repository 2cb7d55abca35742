"""Addresses of mail, as they can stand in a header without quotes."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["ADDRESS"]

ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+"
ADDRESS: Final = re.compile(rf"(?=.{{1,64}}@)(?=.{{1,254}}\Z){ATOM}(\.{ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""An address as it can stand in a header without quotes. The question mark that the standard allows begins an encoded
word, and no customer has it."""
