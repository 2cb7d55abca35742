"""Python in a process of its own: if that process fails, this one goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
"""The environment variables that Python needs; the process sees only these."""


def started(module: str) -> subprocess.Popen[bytes]:
    """A process that runs `main` of a module, and is spoken to by its stdin and stdout."""
    return subprocess.Popen(  # noqa: S603 - modules of our own
        [sys.executable, "-P", "-c", f"from {module} import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in KEPT if name in os.environ}
        | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"},
        start_new_session=True,
    )


def limit_memory(further: int) -> None:
    """Let the operating system refuse this process more than so many bytes beyond what it has now; where it can."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
    except (ImportError, OSError):
        return
    now = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (now + further, now + further))
