"""The browser that pages are opened in."""

from tests.browser import chromium

__all__ = ["chromium"]
