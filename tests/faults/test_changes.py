"""Files of a whole run, changed on disk: a few for each class (`make faults` takes many)."""

import random

from faults.changes import change_files


def test_no_changed_file_is_read_as_another(finished, tmp_path):
    counts = change_files(finished.folder / "results", tmp_path, random.Random(0), 10)
    assert {end for each in counts.values() for end, count in each.items() if count} <= {
        "refused",
        "the same",
    }
