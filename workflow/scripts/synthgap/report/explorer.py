"""A run to look around in: images over the reverse step, curves, the cloud of features, galleries.

The page stands by itself: what it shows is one block of JSON, which templates/explorer.js reads.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..data.arrays import ArrayReader
from ..data.images import DatasetInfo, load_info
from ..data.tables import load_table
from ..metrics.measurements import load_arrays
from ..plan.names import SPLITS
from ..run.errors import in_a_line
from ..sets.recipe import REAL
from .albums import Album, read_albums, shown_name
from .charts import charts, number
from .clouds import plane_of
from .galleries import PAIRS, galleries
from .series import WHOLE_STEPS, read_scores
from .sprites import Extent, extent, thumbnail_size

TEMPLATES = Path(__file__).parent / "templates"


def explorer_html(data: Mapping[str, Any], facts: Sequence[str]) -> str:
    """HTML that needs no other file and no network, and runs no script but its own.

    data, facts: as read_explorer gives them.
    """
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    html, style, script = (
        (TEMPLATES / f"explorer.{suffix}").read_text(encoding="utf-8") for suffix in ("html", "css", "js")
    )
    return environment.from_string(html).render(
        data=data,
        facts=facts,
        style=style,
        script=script,
        style_hash=_csp_hash(style),
        script_hash=_csp_hash(script),
    )


def read_explorer(inputs: Any, settings: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What the page shows of a run, and sentences on what is shown and what isn't.

    inputs: files by name, `sets`, `info`, `scores_STAGE`, `values_edges`; of each set
    `train_SET_REPLICATE`, and of a measured one `test_SET` and `features_SET`. settings: `seed`; `sets`,
    which says of each by its name how many `replicates` differ, and whether it is `placed` and `measured`;
    `galleries`, the sets that have one.
    """
    info, told = load_info(inputs["info"]), settings["sets"]
    table = load_table(inputs["sets"], WHOLE_STEPS).set_index("set")
    fits = extent(
        {name: each["replicates"] for name, each in told.items()},
        [name for name, each in told.items() if each["measured"]],
        thumbnail_size(info.resolution) ** 2 * info.channels,
        2 * PAIRS * (1 + 3 * len(settings["galleries"])),
    )
    albums = read_albums(inputs, settings, fits)
    scores = read_scores(inputs[name] for name in inputs.keys() if name.startswith("scores_"))  # noqa: SIM118
    data = {
        "size": thumbnail_size(info.resolution),
        "replicates": fits.replicates,
        "sets": [_about_set(name, table.loc[name]) for name in fits.sets],
        "series": _series(table.loc[fits.sets]),
        "classes": _class_names(albums, info),
        "albums": [album.told() for album in albums],
        "charts": charts(scores, fits.sets),
        "cloud": _cloud(inputs, table, [album for album in albums if album.split == "test"]),
        "galleries": galleries(inputs, settings, table, info),
    }
    return data, _facts(settings, fits, info)


def _about_set(name: str, row: Any) -> dict[str, Any]:
    """row: of sets.csv."""
    t_re = None if pd.isna(row["t_re"]) else int(row["t_re"])
    return {"name": name, "title": shown_name(row["title"]), "t_re": t_re}


def _series(sets: pd.DataFrame) -> list[dict[str, Any]]:
    """Reconstructions that belong together, the real set first, in ascending t_re: the paper's, and those of
    several sets. sets: of sets.csv, by name.
    """
    made = sets[sets["paired"].astype(bool) & sets["t_re"].notna() & (sets.index != REAL)]
    return [
        {
            "title": shown_name(f"{rows['model'].iloc[0]} ({name})"),
            "sets": [REAL, *rows.sort_values("t_re").index],
        }
        for name, rows in made.groupby("series", sort=False)
        if len(rows) > 1 or rows["paper"].astype(bool).all()
    ]


def _class_names(albums: list[Album], info: DatasetInfo) -> dict[int, str]:
    """Of the classes that are shown."""
    labels = np.unique(np.concatenate([album.shown.labels for album in albums]))
    return {label: shown_name(info.class_names[label]) for label in labels.tolist()}


def _cloud(inputs: Any, sets: pd.DataFrame, albums: list[Album]) -> dict[str, Any] | None:
    """The shown test images in one plane of the real-trained classifier's features (block4, replicate 0).

    The plane is that of Fig. 1b: of the last of the paper's series; else of the first generated set, else of
    the last measured one. None where there are too few images for a plane.
    """
    names = [album.set for album in albums]
    table = sets.loc[names].sort_values("t_re", kind="stable")
    paper, generated = (table.index[table[column].astype(bool)] for column in ("paper", "generated"))
    chosen = [*paper[-1:], *generated[:1], *names[-1:]]
    if not chosen:
        return None
    features = load_arrays(inputs[f"features_{chosen[0]}"], "block4-test")[0]
    if min(features.shape) < 2:
        return None
    plane = plane_of(features)
    points = {}
    for album in albums:
        own = ArrayReader(inputs[f"features_{album.set}"]).read("block4-test", album.positions)
        points[album.set] = [[number(x), number(y)] for x, y in plane.transform(own)]
    shares = [number(100 * share) for share in plane.explained_variance_ratio_]
    return {"plane": shown_name(sets.loc[chosen[0], "title"]), "shares": shares, "points": points}


def _facts(settings: Mapping[str, Any], fits: Extent, info: DatasetInfo) -> list[str]:
    """What of the run is on the page, in sentences."""
    counts = {split: min(fits.images, info.sizes[split]) for split in SPLITS}
    facts = [
        f"Data: {in_a_line(info.source, 300)}.",
        f"Of each set {counts['train']} of {info.sizes['train']} training images are here, and "
        f"{counts['test']} of {info.sizes['test']} test images for the cloud. They are the first of a "
        f"random order (seed {settings['seed']}) in which every part has the classes' shares. Sets that have "
        "images in the places of real ones show the same places.",
    ]
    size, sets = thumbnail_size(info.resolution), settings["sets"]
    if size < info.resolution:
        facts.append(f"Images are averaged down from {info.resolution} to {size} pixels.")
    replicates = max(each["replicates"] for each in sets.values())
    if fits.replicates < replicates:
        facts.append(f"Of {replicates} replicates the first is shown: all would make the page too large.")
    if len(fits.sets) < len(sets):
        facts.append(f"Of {len(sets)} sets the first {len(fits.sets)} are shown, for the same reason.")
    return facts


def _csp_hash(content: str) -> str:
    """By which a Content-Security-Policy allows an inline script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
