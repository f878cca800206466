"""Networks that were trained elsewhere."""

import json

import pytest
import torch
from project import GOLDEN, golden_network
from synthgap.data.images import DatasetInfo
from synthgap.models.denoisers import check_denoiser, load_denoiser
from synthgap.models.kinds import file
from synthgap.models.storage import check_fit
from synthgap.models.task import ModelTask
from synthgap.plan.provenance import reference_hash
from synthgap.plan.references import fetched_name, is_callable_reference, is_url
from synthgap.run.errors import InputError

MODULE = '''
from torch import nn

class Grey(nn.Module):
    """A denoiser that answers 0: only its interface counts."""
    resolution, channels, num_classes = 8, 1, 10

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(__import__("torch").zeros(1))

    def forward(self, x, sigma, labels=None):
        return x * self.scale

def denoiser():
    return Grey()

def number():
    return 3

def needs(argument):
    return argument
'''


def info(**changes):
    values = {"resolution": 16, "channels": 3, "class_names": [str(i) for i in range(10)]} | changes
    return DatasetInfo(**values, grey_levels=[0, 255], sizes={}, source="a test")


def test_a_network_that_fits_passes():
    check_fit(load_denoiser(str(GOLDEN / "edm_ddpmpp.pkl")), info(), "edm_ddpmpp.pkl")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"resolution": 32}, "x.pkl has resolution 16, the data set 32"),
        ({"channels": 1}, "x.pkl has channels 3, the data set 1"),
        ({"class_names": ["a", "b"]}, "x.pkl has num_classes 10, the data set 2"),
    ],
)
def test_a_network_of_other_data_is_refused_with_both_numbers(changes, message):
    with pytest.raises(InputError, match=message):
        check_fit(load_denoiser(str(GOLDEN / "edm_ddpmpp.pkl")), info(**changes), "x.pkl")


def brought_in(path, *roles, **changes):
    """The network that the kind `file` makes of one."""
    task = ModelTask(
        name="it", options=file.FileOptions(path=path.name), roles=roles, seed=0, train=None,
        info=info(**changes), device="cpu", checkpoints=None, made_by="", file=str(path),
    )  # fmt: skip
    return file.make(task).network


@pytest.mark.parametrize("name", ["vp_uncond", "edm2_uncond"])
def test_a_network_without_labels_can_only_guide(tmp_path, name):
    path = golden_network(name, tmp_path)
    assert brought_in(path, "guide", class_names=["a", "b"]).num_classes == 0
    with pytest.raises(InputError, match=rf"models: it: {name}.pkl is unconditional; bring one that was"):
        brought_in(path, "denoiser", "guide")
    with pytest.raises(InputError, match="has resolution 16, the data set 8"):
        brought_in(path, "guide", resolution=8)


def test_a_guide_with_labels_is_one_of_the_data_sets_classes():
    network = load_denoiser(str(GOLDEN / "edm_ddpmpp.pkl"))
    check_denoiser(network, info(), "x.pkl", guides=True)
    with pytest.raises(InputError, match=r"x\.pkl has num_classes 10, the data set 2"):
        check_denoiser(network, info(class_names=["a", "b"]), "x.pkl", guides=True)


def test_a_module_without_the_interface_is_refused():
    with pytest.raises(InputError, match="mine:model has no attribute 'resolution'"):
        check_fit(torch.nn.Linear(1, 1), info(), "mine:model")


def test_a_users_function_is_called(tmp_path):
    (tmp_path / "my_models.py").write_text(MODULE)
    network = load_denoiser("my_models:denoiser", tmp_path)
    assert network.resolution == 8
    assert not network.training


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("no_such_module:denoiser", "no_such_module:denoiser can't be called .*No module named"),
        ("my_models_2:missing", "my_models_2:missing can't be called .*has no attribute 'missing'"),
        ("my_models_2:needs", "my_models_2:needs can't be called .*missing 1 required positional argument"),
        ("my_models_2:number", "my_models_2:number returned a int, expected a torch module"),
    ],
)
def test_a_users_function_that_does_not_work_is_told(tmp_path, reference, message):
    (tmp_path / "my_models_2.py").write_text(MODULE)
    with pytest.raises(InputError, match=message):
        load_denoiser(reference, tmp_path)


def test_a_users_code_is_hashed(tmp_path):
    (tmp_path / "mine.py").write_text("import helper\n\n\ndef model():\n    return helper.make()\n")
    (tmp_path / "helper.py").write_text("def make():\n    return 1  # one\n")
    first = reference_hash("mine:model", tmp_path)
    for name, text, same in (
        ("a", "def make():\n    return 1\n", True),
        ("b", "def make():\n    return 2\n", False),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.py").write_text((tmp_path / "mine.py").read_text())
        (tmp_path / name / "helper.py").write_text(text)
        assert (reference_hash("mine:model", tmp_path / name) == first) is same
    assert reference_hash("torch.nn:Linear", tmp_path) == ""


@pytest.mark.parametrize(
    ("reference", "url", "function"),
    [
        ("https://example.org/a.pkl", True, False),
        ("file:///tmp/a.pkl", True, False),
        ("models/a.pkl", False, False),
        ("my.models:make", False, True),
        ("C:\\models\\a.pkl", False, False),
    ],
)
def test_references_are_told_apart(reference, url, function):
    assert (is_url(reference), is_callable_reference(reference)) == (url, function)


def test_urls_with_the_same_ending_do_not_share_a_file():
    names = {fetched_name(f"https://{host}/network.pkl") for host in ("a", "b")}
    assert len(names) == 2
    assert all(name.endswith("-network.pkl") for name in names)


def test_what_a_network_is_and_where_it_came_from_stands_in_its_file(tmp_path):
    from safetensors import safe_open
    from synthgap.models.loading import load_network, save_network

    save_network(tmp_path / "d.safetensors", load_network(GOLDEN / "edm_ncsnpp.pkl"), {"network": "x"})
    with safe_open(tmp_path / "d.safetensors", "np") as file:
        description = json.loads(file.metadata()["synthgap"])
    assert description["origin"] == {"network": "x"}
    assert description["architecture"]["config"]["encoder"] == "residual"
