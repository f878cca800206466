"""The page to look around in, as text: what it shows, its size, and that nothing from outside is markup."""

import base64
import io
import json
import re

import numpy as np
import pytest
from explored import HOSTILE, small_run
from PIL import Image
from story import story
from synthgap.data.images import load_images
from synthgap.metrics.summaries import summarise
from synthgap.report.charts import charts
from synthgap.report.explorer import explorer_html, read_explorer
from synthgap.report.extremes import farthest, likeliest_copies
from synthgap.report.sprites import BUDGET, FEWEST, MOST, extent, sheet, thumbnails


def images_on(told, size, count):
    """uint8 [count, size, size, 3], from a sheet."""
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(told["sheet"]))).convert("RGB"))
    rows, columns = (length // size for length in picture.shape[:2])
    tiles = picture.reshape(rows, size, columns, size, 3).swapaxes(1, 2).reshape(-1, size, size, 3)
    assert columns == told["columns"]
    return tiles[:count]


def page_and_data(*run):
    page = explorer_html(*read_explorer(*run))
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    return page, json.loads(block[1])


@pytest.mark.parametrize(("side", "channels"), [(8, 1), (64, 3)])
def test_every_album_holds_the_images_of_its_set_to_the_bit(tmp_path, side, channels):
    inputs, settings = small_run(tmp_path, side=side, channels=channels)
    data, _ = read_explorer(inputs, settings)
    keys = {(album["set"], album["split"], album["replicate"]) for album in data["albums"]}
    assert len(keys) == 9 + 4
    real = next(album for album in data["albums"] if album["set"] == "real")
    for album in data["albums"]:
        name, split = album["set"], album["split"]
        source = inputs[f"train_{name}_{album['replicate']}" if split == "train" else f"test_{name}"]
        expected = load_images(source)[np.array(album["positions"])]
        shown = images_on(album, side, len(expected))
        assert np.array_equal(shown, np.broadcast_to(expected.images, shown.shape))
        assert album["labels"] == expected.labels.tolist()
        if album["corresponds"] and split == "train":
            assert album["positions"] == real["positions"]
    assert {album["set"] for album in data["albums"] if not album["corresponds"]} == {"part"}


def test_classes_have_their_shares_in_every_part_of_the_order(tmp_path):
    data, _ = read_explorer(*small_run(tmp_path, images=400))
    labels = np.array(data["albums"][0]["labels"])
    for count in (8, 40, 200):
        assert np.abs(np.bincount(labels[:count], minlength=4) - count / 4).max() <= 1


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"series": False}, ["series"]),
        ({"measured": False}, ["cloud", "galleries"]),
        ({"generator": False, "series": False, "class_names": ["one"]}, ["series", "galleries"]),
        ({"replicates": 1}, []),
    ],
)
def test_what_a_run_has_not_is_left_out(tmp_path, changes, missing):
    _, data = page_and_data(*small_run(tmp_path, **changes))
    assert [key for key in ("series", "cloud", "galleries") if not data[key]] == missing
    assert data["charts"]


def test_names_from_outside_are_no_markup(tmp_path):
    page, data = page_and_data(*small_run(tmp_path))
    assert list(data["classes"].values()) == HOSTILE
    assert "<img" not in page
    assert page.count("</script>") == 2
    assert "49" not in data["classes"]["3"]
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)


def test_a_page_of_thousands_of_classes_says_how_many_images_it_has(tmp_path):
    names = [f"class {number}" for number in range(1500)]
    page, data = page_and_data(*small_run(tmp_path, class_names=names, images=1500, generator=False))
    assert f"{MOST} of 1500 training images" in page
    assert len(data["classes"]) <= 2 * MOST


def test_larger_images_are_averaged_down():
    images = np.random.default_rng(0).integers(0, 256, (3, 128, 128, 3), np.uint8)
    small = thumbnails(images)
    blocks = images.reshape(3, 64, 2, 64, 2, 3).astype(float).mean((2, 4))
    assert small.shape == (3, 64, 64, 3)
    assert np.abs(small - blocks).max() <= 1


def test_no_images_make_an_empty_sheet():
    assert sheet(np.zeros((0, 8, 8, 1), np.uint8))["columns"] == 1


@pytest.mark.parametrize("image_bytes", [64, 3072, 12288])
@pytest.mark.parametrize("sets", [1, 10, 500])
def test_images_that_no_one_can_compress_fit_into_the_budget(image_bytes, sets):
    names = [f"set{number}" for number in range(sets)]
    fits = extent(dict.fromkeys(names, 3), names, image_bytes, 64)
    sheets = len(fits.sets) * (fits.replicates + 1)
    assert (sheets * fits.images + 64) * image_bytes <= BUDGET
    assert min(FEWEST, MOST) <= fits.images <= MOST
    assert fits.sets == names[: len(fits.sets)]


def test_a_page_of_the_size_of_cifar_has_15_megabytes_at_most():
    """Eight reverse steps and a GAN in three replicates: noise, which no format makes smaller."""
    names = {"real": 1} | {f"set{number}": 3 for number in range(9)}
    fits = extent(names, list(names), 3072, 16 * 10)
    noise = np.random.default_rng(0).integers(0, 256, (fits.images, 32, 32, 3), np.uint8)
    assert fits.sets == list(names)
    assert fits.replicates == 3
    assert (28 + 10) * len(sheet(noise)["sheet"]) + 160 * 3072 * 1.34 < 14.9e6


def test_a_point_of_a_curve_is_the_mean_and_the_deviation():
    scores = story(0.3, competitor=True)
    accuracy, *_ = found = charts(scores, ["real", "t100"])
    values = scores[(scores["set"] == "t100") & (scores["metric"] == "accuracy")]["value"]
    summary = summarise(100 * values)
    (line,) = accuracy["lines"]
    assert set(line["points"]) == {"real", "t100"}
    assert line["points"]["t100"] == pytest.approx([summary.mean, summary.std], rel=1e-5)
    titles = [chart["title"] for chart in found]
    assert "Fréchet distance (lower is better)" in titles
    frechet = found[titles.index("Fréchet distance (lower is better)")]
    assert frechet["band"][0] < 10 < frechet["band"][1]


def test_galleries_show_the_farthest_and_the_likeliest_copies():
    assert list(farthest(np.array([1, np.nan, np.inf, 2]), 3)) == [2, 3, 0]
    positions, ratios = likeliest_copies(np.array([[2.0, 4, 2], [0, 9, 0], [1, 2, 1]]), 3)
    assert list(positions) == [1, 2, 0]
    assert list(ratios) == [0, 0.5, 0.5]
