"""The only way to the terminal: results to stdout, messages to stderr, and no escape sequence of anybody to either."""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from partner_analytics.errors import PartnerAnalyticsError, UsageError
from partner_analytics.safety.visible import visible

LONGEST_INPUT = 10_000
"""How many characters of what another program writes are read."""


def prepare() -> None:
    """Let both streams take names in every alphabet, whatever encoding the terminal prefers."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def is_terminal() -> bool:
    """Whether somebody reads stdout; else it is a file, or another program does."""
    return sys.stdout.isatty()


def say(*lines: str) -> None:
    """Messages, on stderr: each is one line, whatever it quotes."""
    sys.stderr.write("".join(f"{visible(line)}\n" for line in lines))
    sys.stderr.flush()


def say_error(message: str, hint: str = "") -> None:
    """What went wrong, and what to do next, on stderr."""
    say(f"Error: {message}", *([f"Hint: {hint}"] if hint else []))


def say_what(error: PartnerAnalyticsError) -> None:
    """An error of ours, on stderr."""
    say_error(error.message, error.hint)


def print_text(*lines: str) -> None:
    """A result for somebody to read, on stdout: each is one line, whatever it quotes."""
    _print("\n".join(map(visible, lines)))


def print_data(text: str) -> None:
    """A result for a file or another program, on stdout: just as it is, unless it is a terminal that gets it."""
    if is_terminal():
        print_text(*text.split("\n"))
    else:
        _print(text)


def _print(text: str) -> None:
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads along, such as `head`, has had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise UsageError(f"The result cannot be written: {error.strerror}.", "make room, and ask again.") from error


@contextmanager
def progress_bar(size: int, label: str) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, where that is a terminal; what it gives is told how much more is done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=size, label=visible(label), file=sys.stderr) as bar:
        yield bar.update


@contextmanager
def counter(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr with the time left, where that is a terminal; what it gives is told how many of how many are done."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    with click.progressbar(length=1, label=visible(label), file=sys.stderr) as bar:

        def tell(done: int, of_all: int) -> None:
            bar.length = max(of_all, 1)
            bar.update(done - bar.pos)

        yield tell


@contextmanager
def unwarned() -> Iterator[None]:
    """Let no library of others warn in its own words; what matters of it is said as an error of ours."""
    with warnings.catch_warnings(action="ignore"):
        yield


def ask(plain: str, secret: str) -> tuple[str, str]:
    """What somebody types, the second unseen; where nobody sits there, the first two lines that another program writes."""
    if sys.stdin.isatty():
        said = click.prompt(plain, err=True), click.prompt(secret, hide_input=True, err=True)
        return str(said[0]).strip(), str(said[1]).strip()
    first, second = (*sys.stdin.read(LONGEST_INPUT).splitlines(), "", "")[:2]
    return first.strip(), second.strip()


def ask_secret(what: str) -> str:
    """What somebody types unseen; where nobody sits there, the first line that another program writes."""
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=True, err=True)).strip()
    return next(iter(sys.stdin.read(LONGEST_INPUT).splitlines()), "").strip()
