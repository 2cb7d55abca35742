"""The browser that the page and the notebooks are looked at with, and the demo, which is loaded once for all tests."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from partner_analytics.portfolio import Portfolio
from partner_analytics.publish import copy_file
from tests.support.browsers import started
from tests.support.effort import FULL

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MUST_HAVE = "PARTNER_ANALYTICS_REQUIRE_BROWSER"


# .ci/run has one answer for a commit; elsewhere chance goes on looking. A machine that is shared may be slow.
settings.register_profile("ours", derandomize=FULL, deadline=None)
settings.load_profile("ours")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test marked `sampled(n)` take n cases, evenly spaced, unless every proof is to be made at full count."""
    if FULL:
        return
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("sampled"):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left_out: set[pytest.Item] = set()
    for of_one in cases.values():
        mark = of_one[0].get_closest_marker("sampled")
        wanted = min(mark.args[0], len(of_one)) if mark else 0
        left_out |= set(of_one) - {of_one[position * len(of_one) // wanted] for position in range(wanted)}
    if left_out:
        config.hook.pytest_deselected(items=sorted(left_out, key=lambda item: item.nodeid))
        items[:] = [item for item in items if item not in left_out]


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
