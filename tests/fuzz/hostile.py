"""Pickles made to harm a reader: one for each way that is known. Each is small, and none may be read."""

import struct
from collections import OrderedDict

from pickling import Global, array, network, tensor

from .parts import (
    DEEP_TUPLE,
    DOUBLED_TUPLE,
    NAMES,
    NUMBER_TYPE,
    SYSTEM,
    Raw,
    baseline,
    chain,
    circular,
    collisions,
    dtype,
    dump,
    edm,
    generator,
    in_buffers,
    key,
    legacy,
    lists,
    modules,
    same,
    shared,
    state_of,
    tuples,
    word,
    zipped,
)  # fmt: skip

LONG = "x" * 1_000_000


def cases() -> dict[str, bytes]:
    return hashed() | worded() | built() | nested() | claimed() | shadowed() | sized() | walked()


def hashed():
    return {
        "doubled tuple as a key": key(DOUBLED_TUPLE),
        "doubled tuple in a set": b"\x80\x04\x8f(" + DOUBLED_TUPLE + b"\x90.",
        "doubled tuple in a frozenset": b"\x80\x04(" + DOUBLED_TUPLE + b"\x91.",
        "doubled tuple in a called set": dump({"ema": Global("builtins", "set", [tuples])}),
        "deep tuple as a key": key(DEEP_TUPLE),
        "deep tuple in a frozenset": b"\x80\x04(" + DEEP_TUPLE + b"\x91.",
        "deep tuple as a value": b"\x80\x04}N" + DEEP_TUPLE + b"s.",
        "whole numbers of one hash": b"\x80\x04}(" + b"".join(collisions(2000)) + b"u.",
        "call as a key": b"\x80\x04}ccollections\nOrderedDict\n)RNs.",
    }


def worded():
    """What a message, a version or a name would be made of."""
    return {
        "doubled list as a version": dump({"ema": network(version=lists)}),
        "doubled list as a type": dump({"ema": network(kind=lists)}),
        "doubled list as a class name": dump({"ema": network(lists)}),
        "doubled list as a device": dump({"ema": network(device=Global("torch", "device", lists))}),
        "doubled list as a number's type": dump(
            {"ema": Global("numpy.core.multiarray", "scalar", dtype, b"1")}
        ),
        "doubled list as a size": dump({"ema": Global("torch", "Size", lists)}),
        "doubled list as a payload": dump({"ema": tensor(payload=lists)}),
        "doubled list as a tensor's size": in_buffers(tensor(lists, (1,))),
        "doubled list as a number of classes": edm(label_dim=lists),
        "doubled list as channels": edm(channel_mult=lists),
        "doubled list as a filter": generator("stylegan2", resample_filter=lists),
        "doubled list as a fixed setting": generator("stylegan2", activation=lists),
        "doubled list as a setting": generator("stylegan3", first_cutoff=lists),
        "doubled list as sigma": edm(sigma_data=lists),
        "long class name": dump({"ema": network(LONG)}),
        "long global": f"cos{LONG}\nsystem\n.".encode(),
        "long global from the stack": b"\x80\x04X" + struct.pack("<I", len(LONG)) + LONG.encode() + b"2\x93.",
        "control signs in a global": b"cos\x1b[2Jpath\nsys\x07tem\n.",
        "long key": dump({"ema": network(**{LONG: 1})}),
        "long setting": generator("stylegan2", **{"y" * 999: 1}),
        "long text as a setting": generator("stylegan2", architecture=LONG),
        "long version": dump({"ema": network(version=LONG)}),
        "long numpy type": dump({"ema": Global("numpy", "dtype", LONG, False, True)}),
        "huge number as a version": dump({"ema": network(version=1 << 2000)}),
        "long text that is no network": dump(LONG),
        "long text of Python 2": b"\x80\x02T" + struct.pack("<i", len(LONG)) + b"\xff" * len(LONG) + b".",
    }


def built():
    """State, items and calls where genuine files have none."""
    moved = (Global("torch._utils", "_rebuild_tensor_v2", 1, 0, (1 << 31,), (1,), False, OrderedDict()), 0)
    return {
        "item set on a tensor": in_buffers(Raw(tensor(), b"K\x00K\x01s")),
        "appended to a tensor": in_buffers(Raw(tensor(), b"K\x00a")),
        "extended tensor": in_buffers(Raw(tensor(), b"(K\x00K\x01e")),
        "state of a tensor": in_buffers(state_of(tensor(), {"data": 1})),
        "storage of a tensor": in_buffers(state_of(tensor(), (False, moved, OrderedDict()))),
        "called tensor": in_buffers(Raw(tensor(), b")R")),
        "called text": b"\x80\x04X\x02\x00\x00\x00os)R.",
        "named arguments": b"\x80\x04ccollections\nOrderedDict\n)}X\x01\x00\x00\x00aK\x01s\x92.",
        "arguments that are a list": b"\x80\x04ccollections\nOrderedDict\n]R.",
        "os.system in the middle": in_buffers(Raw(SYSTEM)),
        "os.system as an item": in_buffers(
            Raw(b"ccollections\nOrderedDict\n)RX\x01\x00\x00\x00a" + SYSTEM + b"s")
        ),
        "os.system dropped": b"\x80\x02" + SYSTEM + b"0}.",
        "os.system from the stack": b"\x80\x04"
        + word("os")
        + word("system")
        + b"\x93"
        + word("touch ran")
        + b"\x85R.",
        "instance": b"(S'touch ran'\nios\nsystem\n.",
        "eval by its other name": dump({"ema": Global("__builtin__", "eval", "open('ran', 'w')")}),
    }


def nested():
    """Payloads of torch.save that ask for more than their numbers."""
    payloads = {
        "bytearray of 3 GB": b"\x80\x02c__builtin__\nbytearray\nJ\x00\x00\x00\x7f\x85R.",
        "legacy bytearray of 3 GB": legacy(storage=b"c__builtin__\nbytearray\nJ\x00\x00\x00\x7f\x85R"),
        "legacy without its storage": legacy(keys=b"]", behind=b""),
        "legacy of other storages": legacy(keys=b"]X\x01\x00\x00\x001a"),
        "legacy of 2^40 numbers": legacy(count=b"\x8a\x06\x00\x00\x00\x00\x00\x01"),
        "legacy of fewer numbers": legacy(behind=struct.pack("<qf", 4, 0)),
        "legacy of negative numbers": legacy(count=b"J\xff\xff\xff\xff"),
        "legacy of other numbers": legacy(storage=b"ctorch\nComplexFloatStorage\n"),
        "legacy that calls": legacy(storage=SYSTEM),
        "zip that deflates 3 GB": zipped(),
        "zip that claims 3 GB": zipped(method=0, content=bytes(16)),
        "zip cut short": zipped()[:-30],
        "zip of 65535 members": zipped()[:-14] + b"\xff\xff\xff\xff" + zipped()[-10:],
        "nothing": b"",
        "half a zip": b"PK\3\4",
    }
    return {f"nested: {name}": in_buffers(tensor(payload=payload)) for name, payload in payloads.items()}


def claimed():
    """Lengths and places that are not there."""
    huge = struct.pack("<Q", 1 << 50)
    return {
        "frame of 2^63 bytes": b"\x80\x04\x95" + struct.pack("<Q", 1 << 63) + b"}.",
        "bytes of 2^50": b"\x80\x04\x8e" + huge + b".",
        "text of 2^50": b"\x80\x04\x8d" + huge + b".",
        "bytearray of 2^50": b"\x80\x05\x96" + huge + b".",
        "number of 2^31 bytes": b"\x80\x02\x8b\xff\xff\xff\x7f.",
        "number of a million digits": b"L" + b"9" * 1_000_000 + b"L\n.",
        "text of negative length": b"\x80\x02T\xff\xff\xff\xff.",
        "memo place 2^31": b"\x80\x02Nr\xff\xff\xff\x7f.",
        "memo place in words": b"\x80\x02Np99999999999999999999\n.",
        "memo that is empty": b"\x80\x02h\x07.",
        "a million marks": b"\x80\x02" + b"(" * 1_000_000 + b".",
        "two million dicts": b"\x80\x02" + b"}" * 2_000_000 + b".",
        "two million calls": b"\x80\x02ccollections\nOrderedDict\n" + b"2)R0" * 500_000 + b".",
        "a line without an end": b"\x80\x02S'" + b"a" * 3_000_000,
        "no end": b"\x80\x02}",
        "nothing": b"",
        "a stack with nothing": b"\x80\x02.",
        "expanded tensor": in_buffers(tensor((1 << 40,), (0,))),
        "stride of 2^62": in_buffers(tensor((1, 4), (1 << 62, 2))),
        "empty tensor of 2^62": in_buffers(tensor((0, 1 << 62, 1 << 62), (1, 1, 1))),
        "a storage shared 200 times": in_buffers(
            *[Global("torch._utils", "_rebuild_parameter", shared)] * 200
        ),
        "numpy array of 2^62": dump({"ema": array((1 << 62, 1 << 62), b"1234")}),
        "empty numpy array of 2^62": dump({"ema": network(x=array((0, 1 << 62, 1 << 62), b""))}),
        "numpy array of objects": dump({"ema": network(x=array((1,), b"12345678", "O"))}),
    }


def shadowed():
    """Attributes of what a reader may make of the records."""
    ordered = Global("collections", "OrderedDict")
    return {
        "items of an OrderedDict": edm({"_parameters": state_of(ordered, {"items": 1})}),
        "pairs of an OrderedDict": edm({"_parameters": Global("collections", "OrderedDict", [1])}),
        "get of an EasyDict": dump({"ema": state_of(Global("dnnlib.util", "EasyDict"), {"get": 1})}),
        "tensors of a network": dump({"ema": state_of(network(), {"tensors": 1, "state": 2})}),
        "state of a container": dump(
            {"ema": state_of(Global("torch.nn.modules.container", "ModuleList"), [1])}
        ),
        "state set twice": dump({"ema": state_of(state_of(NUMBER_TYPE, (3, "<")), (3, ">"))}),
        "state of a size": dump({"ema": state_of(Global("torch", "Size", (1,)), {"x": 1})}),
        "parameters that are a number": edm({"_parameters": 3}),
        "modules that are a text": edm({"_modules": "abc"}),
    }


def sized():
    """Settings that would build modules until the memory is full."""
    return {
        "10^4 blocks": edm(num_blocks=10**4),
        "2^63 blocks": edm(num_blocks=1 << 63),
        "blocks by a fraction": edm(num_blocks=1e9),
        "10^5 levels": edm(channel_mult=[1] * 10**5),
        "99 levels of 99 blocks": edm(channel_mult=[1] * 99, num_blocks=99),
        "10^9 channels": edm(model_channels=10**9),
        "2^63 channels": edm(model_channels=1 << 63),
        "10^5 taps": edm(resample_filter=[1] * 10**5),
        "10^9 augmentations": edm(augment_dim=10**9),
        "2^63 classes": edm(label_dim=1 << 63),
        "2^2000 pixels": edm(img_resolution=1 << 2000),
        "10^4 blocks of ADM": baseline("edm-dhariwal", num_blocks=10**4),
        "10^5 levels of ADM": baseline("edm-dhariwal", channel_mult=[1] * 10**5),
        "fewer channels than none": baseline("edm-dhariwal", channel_mult=[1, -2]),
        "10^4 blocks of EDM2": baseline("edm-edm2", num_blocks=10**4),
        "10^9 channels of EDM2": baseline("edm-edm2", model_channels=10**9),
        "heads without channels": baseline("edm-edm2", channels_per_head=0),
        "no number as a balance": baseline("edm-edm2", res_balance=float("nan")),
        "10^5 taps of EDM2": baseline("edm-edm2", resample_filter=[1] * 10**5),
        "10^12 time steps": baseline("iddpm-dhariwal", {"M": 10**12}),
        "2^2000 time steps": baseline("iddpm-dhariwal", {"M": 1 << 2000}),
        "no time steps": baseline("iddpm-dhariwal", {"M": 0}),
        "time steps by a list": baseline("iddpm-dhariwal", {"M": lists}),
        "infinite noise": baseline("ve", {"sigma_max": float("inf")}),
        "noise below none": baseline("vp", {"sigma_min": -1}),
        "10^9 mapping layers": generator("stylegan2", mapping_layers=10**9),
        "10^9 features": generator("stylegan2", channel_base=10**12, channel_max=10**9),
        "10^9 layers": generator("stylegan3", num_layers=10**9),
        "100 layers of radial filters": generator(
            "stylegan3", num_layers=100, filter_size=100, use_radial_filters=True, channel_base=64
        ),
        "10^5 taps of a generator": generator("stylegan2", resample_filter=[1] * 10**5),
    }


def walked():
    """What goes in circles, or is deep, or is the same many times."""
    itself = b"\x80\x04}\x94\x8c\x03emah\x00s."
    return {
        "dict that holds itself": itself,
        "module that holds itself": circular(),
        "modules in a deep chain": edm(modules(x=chain(40))),
        "one module in two places": edm(modules(a=same, b=same)),
        "one dict of many modules": edm(
            modules(**{f"m{i}": network("L", _buffers=NAMES) for i in range(99)})
        ),
        "list that holds itself": b"\x80\x04]\x94h\x00a.",
    }
