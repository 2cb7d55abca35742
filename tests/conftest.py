"""The browser that the page and the notebooks are looked at with, and the demo, which is loaded once for all tests."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from partner_analytics.portfolio import Portfolio
from partner_analytics.publish import copy_file
from tests.support.browsers import started

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MUST_HAVE = "PARTNER_ANALYTICS_REQUIRE_BROWSER"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium of this machine; without one its tests are skipped, unless they must not be."""
    with started() as found:
        if found is None:
            if os.environ.get(MUST_HAVE):
                pytest.fail(f"{MUST_HAVE} is set, and there is no Chromium")
            pytest.skip("there is no Chromium on this machine: nobody looks at the page")
        yield found


@pytest.fixture(scope="session", autouse=True)
def demo_loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give each test that asks for the demo a copy of its own; that it loads is seen where commands are typed."""
    loaded: list[Portfolio] = []

    def demo(folder: str | Path | None = None) -> Portfolio:
        if not loaded:
            loaded.append(load_demo(tmp_path_factory.mktemp("demo_once")))
        place = Path(folder if folder is not None else tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))
        return dataclasses.replace(loaded[0], db=copy_file(loaded[0].db, place))

    load_demo = Portfolio.demo
    demo.__doc__ = load_demo.__doc__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Portfolio, "demo", staticmethod(demo))
        yield
