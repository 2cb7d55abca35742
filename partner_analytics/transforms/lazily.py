"""Frames by name, each made when it is first asked for: what nobody asks for costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

import polars as pl

from partner_analytics.transforms.coding import as_text

__all__ = ["Lazily", "some_columns", "together"]


class Made:
    """A frame, or what makes it: made when it is first asked for, and kept then.

    Parameters
    ----------
    make
        Gives the frame, in which ids and words may be numbers.
    """

    def __init__(self, make: Callable[[], pl.DataFrame]) -> None:
        self._make = make
        # A cached property would let other threads wait, until Python 3.12 even those that make other frames.
        self._coded: pl.DataFrame | None = None
        self._text: pl.DataFrame | None = None

    @property
    def coded(self) -> pl.DataFrame:
        """The frame as it was made."""
        if self._coded is None:
            self._coded = self._make()
        return self._coded

    @property
    def text(self) -> pl.DataFrame:
        """The frame with ids and words as text."""
        if self._text is None:
            self._text = as_text(self.coded)
        return self._text


class Lazily(Mapping[str, pl.DataFrame]):
    """Frames by name, each made when it is first asked for, and kept then; ids and words are text.

    Parameters
    ----------
    made
        For each name the frame, or what makes it.
    """

    def __init__(self, made: Mapping[str, Callable[[], pl.DataFrame] | Made]) -> None:
        self.made = {name: one if isinstance(one, Made) else Made(one) for name, one in made.items()}

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.made[name].text

    def __contains__(self, name: object) -> bool:
        # A mapping would make the frame to see whether there is one.
        return name in self.made

    def __iter__(self) -> Iterator[str]:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)


def together(*all_of_it: Mapping[str, pl.DataFrame]) -> Lazily:
    """Frames of several kinds by name, of which later ones win; none is made for that."""
    return Lazily({name: _made(frames, name) for frames in all_of_it for name in frames})


def some_columns(frames: Mapping[str, pl.DataFrame], name: str, columns: Collection[str]) -> pl.DataFrame:
    """Of one of some frames the columns of these names that it has; ids and words may be numbers."""
    coded = _made(frames, name).coded
    return coded.select(column for column in coded.columns if column in columns)


def _made(frames: Mapping[str, pl.DataFrame], name: str) -> Made:
    return frames.made[name] if isinstance(frames, Lazily) else Made(lambda: frames[name])
