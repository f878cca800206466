"""Copies and the worst class of each set, for people."""

import pandas as pd

from ..alarms import copies_excess, copying_difference, worst_class
from ..series import by_set, sets_in


def copying_table(scores: pd.DataFrame, class_names: list[str]) -> pd.DataFrame:
    """A row for each measured set, as text: its copies of training and of test images, with what
    real images have in the first row; C_T; and its worst class.
    """
    copies = {split: by_set(scores, f"copies_{split}") for split in ("train", "test")}
    sets, rows = sets_in(scores), []
    for name in copies["train"]:
        test, worst = copying_difference(scores, name), worst_class(scores, name)
        rows.append(
            {
                "samples": sets.loc[name, "title"],
                **{
                    f"copies of {split} images (%)": f"{100 * copies[split][name].mean:.2f}"
                    f" ({100 * copies_excess(scores, name, split).value:+.2f})"
                    for split in copies
                },
                "C_T": "–" if test is None else f"{test.value:+.2f}",
                "worst class": "–" if worst is None else class_names[worst.label],
                "its coverage": "–" if worst is None else f"{worst.coverage:.3f}",
                "below real": "–" if worst is None else f"{worst.deficit:+.3f}",
                "p adjusted": "–" if worst is None or worst.p_adjusted != worst.p_adjusted
                else f"{worst.p_adjusted:.3f}",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
