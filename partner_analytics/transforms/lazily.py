"""Frames by name, each made when it is first asked for: what nobody asks for costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import polars as pl

__all__ = ["Lazily", "together"]


class Lazily(Mapping[str, pl.DataFrame]):
    """Frames by name, each made when it is first asked for, and kept then.

    Parameters
    ----------
    made
        For each name the frame, or what makes it.
    """

    def __init__(self, made: Mapping[str, pl.DataFrame | Callable[[], pl.DataFrame]]) -> None:
        self._made = dict(made)

    def __getitem__(self, name: str) -> pl.DataFrame:
        found = self._made[name]
        if not isinstance(found, pl.DataFrame):
            found = self._made[name] = found()
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def together(*all_of_it: Mapping[str, pl.DataFrame]) -> Lazily:
    """Frames of several kinds by name, of which later ones win; none is made for that."""
    return Lazily({name: _asked_of(frames, name) for frames in all_of_it for name in frames})


def _asked_of(frames: Mapping[str, pl.DataFrame], name: str) -> Callable[[], pl.DataFrame]:
    return lambda: frames[name]
