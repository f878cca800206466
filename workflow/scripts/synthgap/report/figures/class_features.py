"""Fig. 6: one class's test images in the real-trained classifier's features, at two reverse steps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...metrics.manifold import density_coverage
from ...plan.declarations import Figure
from ...run.errors import InputError
from ...sets.recipe import REAL, Recipe, steps_of
from ..clouds import label_plane, plane_of, scatter
from ..material import Material
from ..style import BLUE, GREY, ORANGE, PAGE, new_figure, plain, set_label

if TYPE_CHECKING:
    import matplotlib.figure

COVERAGE_K = 5  # Naeem et al. (2020)


def shown_sets(recipes: Mapping[str, Recipe]) -> list[str]:
    """The real set, the paper's series at the step nearest to T / 2, and at T."""
    steps = steps_of(recipes.values())[1:]
    middle = min(steps, key=lambda recipe: abs((recipe.t_re or 0) - (steps[-1].t_re or 0) / 2))
    return list(dict.fromkeys([REAL, middle.name, steps[-1].name]))


DECLARATION = Figure(
    title="Fig. 6: one class",
    category="Features",
    caption="The test images of one class, real and reconstructed at the middle and the last reverse step, "
    "in the features (block4) of the real-trained classifier of replicate 0, in the plane of the last "
    "step's two largest principal components. Covered is a real image that has a reconstructed one nearer "
    "than its fifth real neighbour; reconstructions of the middle step lie near their own sources anyway.",
    features=shown_sets,
    info=True,
    config=("figures.class",),
    applies=lambda recipes: len(steps_of(recipes.values())) > 1,
)


def draw(material: Material) -> "matplotlib.figure.Figure":
    names = material.info().class_names
    class_name = material.settings["class"] or names[-1]
    if class_name not in names:
        raise InputError(f"config: figures.class: no class {class_name!r}; choose one of {', '.join(names)}")
    label = names.index(class_name)
    found = material.features("block4-test", "labels-test")
    features = {name: block4[labels == label] for name, (block4, labels) in found.items()}
    real = features.pop(REAL)
    restored = {set_label(material.sets.loc[name]): block4 for name, block4 in features.items()}
    return class_figure(real, restored, class_name)


def class_figure(
    real: np.ndarray, restored: dict[str, np.ndarray], class_name: str
) -> "matplotlib.figure.Figure":
    """One class, a panel for each reverse step over the real images.

    real and each of restored: block4 features [N, D] of the class's images; restored: by its title.
    """
    plane = plane_of(list(restored.values())[-1])
    figure = new_figure(PAGE * 0.8, 2.7)
    panels = figure.subplots(1, len(restored), sharex=True, sharey=True, squeeze=False)[0]
    colours = [BLUE, ORANGE][-len(restored) :]
    for axes, colour, (title, features) in zip(panels, colours, restored.items(), strict=True):
        scatter(axes, plane.transform(real), GREY, "real")
        scatter(axes, plane.transform(features), colour, title)
        label_plane(axes, plane)
        covered = density_coverage(real, features, min(COVERAGE_K, len(real) - 1))[1]
        axes.set_title(
            f"class {plain(class_name)}, {title}\n{100 * covered:.0f} % of the real images covered"
        )
    handles = {
        text: handle
        for axes in panels
        for handle, text in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=len(handles), markerscale=2)
    return figure
