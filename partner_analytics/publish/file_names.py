"""Names of customers and people as parts of file names."""

from __future__ import annotations

import polars as pl

__all__ = ["one_line", "slugs"]


def one_line(text: pl.Expr) -> pl.Expr:
    """A text that stays on one line: nobody's name ends a header, or begins another."""
    return text.fill_null("").str.replace_all(r"[\s\p{C}]+", " ").str.strip_chars()


def slugs(name: pl.Expr, otherwise: str) -> pl.Expr:
    """Names as parts of file names that every system takes: `Ünal & Söhne` is `unal-sohne`.

    Parameters
    ----------
    otherwise
        What stands for a name without a Latin letter or a digit.
    """
    plain = (
        name.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "-")
    )
    return plain.str.strip_chars("-").str.slice(0, 40).str.strip_chars("-").replace("", otherwise)
