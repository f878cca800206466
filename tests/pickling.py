"""Writes pickles in the format of the published ones, without the code that they come from."""

import io
import pickle
from collections import OrderedDict

import torch
from torch import nn


class Global:
    """Pickles as `module.name(*arguments)`, whatever that is."""

    def __init__(self, module, name, *arguments, state=None):
        self.module, self.name, self.arguments, self.state = module, name, arguments, state


class GlobalName:
    """Pickles as `module.name` itself, not as a call of it."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Writer(pickle._Pickler):
    """Python's own pickler, which also writes calls of globals that need not exist here."""

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, Global) and id(obj) in self.memo:
            self.write(self.get(self.memo[id(obj)][0]))
        elif isinstance(obj, GlobalName):
            self.write(f"c{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, Global):
            self.write(f"c{obj.module}\n{obj.name}\n".encode())
            super().save(tuple(obj.arguments))
            self.write(pickle.REDUCE)
            if obj.state is not None:
                super().save(obj.state)
                self.write(pickle.BUILD)
            self.memoize(obj)
        else:
            super().save(obj, save_persistent_id)


def dump(content, protocol=4) -> bytes:
    file = io.BytesIO()
    Writer(file, protocol).dump(content)
    return file.getvalue()


def network(class_name="EDMPrecond", version=6, kind="class", **state) -> Global:
    meta = {"type": kind, "version": version, "module_src": "raise SystemExit", "class_name": class_name}
    return Global("torch_utils.persistence", "_reconstruct_persistent_obj", meta | {"state": state})


def storage_bytes(tensor=None) -> bytes:
    file = io.BytesIO()
    values = torch.arange(4.0) if tensor is None else tensor
    storage = torch.storage.TypedStorage(
        wrap_storage=values.untyped_storage(), dtype=values.dtype, _internal=True
    )
    torch.save(storage, file)
    return file.getvalue()


def tensor(size=(2, 2), stride=(2, 1), offset=0, payload=None) -> Global:
    storage = Global("torch.storage", "_load_from_bytes", storage_bytes() if payload is None else payload)
    return Global("torch._utils", "_rebuild_tensor_v2", storage, offset, size, stride, False, OrderedDict())


def array(shape, raw, name="f4") -> Global:
    dtype = Global("numpy", "dtype", name, False, True, state=(3, "<", None, None, None, -1, -1, 0))
    state = (1, shape, dtype, False, raw)
    return Global("numpy.core.multiarray", "_reconstruct", None, (0,), b"b", state=state)


def network_bytes(module: nn.Module, class_name: str, **attributes) -> bytes:
    """A whole network of ours as a published snapshot."""
    return dump({"loss_fn": network("EDMLoss"), "ema": record(module, class_name, **attributes)})


def snapshot(denoiser: nn.Module, settings: dict, **state) -> dict:
    """What a published snapshot of such a denoiser holds. settings: by its authors' names."""
    own = {"img_resolution": "resolution", "img_channels": "channels", "label_dim": "num_classes"}
    own |= {name: name for name in denoiser.constants}
    state = {theirs: getattr(denoiser, ours) for theirs, ours in own.items()} | state
    state["_init_kwargs"] = settings
    if type(denoiser.model).__name__ == "EDM2UNet":
        precond = network("Precond", _modules={"unet": record(denoiser.model, "UNet")}, **state)
        return {"encoder": network("StandardRGBEncoder"), "loss_fn": network("EDM2Loss"), "ema": precond}
    class_name = type(denoiser).__name__.replace("IDDPM", "iDDPM")
    return {"loss_fn": network("EDMLoss"), "ema": record(denoiser, class_name, **state)}


def record(module: nn.Module, class_name: str, **attributes) -> Global:
    children = {name: _child(child) for name, child in module._modules.items() if child is not None}
    parameters = {name: _parameter(p.detach()) for name, p in module.named_parameters(recurse=False)}
    buffers = {name: _parameter(b) for name, b in module.named_buffers(recurse=False)}
    return network(class_name, _parameters=parameters, _buffers=buffers, _modules=children, **attributes)


def _child(module: nn.Module) -> Global:
    attributes = {name: getattr(module, name) for name in ("conv_clamp",) if hasattr(module, name)}
    return record(module, type(module).__name__, **attributes)


def _parameter(value: torch.Tensor) -> Global:
    storage = Global("torch.storage", "_load_from_bytes", storage_bytes(value.contiguous().flatten()))
    layout = (0, tuple(value.shape), value.contiguous().stride(), False, OrderedDict())
    return Global("torch._utils", "_rebuild_tensor_v2", storage, *layout)
