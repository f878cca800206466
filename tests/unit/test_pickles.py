"""Published pickles are read, and hostile ones refused by name, without executing anything."""

import io
import os
import pickle
import struct
from collections import OrderedDict

import numpy as np
import pytest
import torch
from pickling import Global, array, dump, network, tensor
from project import GOLDEN
from synthgap.models.formats.pickles import NetworkRecord, UnsafePickleError, read_pickle
from synthgap.models.loading import load_network
from synthgap.run.errors import InputError


class Evil:
    """Writes a file when it is unpickled."""

    def __init__(self, witness):
        self.witness = witness

    def __reduce__(self):
        return os.system, (f"touch {self.witness}",)


def test_tensors_settings_and_networks_are_read(tmp_path):
    path = tmp_path / "network.pkl"
    nested = {"_parameters": OrderedDict(weight=tensor()), "_buffers": {}, "_modules": {}}
    path.write_bytes(
        dump({"ema": network(_modules={"model": network("SongUNet", **nested)}, sigma_data=0.5)})
    )
    content = read_pickle(path)["ema"]
    assert isinstance(content, NetworkRecord)
    assert content.class_name == "EDMPrecond"
    (name,) = content.tensors()
    assert name == "model.weight"
    assert torch.equal(content.tensors()[name], torch.arange(4.0).reshape(2, 2))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_protocol_of_genuine_files_is_read(tmp_path, protocol):
    path = tmp_path / "network.pkl"
    path.write_bytes(dump({"ema": network(sigma_data=0.5)}, protocol))
    assert read_pickle(path)["ema"].state["sigma_data"] == 0.5


def test_objects_of_genuine_snapshots_that_are_no_modules_are_ignored(tmp_path):
    # The golden files hold None there; genuine ones hold objects without parameters.
    path = tmp_path / "network.pkl"
    path.write_bytes(
        dump({"loss_fn": network("EDMLoss", P_mean=-1.2), "augment_pipe": network("AugmentPipe")})
    )
    assert read_pickle(path)["loss_fn"].class_name == "EDMLoss"


@pytest.mark.parametrize("in_a_zip", [True, False])
@pytest.mark.parametrize(
    "dtype",
    [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
     torch.int8, torch.uint8, torch.bool],
)  # fmt: skip
def test_numbers_of_every_type_are_read_from_both_formats_of_torch(tmp_path, dtype, in_a_zip):
    values = torch.tensor([[-2, 0, 1], [3, 4, 5]]).to(dtype)
    storage = torch.storage.TypedStorage(wrap_storage=values.untyped_storage(), dtype=dtype, _internal=True)
    file = io.BytesIO()
    torch.save(storage, file, _use_new_zipfile_serialization=in_a_zip)
    turned = tensor((2, 2), (1, 3), 1, file.getvalue())
    (tmp_path / "network.pkl").write_bytes(dump({"ema": network(_buffers={"x": turned}, _modules={})}))
    found = read_pickle(tmp_path / "network.pkl")["ema"].tensors()["x"]
    assert found.dtype == dtype
    assert torch.equal(found, values.as_strided((2, 2), (1, 3), 1))


def test_settings_in_an_easydict_of_an_older_python_are_read(tmp_path):
    settings = Global("dnnlib.util", "EasyDict", state={})
    (tmp_path / "network.pkl").write_bytes(dump({"ema": network(_init_kwargs=settings)}))
    assert read_pickle(tmp_path / "network.pkl")["ema"].init_kwargs == {}


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match=r"missing\.pkl: can't be read \(No such file"):
        load_network(tmp_path / "missing.pkl")


CALLS = {
    name: dump(Global(*name.rsplit(".", 1), *arguments))
    for name, arguments in {
        "os.system": ("touch WITNESS",),
        "posix.system": ("touch WITNESS",),
        "nt.system": ("type nul > WITNESS",),
        "subprocess.Popen": (["touch", "WITNESS"],),
        "subprocess.check_output": (["touch", "WITNESS"],),
        "builtins.eval": ("open('WITNESS', 'w')",),
        "builtins.exec": ("open('WITNESS', 'w')",),
        "builtins.open": ("WITNESS", "w"),
        "builtins.getattr": (1, "real"),
        "builtins.__import__": ("os",),
        "builtins.compile": ("1", "", "eval"),
        "builtins.globals": (),
        "__builtin__.eval": ("open('WITNESS', 'w')",),
        "importlib.import_module": ("os",),
        "runpy._run_code": ("open('WITNESS', 'w')", {}),
        "pickle.loads": (b"cos\nsystem\n(S'touch WITNESS'\ntR.",),
        "torch.load": ("WITNESS",),
        "torch.hub.load": ("x", "y"),
        "numpy.load": ("WITNESS",),
        "numpy.testing._private.utils.runstring": ("open('WITNESS', 'w')", {}),
        "operator.attrgetter": ("system",),
        "functools.partial": ("os",),
        "webbrowser.open": ("http://localhost",),
        "shutil.rmtree": ("WITNESS",),
        "code.interact": (),
        "pty.spawn": ("/bin/sh",),
        "torch_utils.persistence.persistent_class": (),
        "torch_utils.persistence._src_to_module": ("open('WITNESS', 'w')",),
        "torch.nn.modules.linear.Linear": (1, 1),
        "collections.OrderedDict.__init__": (),
        "synthgap.files.write_text": ("WITNESS", ""),
    }.items()
}


@pytest.mark.parametrize("name", CALLS)
def test_globals_of_other_kinds_are_refused_by_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.pkl").write_bytes(CALLS[name])
    with pytest.raises(
        UnsafePickleError, match=r"nothing in it was executed: global " + name.replace(".", r"\.")
    ):
        load_network(tmp_path / "evil.pkl")
    assert [file.name for file in tmp_path.iterdir()] == ["evil.pkl"]


def nested_payload(witness):
    file = io.BytesIO()
    torch.save(Evil(witness), file)
    return dump({"ema": network(_buffers={"x": tensor(payload=file.getvalue())})})


def legacy_nested_payload(witness):
    return dump({"ema": network(_buffers={"x": tensor(payload=pickle.dumps(Evil(witness)))})})


OTHERS = {
    "nested torch payload": (nested_payload, "nested torch payload: .*system"),
    "nested plain pickle": (legacy_nested_payload, "nested torch payload"),
    "no bytes as payload": (
        lambda _: dump(Global("torch.storage", "_load_from_bytes", [1])),
        "payload that is no bytes",
    ),
    "another nested object": (
        lambda _: dump(Global("torch.storage", "_load_from_bytes", saved({"a": 1}))),
        "nested torch payload of type dict",
    ),
    "tensor beyond its storage": (
        lambda _: dump(tensor((10**6, 10**6), (10**6, 1))),
        r"beyond its storage of 4",
    ),
    "tensor of negative stride": (lambda _: dump(tensor((2,), (-1,))), "negative or unmatched sizes"),
    "tensor of unmatched sizes": (lambda _: dump(tensor((2, 2), (1,))), "negative or unmatched sizes"),
    "tensor before its storage": (lambda _: dump(tensor(offset=-1)), "negative or unmatched sizes"),
    "tensor without storage": (
        lambda _: dump(Global("torch._utils", "_rebuild_tensor_v2", 1, 0, (1,), (1,), False, {})),
        "a tensor without a storage",
    ),
    "huge numpy array": (
        lambda _: dump(array((10**12,), b"1234")),
        r"a numpy array of shape \[1000000000000\] in 4 bytes",
    ),
    "numpy array of objects": (lambda _: dump(array((1,), b"12345678", "O")), "numpy type O is no number"),
    "wrong version": (lambda _: dump(network(version=7)), "persistent object of version 7; 6 is known"),
    "no version": (lambda _: dump(network(version=None)), "persistent object of version None"),
    "a function as a network": (lambda _: dump(network(kind="func")), "a persistent object that is no class"),
    "meta that is no dict": (
        lambda _: dump(Global("torch_utils.persistence", "_reconstruct_persistent_obj", [1])),
        "a persistent object that is no class",
    ),
    "network without a state": (
        lambda _: dump(
            Global(
                "torch_utils.persistence",
                "_reconstruct_persistent_obj",
                {"type": "class", "version": 6, "class_name": "EDMPrecond", "state": [1]},
            )
        ),
        "without a class name and a state",
    ),
    "persistent id": (lambda _: b"\x80\x02U\x04evilQ.", "pickle opcode BINPERSID"),
    "text persistent id": (lambda _: b"\x80\x02Pevil\n.", "pickle opcode PERSID"),
    "old instance": (lambda witness: f"(S'touch {witness}'\nios\nsystem\n.".encode(), "pickle opcode INST"),
    "old object": (lambda _: b"\x80\x02(cos\nsystem\nS'true'\no.", "pickle opcode OBJ"),
    "extension registry": (lambda _: b"\x80\x02\x82\x01.", "pickle opcode EXT1"),
    "out of band buffer": (lambda _: b"\x80\x05\x97.", "pickle opcode NEXT_BUFFER"),
    "protocol of the future": (lambda _: b"\x80\x07N.", "pickle protocol 7"),
    "huge memo": (lambda _: b"\x80\x02Nr\xff\xff\xff\x7f.", "memo place 2147483647 before it is needed"),
    "state on a global": (
        lambda _: b"\x80\x02ctorch.storage\n_load_from_bytes\n}X\x05\x00\x00\x00_callK\x01sb.",
        "sets the state of a global",
    ),
    "shared module": (lambda _: shared_module(), "is shared, or no module"),
    "number as a parameter": (
        lambda _: dump({"ema": edm(_parameters={"weight": 3})}),
        "model.weight is no tensor",
    ),
    "list of modules": (lambda _: dump({"ema": edm(_modules=[1])}), "_modules is no dict"),
}


def saved(content) -> bytes:
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


def edm(**inner) -> Global:
    outer = {"img_resolution": 8, "img_channels": 1, "label_dim": 0, "_init_kwargs": {}}
    inner = {"_init_kwargs": {"model_channels": 4, "channel_mult": [1], "num_blocks": 1}, **inner}
    return network(_modules={"model": network("SongUNet", **inner)}, **outer)


def shared_module() -> bytes:
    """One module in two places: a doubling at every level would keep a naive reader busy for ever."""
    module = network("Linear")
    return dump({"ema": edm(_modules={"a": module, "b": module})})


@pytest.mark.parametrize("name", OTHERS)
def test_other_tricks_are_refused_with_a_reason(tmp_path, name):
    make, message = OTHERS[name]
    witness = tmp_path / "witness"
    path = tmp_path / "evil.pkl"
    path.write_bytes(make(witness))
    with pytest.raises(InputError, match=message) as error:
        load_network(path)
    assert "\n" not in str(error.value)
    assert not witness.exists()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_truncated_files_are_told(tmp_path, share):
    data = (GOLDEN / "edm_ddpmpp.pkl").read_bytes()
    path = tmp_path / "short.pkl"
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(InputError, match=r"short\.pkl: "):
        load_network(path)


def test_a_claimed_gigabyte_is_not_allocated(tmp_path):
    path = tmp_path / "huge.pkl"
    path.write_bytes(b"\x80\x04\x8e" + struct.pack("<Q", 2**50) + b"x.")
    with pytest.raises(InputError, match="not a whole pickle"):
        load_network(path)


def test_deep_nesting_does_no_harm(tmp_path):
    path = tmp_path / "deep.pkl"
    path.write_bytes(b"\x80\x04" + b"(" * 100_000 + b"l" * 100_000 + b".")
    with pytest.raises(InputError, match=r"holds a list, expected a dict|not a whole pickle"):
        read_pickle(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "its network `ema` is none"),
        ({"ema": None}, "its network `ema` is none"),
        ({"ema": network("Unknown")}, "its network `ema` is Unknown; EDMPrecond, .* Precond are known here"),
        ({"ema": network("VPPrecond")}, "its U-Net is none; SongUNet or DhariwalUNet is known here"),
        (
            {"ema": network(_modules={"model": network("UNet")})},
            "its U-Net is UNet; SongUNet or DhariwalUNet is known here",
        ),
        (
            {"ema": network("Precond", img_channels=3, _modules={"unet": network("SongUNet")})},
            "its U-Net is SongUNet; UNet is known here",
        ),
        (
            {"ema": network("VPPrecond", _modules={"model": network("DhariwalUNet")})},
            "its settings describe no DhariwalUNet",
        ),
        ({"ema": network(_modules={"model": network("SongUNet")})}, "its settings describe no SongUNet"),
        ({"ema": edm()}, "its weights don't fit its own settings"),
        (
            {"ema": edm(_init_kwargs={"encoder_type": "skip"})},
            "its encoder_type is 'skip'; standard or residual is known here",
        ),
        (
            {"ema": edm(_init_kwargs={"decoder_type": "skip"})},
            "its decoder_type is 'skip'; standard is known here",
        ),
        (
            {"encoder": network("StabilityVAEEncoder"), "ema": network("Precond", img_channels=4)},
            "a network of latents, which its StabilityVAEEncoder makes images of; of EDM2's, those of pixels",
        ),
        ({"ema": network("Precond", img_channels=8)}, "a network of 8 channels, so of latents; of EDM2's"),
    ],
)
def test_networks_of_other_kinds_are_named(tmp_path, content, message):
    path = tmp_path / "network.pkl"
    path.write_bytes(dump(content))
    with pytest.raises(InputError, match=message):
        load_network(path)


def test_numpy_numbers_become_numbers(tmp_path):
    path = tmp_path / "network.pkl"
    dtype = Global("numpy", "dtype", "f8", False, True, state=(3, "<", None, None, None, -1, -1, 0))
    scalar = Global("numpy.core.multiarray", "scalar", dtype, np.float64(0.25).tobytes())
    path.write_bytes(dump({"ema": network(sigma_data=scalar)}))
    assert read_pickle(path)["ema"].state["sigma_data"] == 0.25
