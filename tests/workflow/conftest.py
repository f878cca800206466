"""A real browser, for the pages."""

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def browser():
    """The path of a real browser."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None and os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail("no browser: install chromium, or unset BROWSER_TESTS")
    if path is None:
        pytest.skip("no browser here")
    return path
