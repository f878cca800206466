"""The report in a real browser."""

import re
import shutil
import subprocess


def shown(browser, page, profile):
    """The page as the browser makes it, and what it says of errors."""
    result = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
            "--enable-logging=stderr",
            f"--user-data-dir={profile}",
            "--virtual-time-budget=5000",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return result.stdout, [line for line in result.stderr.splitlines() if "CONSOLE" in line]


def test_a_browser_shows_the_page_which_stands_by_itself(finished, browser, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    shutil.copy2(finished.folder / "results/index.html", folder)
    page, complaints = shown(browser, folder / "index.html", tmp_path / "browser")
    assert complaints == []
    first = page.index("Can it replace the real images?")
    assert first < page.index("Can it be told from real images?") < page.index('id="findings"')
    figures = {path.stem for path in (finished.folder / "results").glob("*.png")}
    assert page.count('src="data:image/png;base64,') == len(figures)
    assert re.findall(r'(?:src|href)="(?!data:|#)([^"]+)"', page)
    for link in re.findall(r'(?:src|href)="(?!data:|#)([^"]+)"', page):
        assert (finished.folder / "results" / link).is_file(), link


def test_a_browser_shows_the_report(finished, browser, tmp_path):
    workflow = finished.copy(tmp_path)
    workflow.run("--report", "results/report.html")
    page, _ = shown(browser, workflow.folder / "results/report.html", tmp_path / "browser")
    for text in ("Answers", "Tables", "Synthetic samples", "Classifiers", "Features"):
        assert f">{text}<" in page, f"{text} is not shown"
    assert "Every real image is noised up to the start of reverse step" in page
