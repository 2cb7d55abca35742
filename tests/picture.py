"""The picture in the README: the page of the demo, as a browser shows it. Needs Chromium.

    python -m tests.picture

writes `docs/page.png`; a test fails when the page of today looks otherwise.
"""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from partner_analytics import Portfolio
from tests.support.browsers import started
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURE: Final = ROOT / "docs" / "page.png"
WIDTH, HEIGHT = 1440, 900
BLOCKS: Final = 24
"""Into how many parts a picture is cut, along each side, to be compared: another layout shows, another font does not."""

COMPARE: Final = """
async ([one, other, blocks]) => {
    const shades = await Promise.all([one, other].map(async (source) => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = new OffscreenCanvas(blocks, blocks).getContext("2d");
        canvas.imageSmoothingQuality = "high";
        canvas.drawImage(image, 0, 0, blocks, blocks);
        return canvas.getImageData(0, 0, blocks, blocks).data;
    }));
    const apart = shades[0].map((shade, at) => Math.abs(shade - shades[1][at]) > 24);
    return apart.reduce((sum, is) => sum + is, 0) / apart.length;
}
"""


def taken(browser: Browser, folder: Path) -> bytes:
    """A picture of the page of the demo, as PNG; the page is written into a folder."""
    portfolio = Portfolio.demo(folder)
    portfolio.publish(folder, formats=("html",))
    tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    tab.goto((folder / "index.html").as_uri())
    picture = tab.screenshot()
    tab.close()
    return picture


def difference(browser: Browser, one: bytes, other: bytes) -> float:
    """How much of two pictures differs clearly, from 0 to 1, seen from so far that no letter can be read."""
    tab = browser.new_page()
    sources = [f"data:image/png;base64,{base64.b64encode(picture).decode()}" for picture in (one, other)]
    found: float = tab.evaluate(COMPARE, [*sources, BLOCKS])
    tab.close()
    return found


def main() -> None:
    """Take the picture anew."""
    with started() as browser, tempfile.TemporaryDirectory() as folder:
        assert browser is not None, "there is no Chromium on this machine"
        PICTURE.write_bytes(taken(browser, Path(folder)))


if __name__ == "__main__":
    main()
