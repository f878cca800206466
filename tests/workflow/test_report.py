"""The report in a real browser."""

import os
import shutil
import subprocess

import pytest


@pytest.fixture
def browser():
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None and os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail("no browser: install chromium, or unset BROWSER_TESTS")
    if path is None:
        pytest.skip("no browser here")
    return path


def test_a_browser_shows_the_report(finished, browser, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.run("--report", "results/report.html")
    result = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
            f"--user-data-dir={tmp_path / 'browser'}",
            "--virtual-time-budget=5000",
            "--dump-dom",
            (workflow.folder / "results/report.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    page = result.stdout
    for text in ("Summary", "Tables", "Synthetic samples", "Classifiers", "Features"):
        assert f">{text}<" in page, f"{text} is not shown"
    assert "Every real image is noised up to the start of reverse step" in page
