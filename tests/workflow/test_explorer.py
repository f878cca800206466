"""The pages in a real browser, with the mouse, the keyboard and a finger, and on paper."""

import base64
import io
import re
import shutil

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from explored import HOSTILE, small_run
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from synthgap.data.images import load_images
from synthgap.report.explorer import explorer_html, read_explorer


@pytest.fixture(scope="module")
def chromium(browser):
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def look(chromium):
    """Opens a page, and says at the end what it asked the network for and complained of: nothing."""
    said, contexts = [], []

    def open_page(path, width=1400, ready="#explorer", **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.goto(path.as_uri())
        expect(page.locator(ready)).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def page(finished, look, tmp_path):
    """The finished run's page, alone in a folder."""
    return look(shutil.copy2(finished.folder / "results/explorer.html", tmp_path / "explorer.html"))


def written(folder, **run):
    """The page of a small run."""
    path = folder / "explorer.html"
    path.write_text(explorer_html(*read_explorer(*small_run(folder, **run))), encoding="utf-8")
    return path


def pixels(canvas):
    """uint8 [height, width, 3]."""
    png = canvas.evaluate("canvas => canvas.toDataURL('image/png').split(',')[1]")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"))


def tiles(canvas, size, count):
    """The images of a grid, uint8 [count, size, size, 3], row by row."""
    whole, pitch = pixels(canvas), size + max(1, round(size / 16))
    corners = [(y, x) for y in range(0, whole.shape[0], pitch) for x in range(0, whole.shape[1], pitch)]
    return np.stack([whole[y : y + size, x : x + size] for y, x in corners[:count]])


def drawn(page, name):
    """What the page should show of a set: images uint8 [n, 8, 8, 1], in the order of the page."""

    def images(finished, replicate=0):
        files = sorted((finished.folder / f"results/sets/{name}/train/rep{replicate}").glob("*.safetensors"))
        albums = page.evaluate("data.albums.filter(a => a.set === 'real' && a.split === 'train')")
        return load_images(files).images[albums[0]["positions"]]

    return images


def same(shown, expected, within=0):
    difference = np.abs(shown.astype(int) - expected[: len(shown)].astype(int))
    return difference.max() <= within


def step_to(page, text):
    page.locator("#morph-steps").get_by_role("button", name=text, exact=True).click()


def test_the_page_shows_the_images_of_every_step_to_the_bit_and_fades_between(finished, page):
    canvas, slider = page.locator("#morph-grid canvas"), page.get_by_label("Reverse step t_re")
    real, early, late = (drawn(page, name)(finished) for name in ("real", "t10", "t20"))
    for text, expected in (("real", real), ("10", early), ("20", late)):
        step_to(page, text)
        expect(page.locator("#morph-now")).to_contain_text("Images as they were made")
        assert same(tiles(canvas, 8, 60), expected), text
    slider.fill("15")
    expect(page.locator("#morph-now")).to_contain_text("Cross-faded from t_re = 10 to t_re = 20, 50 %")
    assert same(tiles(canvas, 8, 60), (early.astype(float) + late) / 2, within=2)
    page.locator("#morph-replicate").select_option("1")
    step_to(page, "20")
    other = drawn(page, "t20")(finished, 1)
    expect(page.locator("#morph-steps button", has_text="20")).to_have_attribute("aria-pressed", "true")
    assert same(tiles(canvas, 8, 60), other)
    assert not same(tiles(canvas, 8, 60), late)


def test_a_class_shows_its_images_alone(finished, page):
    label = page.evaluate("data.albums[0].labels[0]")
    page.locator("#morph-class").select_option(str(label))
    of_class = np.array(page.evaluate("data.albums[0].labels")) == label
    expect(page.locator("#morph-count")).to_contain_text(f"of {of_class.sum()};")
    shown = tiles(page.locator("#morph-grid canvas"), 8, of_class.sum())
    assert same(shown, drawn(page, "real")(finished)[of_class])


def test_the_slider_moves_by_key_and_by_mouse_and_the_cursor_follows(page):
    slider, cursor = page.get_by_label("Reverse step t_re"), page.locator("#chart .cursor")
    places = []
    for key, value in (("End", "20"), ("ArrowLeft", "19"), ("Home", "0"), ("ArrowRight", "1")):
        slider.press(key)
        expect(slider).to_have_value(value)
        expect(cursor).to_have_attribute("x1", re.compile(r"\d"))
        page.wait_for_timeout(50)
        places.append(float(cursor.get_attribute("x1")))
    assert places[0] > places[1] > places[3] > places[2]
    box = slider.bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    expect(slider).to_have_value("20")
    expect(page.locator("#chart-table tr.now")).to_have_attribute("data-set", "t20")


def test_every_control_works_by_keyboard(page):
    """Tab reaches each, and the keys of its kind change it."""
    reached, changed = [], []
    controls = page.evaluate("[...document.querySelectorAll('select, input')].map(each => each.id)")
    while len(reached) < len(controls):
        page.keyboard.press("Tab")
        kind, name = page.evaluate("[document.activeElement.type ?? '', document.activeElement.id]")
        assert name not in reached
        if kind in ("range", "select-one"):
            reached.append(name)
            before = page.locator(f"#{name}").input_value()
            page.keyboard.press("ArrowRight" if kind == "range" else "ArrowDown")
            if page.locator(f"#{name}").input_value() != before:
                changed.append(name)
    assert reached == controls
    # There is one series here.
    assert set(reached) - set(changed) == {"morph-series"}
    button = page.locator("#morph-steps button").last
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_a_picked_image_is_shown_on_its_way_through_the_steps(finished, page):
    page.locator("#morph-grid canvas").click(position={"x": 63 * 3 + 10, "y": 10})
    expect(page.locator("#morph-image")).to_have_value("3")
    strip = page.locator("#morph-strip canvas")
    for number, name in enumerate(("real", "t10", "t20")):
        assert same(pixels(strip.nth(number))[None], drawn(page, name)(finished)[3:4])


def test_every_curve_has_its_numbers_in_a_table(page):
    titles = page.locator("#morph-chart option").all_inner_texts()
    assert "test accuracy, %" in titles
    assert "Fréchet distance (lower is better)" in titles
    for number, title in enumerate(titles):
        page.locator("#morph-chart").select_option(title)
        lines = page.evaluate(f"data.charts[{number}].lines.length")
        expect(page.locator("#chart-table thead th")).to_have_count(1 + lines)
        expect(page.locator("#chart polyline")).to_have_count(lines)
    expect(page.locator("#chart-table tbody th")).to_have_text(["real", "10", "20"])


def test_two_sets_stand_beside_each_other(finished, page):
    page.locator("#beside-left").select_option("gan")
    page.locator("#beside-right").select_option("t10")
    expect(page.locator("#beside-how")).to_contain_text("correspond: both")
    for side, name in (("left", "gan"), ("right", "t10")):
        shown = tiles(page.locator(f"#beside-{side}-grid canvas"), 8, 42)
        assert same(shown, drawn(page, name)(finished)), side


def test_the_image_under_the_pointer_is_shown_beside_its_counterpart(page):
    canvas = page.locator("#cloud-canvas")
    canvas.scroll_into_view_if_needed()
    page.locator("#cloud-image").fill("7")
    label = page.locator("#cloud-shown figcaption").last
    expect(label).to_contain_text("test image")
    before = label.inner_text()
    box = canvas.bounding_box()
    for x in np.linspace(0.1, 0.9, 9):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + box["height"] / 2)
    expect(label).not_to_have_text(before)
    expect(page.locator("#cloud-shown canvas")).to_have_count(2)


def test_galleries_show_lost_images_and_copies(page):
    assert page.locator("#galleries-set option").all_inner_texts()[1:] == ["gan", "real test images"]
    expect(page.locator("#galleries-rows h3")).to_have_count(3)
    expect(page.locator("#galleries-rows figure")).to_have_count(24)
    page.locator("#galleries-set").select_option("real test images")
    expect(page.locator("#galleries-rows h3")).to_have_count(1)
    expect(page.locator("#galleries-rows figcaption").first).to_contain_text("d1/d2")


def test_a_finger_picks_images(look, tmp_path):
    page = look(written(tmp_path), width=400, has_touch=True, is_mobile=True)
    page.locator("#morph-grid canvas").tap(position={"x": 63 * 2 + 10, "y": 10})
    expect(page.locator("#morph-image")).to_have_value("2")
    page.locator("#cloud-canvas").scroll_into_view_if_needed()
    page.locator("#cloud-canvas").tap(position={"x": 100, "y": 100})
    expect(page.locator("#cloud-shown canvas")).not_to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"


def test_names_from_outside_are_shown_as_text(look, tmp_path):
    page = look(written(tmp_path))
    assert page.locator("#morph-class option").all_inner_texts() == ["all", *HOSTILE]
    for number, name in enumerate(HOSTILE):
        page.locator("#morph-class").select_option(str(number))
        expect(page.locator("#morph-strip figcaption").first).to_contain_text(name)
    expect(page.locator("img")).to_have_count(0)


def test_calm_pages_jump_from_step_to_step(look, tmp_path):
    page = look(written(tmp_path), reduced_motion="reduce")
    page.get_by_label("Reverse step t_re").fill("40")
    expect(page.locator("#morph-now")).to_have_text("Images as they were made: t_re = 50.")


def test_a_run_with_nothing_but_sets_has_a_page(look, tmp_path):
    bare = {"series": False, "generator": False, "measured": False, "class_names": ["one"]}
    page = look(written(tmp_path, side=64, channels=3, **bare))
    for name in ("morph", "cloud", "galleries"):
        expect(page.locator(f"#{name}-none")).to_be_visible()
        expect(page.locator(f"#{name}-body")).to_be_hidden()
    expect(page.locator("#beside-how")).to_contain_text("do not correspond")
    assert pixels(page.locator("#beside-left-grid canvas")).any()


def test_without_scripts_the_page_says_what_it_needs(look, tmp_path):
    page = look(written(tmp_path), ready="noscript", java_script_enabled=False)
    expect(page.locator("noscript a")).to_have_attribute("href", "index.html")
    expect(page.locator("#explorer")).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "scheme"), [("explorer", "light"), ("explorer", "dark"), ("index", "light")]
)
def test_axe_finds_nothing(finished, look, name, scheme):
    page = look(finished.folder / f"results/{name}.html", ready="main", color_scheme=scheme)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_on_paper_each_figure_has_its_caption_on_its_page(finished, look):
    page = look(finished.folder / "results/index.html", width=680, ready="main")  # A4 less its margins
    page.emulate_media(media="print")
    heights = page.eval_on_selector_all("figure", "all => all.map(each => each.scrollHeight)")
    assert 0 < max(heights) < 1009  # 267 mm
