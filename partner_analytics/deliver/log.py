"""The log of a job: one bounded file, with steps and counts, and neither secrets nor names of customers."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from partner_analytics.safety.visible import visible
from partner_analytics.safety.whole_files import PRIVATE_FILE

__all__ = ["logging_to"]

MOST_BYTES: Final = 500_000
"""So large a log may get; what is older is in one more file beside it."""


class _Private(RotatingFileHandler):
    """A log that its owner alone can read."""

    def _open(self):  # type: ignore[no-untyped-def]
        def for_its_owner(path: str, flags: int) -> int:
            return os.open(path, flags, PRIVATE_FILE)

        return open(self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=for_its_owner)


@contextmanager
def logging_to(file: Path) -> Iterator[Callable[[str], None]]:
    """What adds a line to a log, with the time."""
    handler = _Private(file, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.Logger(file.stem, logging.INFO)
    log.addHandler(handler)
    try:
        yield lambda sentence: log.info("%s", visible(sentence))
    finally:
        handler.close()
