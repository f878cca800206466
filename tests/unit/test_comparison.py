"""Two runs beside each other, whose stories are known."""

import numpy as np
import pandas as pd
import pytest
from story import INFO, STEPS, described, story, story_values
from synthgap.data.arrays import save_arrays
from synthgap.data.images import ImageSet, save_images, save_info
from synthgap.data.tables import save_table
from synthgap.report.comparison import ACCURACY, COLUMNS, compare_runs, main, read_run
from synthgap.run.errors import InputError


def write_run(folder, lost, test_seed=0):
    """The files of a run's results that a comparison reads."""
    for part in ("scores", "data"):
        (folder / part).mkdir(parents=True)
    scores, values = story(lost), story_values(lost)["accuracy"].arrays
    of_accuracy = scores["metric"] == "accuracy"
    save_table(folder / "scores/accuracy.csv", scores[of_accuracy])
    save_table(folder / "scores/quality.csv", scores[~of_accuracy])
    save_table(folder / "sets.csv", described(STEPS | {"gan": None}))
    save_arrays(folder / "scores/accuracy-images.safetensors", values)
    images = np.random.default_rng(test_seed).integers(0, 256, (400, 8, 8, 1)).astype(np.uint8)
    save_images(folder / "data/test.safetensors", ImageSet(images, np.arange(400) % 2, np.arange(400)))
    save_info(folder / "data/dataset.json", INFO)
    return folder


def compared(*folders):
    table, remarks = compare_runs(*map(read_run, folders))
    assert list(table.columns) == COLUMNS
    return table.set_index(["set", "score"]), remarks


def test_a_run_does_not_differ_from_itself(tmp_path):
    folder = write_run(tmp_path / "a", 0.2)
    table, remarks = compared(folder, folder)
    assert (table["difference"] == 0).all()
    assert (table["p_adjusted"] == 1).all()
    assert set(table.index.get_level_values("set")) == {*STEPS, "gan"}
    assert remarks == ["Both runs have the same test images: accuracies are compared image by image."]


def test_what_one_run_loses_is_seen_and_no_more(tmp_path):
    table, _ = compared(write_run(tmp_path / "a", 0), write_run(tmp_path / "b", 0.3))
    lost = table.loc[("t100", ACCURACY)]
    assert lost["difference"] == pytest.approx(-27, abs=0.5)
    assert lost["low"] < -27 < lost["high"]
    assert lost["p_adjusted"] < 0.001
    assert table.loc[("real", ACCURACY), "p_adjusted"] == 1
    assert table.loc[("t100", "recall"), "difference"] == pytest.approx(-0.24, abs=0.01)
    assert table.loc[("t100", "recall"), "p_adjusted"] < 0.05


def test_other_test_images_make_wider_intervals(tmp_path):
    first = write_run(tmp_path / "a", 0)
    same, other = (write_run(tmp_path / f"b{seed}", 0.05, seed) for seed in (0, 1))
    (paired, _), (apart, remarks) = compared(first, same), compared(first, other)
    widths = [table.loc[("t100", ACCURACY), ["low", "high"]].diff().iloc[-1] for table in (paired, apart)]
    assert widths[1] > 2 * widths[0]
    assert "different test images" in remarks[0]


def test_what_cannot_be_compared_is_named(tmp_path):
    first, second = (write_run(tmp_path / name, 0.2) for name in "ab")
    sets = described(STEPS).assign(model=["m", "m", "m", "m", "other"])
    save_table(second / "sets.csv", pd.concat([sets, sets.tail(1).assign(set="more")]))
    scores = story(0.2)
    scores["n_real"] = scores["n_real"].mask(scores["metric"] == "recall", 61)
    save_table(second / "scores/quality.csv", scores[scores["metric"] != "accuracy"])
    table, remarks = compared(first, second)
    assert ("t100", "recall") not in table.index
    assert "Not compared for some sets, as extractors or numbers of images differ: recall." in remarks
    assert "Only the second run has: more." in remarks
    assert "t100 is another set in each: model m and other." in remarks


def test_the_command_prints_and_writes_the_table(tmp_path, capsys):
    folders = [str(write_run(tmp_path / name, lost)) for name, lost in (("a", 0), ("b", 0.3))]
    main([*folders, "--csv", str(tmp_path / "table.csv")])
    told = capsys.readouterr().out
    assert "first: " in told
    assert "t100: test accuracy (%)" in told.partition("Beyond chance")[2]
    assert list(pd.read_csv(tmp_path / "table.csv").columns) == COLUMNS


def test_a_folder_without_a_run_is_refused_in_a_line(tmp_path):
    with pytest.raises(InputError, match=r"no finished run, as sets.csv isn't there; name the folder"):
        read_run(tmp_path)
    with pytest.raises(SystemExit, match=r"^compare: error: "):
        main([str(tmp_path), str(tmp_path)])
