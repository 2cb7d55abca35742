"""An engine that speaks Spark Connect, with several workers, as a process of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WORKERS: Final = 2
SLOTS: Final = 2
"""How many tasks a worker takes at once: sorting all customers takes two."""

SECONDS: Final = 60


@dataclass(frozen=True)
class RunningEngine:
    """An engine, and where it answers."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def running(
    workers: int = WORKERS, first_on_path: Path | None = None, cores: set[int] | None = None
) -> Iterator[RunningEngine]:
    """Run Sail with some workers.

    Parameters
    ----------
    first_on_path
        A folder in which its workers look for packages first.
    cores
        The cores that all its workers may use; by default all.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "SAIL_MODE": "local-cluster",
        "SAIL_CLUSTER__WORKER_INITIAL_COUNT": str(workers),
        "SAIL_CLUSTER__WORKER_MAX_COUNT": str(workers),
        "SAIL_CLUSTER__WORKER_TASK_SLOTS": str(SLOTS),
        **({"PYTHONPATH": str(first_on_path)} if first_on_path else {}),
        **({"POLARS_MAX_THREADS": str(len(cores))} if cores else {}),
    }
    sail = shutil.which("sail", path=str(Path(sys.executable).parent))
    assert sail, "there is no engine in this environment"
    process = subprocess.Popen(
        [sail, "spark", "server", "--port", str(port)],
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,  # noqa: PLW1509
    )
    try:
        _wait(port, process)
        yield RunningEngine(f"sc://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(SECONDS * 10):
        assert process.poll() is None, "the engine ended at once"
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the engine does not answer")
