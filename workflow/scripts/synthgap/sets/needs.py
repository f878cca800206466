"""What a set needs: models, the sets that those are made from, and how long they are trained."""

from collections.abc import Mapping

from .recipe import Model, Recipe


def first_model(model: Model, models: Mapping[str, Model]) -> Model:
    """The model that another is derived from in the end; itself, where it is derived from none."""
    while model.declaration.derived:
        model = models[model.options.model]
    return model


def needed_models(recipe: Recipe, recipes: Mapping[str, Recipe], models: Mapping[str, Model]) -> set[str]:
    """The names of all models that a set's images go back to, by way of other sets and models too."""
    found: set[str] = set()
    sets, waiting = {recipe.name}, [recipe]
    while waiting:
        current = waiting.pop()
        names = [name for name in (current.model, current.guide) if name]
        others = list(current.of)
        while names:
            model = models[names.pop()]
            if model.name not in found:
                found.add(model.name)
                if model.declaration.derived:
                    names.append(model.options.model)
                    others.append(model.options.set)
        waiting += [recipes[name] for name in others if name not in sets]
        sets.update(others)
    return found


def training_steps(recipe: Recipe, recipes: Mapping[str, Recipe], models: Mapping[str, Model]) -> int:
    """Optimiser steps of the models that a set needs, without those that the set needs that it is a remedy
    for. A network from a file has none here.
    """
    needed = needed_models(recipe, recipes, models)
    if recipe.remedy_for:
        needed -= needed_models(recipes[recipe.remedy_for], recipes, models)
    trained = [models[name].options for name in needed if models[name].declaration.trained]
    return sum(getattr(options, "steps_taken", options.steps) for options in trained)
