"""Pickles made to harm a reader: one for each way that is known. Each is small, and none may be read."""

import io
import struct
import zlib
from collections import OrderedDict

import torch
from pickling import Global, Writer, array, network, record, storage_bytes, tensor
from synthgap.models.networks import EDMPrecond, UNetConfig
from synthgap.models.seeding import seeded
from synthgap.models.stylegan2 import StyleGAN2, StyleGAN2Config
from synthgap.models.stylegan3 import StyleGAN3, StyleGAN3Config

LONG = "x" * 1_000_000


class Raw:
    """Opcodes that are written as they are; they leave one object on the stack and nothing in the memo."""

    def __init__(self, *opcodes):
        self.opcodes = opcodes


class RawWriter(Writer):
    """Writes Raw objects too, whose parts are opcodes or what is to be pickled between them."""

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, Raw):
            for part in obj.opcodes:
                self.write(part) if isinstance(part, bytes) else self.save(part)
        else:
            super().save(obj, save_persistent_id)


def dump(content) -> bytes:
    file = io.BytesIO()
    RawWriter(file, 4).dump(content)
    return file.getvalue()


def key(opcodes) -> bytes:
    """A dict with a key made by opcodes."""
    return b"\x80\x04}" + opcodes + b"Ns."


def legacy(storage=b"ctorch\nFloatStorage\n", count=b"K\x04", keys=b"]X\x01\x00\x00\x000a", behind=None) -> bytes:
    """A storage in torch's older format, whose parts may lie."""
    magic = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
    system = b"\x80\x02}X\x0d\x00\x00\x00little_endian\x88s."
    named = b"\x80\x02(X\x07\x00\x00\x00storage" + storage + b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpu" + count
    behind = struct.pack("<q4f", 4, 0, 1, 2, 3) if behind is None else behind
    return magic + b"\x80\x02M\xe9\x03." + system + named + b"NtQ." + b"\x80\x02" + keys + b"." + behind


def zipped(method=8, claimed=3 << 30, content=None) -> bytes:
    """A storage in a zip whose numbers are deflated, and claim to be 3 GB."""
    named = b"\x80\x02(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu"
    named += b"J" + struct.pack("<i", claimed // 4) + b"tQ."
    content = zlib.compress(bytes(1 << 20)) if content is None else content
    members = [("a/data.pkl", 0, named, len(named)), ("a/data/0", method, content, claimed)]
    body, directory = b"", b""
    for name, how, data, size in members:
        fields = (20, 0, how, 0, 0, zlib.crc32(data), len(data), size, len(name))
        local = struct.pack("<4s5H3I2H", b"PK\3\4", *fields, 0) + name.encode()
        entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, *fields, 0, 0, 0, 0, 0, len(body))
        directory += entry + name.encode()
        body += local + data
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 2, 2, len(directory), len(body), 0)
    return body + directory + end


def in_buffers(*things, **named) -> bytes:
    """A denoiser whose buffers are those."""
    return edm({"_buffers": {f"x{i}": thing for i, thing in enumerate(things)} | named})


def edm(state=None, **settings) -> bytes:
    """A denoiser with settings that don't fit, or with another state."""
    sizes = {"model_channels": 4, "channel_mult": [1], "num_blocks": 1, "attn_resolutions": []}
    with seeded(0):
        made = EDMPrecond(8, 1, 2, UNetConfig(model_channels=4, channel_mult=(1,), num_blocks=1))
    top = {"img_resolution": 8, "img_channels": 1, "label_dim": 2, "sigma_data": 0.5}
    top |= {name: settings.pop(name) for name in list(settings) if name in top}
    written = record(made, "EDMPrecond", _init_kwargs=sizes | settings, **top)
    written.arguments[0]["state"].update(state or {})
    return dump({"ema": written})


def generator(kind, mapping_layers=1, **settings) -> bytes:
    """A generator with settings that don't fit."""
    config = {"z_dim": 4, "w_dim": 4, "mapping_layers": 1, "channel_base": 16, "channel_max": 2}
    with seeded(0):
        if kind == "stylegan2":
            made = StyleGAN2(8, 1, 2, StyleGAN2Config(**config))
        else:
            made = StyleGAN3(8, 1, 2, StyleGAN3Config(**config, num_layers=3))
    modules = {
        "mapping": record(made.mapping, "MappingNetwork", _init_kwargs={"z_dim": 4, "num_layers": mapping_layers}),
        "synthesis": record(made.synthesis, "SynthesisNetwork", _init_kwargs=settings),
    }
    sizes = {"img_resolution": 8, "img_channels": 1, "c_dim": 2}
    return dump({"G_ema": network("Generator", _modules=modules, **sizes)})


def modules(**further) -> dict:
    """The state of a denoiser that has further modules beside its U-Net."""
    sizes = {"model_channels": 4, "channel_mult": [1], "num_blocks": 1}
    return {"_modules": {"model": network("SongUNet", _init_kwargs=sizes), **further}}


def chain(depth) -> Global:
    module = network("Linear")
    for _ in range(depth):
        module = network("Linear", _modules={"m" * 200: module})
    return module


def state_of(thing, state) -> Raw:
    return Raw(thing, state, b"b")


DOUBLED_TUPLE = b")" + b"2\x86" * 60
DOUBLED_LIST = b"(" * 60 + b")" + b"2l" * 60
DEEP_TUPLE = b")" + b"\x85" * 450_000
SYSTEM = b"cos\nsystem\nX\x0a\x00\x00\x00touch ran1\x85R"
lists, tuples = Raw(DOUBLED_LIST), Raw(DOUBLED_TUPLE)
dtype = Global("numpy", "dtype", lists, False, True)
shared = tensor((100_000,), (1,), payload=storage_bytes(torch.zeros(100_000)))
NAMES = {f"b{i}": None for i in range(3000)}
same = network("Linear", _buffers=NAMES)


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


def collisions(count):
    for i in range(count):
        raw = (i * (2**61 - 1)).to_bytes(16, "little")
        yield b"\x8a" + bytes([len(raw)]) + raw + b"N"


def worded():
    """What a message, a version or a name would be made of."""
    return {
        "doubled list as a version": dump({"ema": network(version=lists)}),
        "doubled list as a type": dump({"ema": network(kind=lists)}),
        "doubled list as a class name": dump({"ema": network(lists)}),
        "doubled list as a device": dump({"ema": network(device=Global("torch", "device", lists))}),
        "doubled list as a number's type": dump({"ema": Global("numpy.core.multiarray", "scalar", dtype, b"1")}),
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
        "os.system as an item": in_buffers(Raw(b"ccollections\nOrderedDict\n)RX\x01\x00\x00\x00a" + SYSTEM + b"s")),
        "os.system dropped": b"\x80\x02" + SYSTEM + b"0}.",
        "os.system from the stack": b"\x80\x04" + word("os") + word("system") + b"\x93" + word("touch ran") + b"\x85R.",
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
        "a storage shared 200 times": in_buffers(*[Global("torch._utils", "_rebuild_parameter", shared)] * 200),
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
        "state of a container": dump({"ema": state_of(Global("torch.nn.modules.container", "ModuleList"), [1])}),
        "state set twice": dump({"ema": state_of(state_of(dtype_of(), (3, "<")), (3, ">"))}),
        "state of a size": dump({"ema": state_of(Global("torch", "Size", (1,)), {"x": 1})}),
        "parameters that are a number": edm({"_parameters": 3}),
        "modules that are a text": edm({"_modules": "abc"}),
    }


def dtype_of():
    return Global("numpy", "dtype", "f8", False, True)


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
        "one dict of many modules": edm(modules(**{f"m{i}": network("L", _buffers=NAMES) for i in range(99)})),
        "list that holds itself": b"\x80\x04]\x94h\x00a.",
    }


def circular() -> bytes:
    """A module that is a part of itself."""
    call = b"ctorch_utils.persistence\n_reconstruct_persistent_obj\n"
    meta = b"}(" + word("type") + word("class") + word("version") + b"K\x06" + word("class_name")
    meta += word("EDMPrecond") + word("state") + b"}\x94u"
    unet = call + b"}(" + word("type") + word("class") + word("version") + b"K\x06" + word("class_name")
    unet += word("SongUNet") + word("state") + b"}u\x85R"
    parts = b"h\x00" + word("_modules") + b"}" + word("a") + b"h\x01s" + word("model") + unet + b"ss0"
    return b"\x80\x04}" + word("ema") + call + meta + b"\x85R\x94" + parts + b"s."


def word(text: str) -> bytes:
    return b"\x8c" + bytes([len(text)]) + text.encode()
