"""What hostile pickles are made of: opcodes by hand, payloads that lie, networks with other settings."""

import io
import struct
import zlib

import torch
from pickling import Global, Writer, network, record, snapshot, storage_bytes, tensor
from synthgap.models.networks import EDMPrecond, UNetConfig
from synthgap.models.seeding import seeded
from synthgap.models.stylegan2 import StyleGAN2, StyleGAN2Config
from synthgap.models.stylegan3 import StyleGAN3, StyleGAN3Config

from .genuine import baselines


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


def legacy(
    storage=b"ctorch\nFloatStorage\n", count=b"K\x04", keys=b"]X\x01\x00\x00\x000a", behind=None
) -> bytes:
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


def baseline(kind, state=None, **settings) -> bytes:
    """Another denoiser of EDM's family with settings, or a state, that don't fit."""
    made, sizes = baselines()[kind]
    return dump(snapshot(made, sizes | settings, **state or {}))


def generator(kind, mapping_layers=1, **settings) -> bytes:
    """A generator with settings that don't fit."""
    config = {"z_dim": 4, "w_dim": 4, "mapping_layers": 1, "channel_base": 16, "channel_max": 2}
    with seeded(0):
        if kind == "stylegan2":
            made = StyleGAN2(8, 1, 2, StyleGAN2Config(**config))
        else:
            made = StyleGAN3(8, 1, 2, StyleGAN3Config(**config, num_layers=3))
    modules = {
        "mapping": record(
            made.mapping, "MappingNetwork", _init_kwargs={"z_dim": 4, "num_layers": mapping_layers}
        ),
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
DEEP_TUPLE = b")" + b"\x85" * 200_000
SYSTEM = b"cos\nsystem\nX\x0a\x00\x00\x00touch ran1\x85R"
lists, tuples = Raw(DOUBLED_LIST), Raw(DOUBLED_TUPLE)
dtype = Global("numpy", "dtype", lists, False, True)
shared = tensor((100_000,), (1,), payload=storage_bytes(torch.zeros(100_000)))
NAMES = {f"b{i}": None for i in range(3000)}
same = network("Linear", _buffers=NAMES)
NUMBER_TYPE = Global("numpy", "dtype", "f8", False, True)


def collisions(count):
    for i in range(count):
        raw = (i * (2**61 - 1)).to_bytes(16, "little")
        yield b"\x8a" + bytes([len(raw)]) + raw + b"N"


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
