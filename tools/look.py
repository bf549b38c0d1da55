"""Look at a report as its readers will: on a desk, on a phone, without colour and on paper.

    python tools/look.py out/report.html pictures/

Writes pictures of the page at three widths (``desk``, ``phone``, ``smallest``), of its first screen, of it without
colour (``grey``), a PDF and a picture of each of its pages. Leaves with exit status 1 where the page writes to the
console, asks for anything, or is wider than its window. Needs Chromium on the machine, the package playwright, and
pdftoppm (Debian: chromium, poppler-utils).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

WINDOWS = {"desk": (1280, 900), "phone": (390, 844), "smallest": (320, 640)}
# How a Chromium is started; tests and benchmarks take them from here.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What reaches past the window without a box of its own to scroll in.
TOO_WIDE = """() => {
  const end = document.documentElement.clientWidth + 1;
  if (document.documentElement.scrollWidth > end) return ["the page scrolls sideways"];
  return [...document.querySelectorAll("body *")]
    .filter(e => !e.closest(".scroll, pre, svg, .skip") && e.getBoundingClientRect().right > end)
    .map(e => e.tagName + " " + (e.id || e.className));
}"""


def look(report: Path, into: Path) -> list[str]:
    """Take all pictures; return what is wrong."""
    from playwright.sync_api import sync_playwright

    into.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, (width, height) in WINDOWS.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            _listen(page, report, faults)
            page.goto(report.resolve().as_uri())
            faults += [f"{name}: {what}" for what in page.evaluate(TOO_WIDE)]
            page.screenshot(path=into / f"{name}.png", full_page=True)
            if name == "desk":
                page.screenshot(path=into / "first_screen.png")
                _on_paper(page, into)
                _without_colour(page, into)
        browser.close()
    return faults


def _listen(page: Page, report: Path, faults: list[str]) -> None:
    """Note every message and every request but the one for the report."""
    own = report.resolve().as_uri()
    page.on("console", lambda message: faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((own, "data:")) else faults.append(f"request: {asked.url}"),
    )


def _without_colour(page: Page, into: Path) -> None:
    """Show the page to an eye that sees no colour."""
    page.context.new_cdp_session(page).send("Emulation.setEmulatedVisionDeficiency", {"type": "achromatopsia"})
    page.screenshot(path=into / "grey.png", full_page=True)


def _on_paper(page: Page, into: Path) -> None:
    page.pdf(path=into / "report.pdf", prefer_css_page_size=True, tagged=True, outline=True)
    subprocess.run(["pdftoppm", "-r", "60", "-png", into / "report.pdf", into / "page"], check=True)


def main() -> int:
    """Run from the command line."""
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    faults = look(Path(sys.argv[1]), Path(sys.argv[2]))
    print("\n".join(faults) or "nothing wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
