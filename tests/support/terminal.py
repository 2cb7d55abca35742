"""Commands as somebody types them, run in the process of the test: to start one for each would take longer than they do.

That a command is a process, with an environment and a terminal, is seen in `test_command_line`.
"""

from __future__ import annotations

import io
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from partner_analytics.commands.program import main


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


def typed(folder: Path, *words: str | Path, at_terminal: bool = False) -> CompletedProcess[str]:
    """What a command says and how it ends, when it is typed in a folder; both streams go to files, or to a terminal."""
    kind = Terminal if at_terminal else io.StringIO
    out, err = kind(), kind()
    with chdir(folder), redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    return CompletedProcess(words, int(end.value.code or 0), out.getvalue(), err.getvalue())
