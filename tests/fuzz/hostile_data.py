"""Archives, images and arrays made to harm a reader: each is small, and none may be read."""

import gzip
import io
import json
import struct
import tarfile
import zipfile
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from scipy.io import savemat

from .genuine_data import encoded, pictures

MIB = 2**20
Cases = dict[str, tuple[str, bytes]]  # a file's name, whose suffix says where it belongs, and its content


def cases() -> Cases:
    return zips() | tars() | arrays() | images() | others()


def raw_zip(*members: tuple[str, bytes, dict]) -> bytes:
    """A zip whose directory may lie. members: name, packed bytes, and the fields that are not as they are."""
    body, directory = b"", b""
    for name, data, lies in members:
        told = {
            "flags": 0,
            "method": 0,
            "crc": zlib.crc32(data),
            "packed": len(data),
            "size": len(data),
        } | lies
        fields = (
            20,
            told["flags"],
            told["method"],
            0,
            0,
            told["crc"],
            told["packed"],
            told["size"],
            len(name),
        )
        local = struct.pack("<4s5H3I2H", b"PK\3\4", *fields, 0) + name.encode()
        place = told.get("place", len(body))
        directory += struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, *fields, 0, 0, 0, 0, 0, place) + name.encode()
        body += local + data
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return body + directory + end


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def labelled(label: bytes) -> bytes:
    """A zip of EDM's of one image."""
    told = b'{"labels": [["a.png", ' + label + b"]]}"
    return raw_zip(("a.png", encoded(pictures()[0]), {}), ("dataset.json", told, {}))


def zips() -> Cases:
    image = encoded(pictures()[0])
    good = [(f"{'ab'[i % 2]}/{i}.png", encoded(each), {}) for i, each in enumerate(pictures())]
    bomb = deflated(bytes(20 * MIB))
    zeros = {"method": 8, "crc": zlib.crc32(bytes(20 * MIB)), "size": 20 * MIB}
    shared = {"packed": 99, "place": 0}
    found = {
        "one large member": raw_zip(*good, ("a/x.png", bomb, zeros)),
        "a member that says it is small": raw_zip(*good, ("a/x.png", bomb, zeros | {"size": 500})),
        "a member that says it is huge": raw_zip(*good, ("a/x.png", image, {"size": 2**32 - 2})),
        "packed longer than the file": raw_zip(*good, ("a/x.png", image, {"packed": 2**31})),
        "one body for many": raw_zip(*good, *((f"a/x{i}.png", b"", shared) for i in range(99))),
        "a name twice": raw_zip(*good, good[0]),
        "encrypted": raw_zip(*good, ("a/x.png", image, {"flags": 1})),
        "Deflate64": raw_zip(*good, ("a/x.png", image, {"method": 9})),
        "bzip2 of many zeros": raw_zip(*good, ("a/x.png", image, {"method": 12})),
        "a broken stream": raw_zip(*good, ("a/x.png", b"\xff" * 99, {"method": 8, "size": 99})),
        "a wrong checksum": raw_zip(*good, ("a/x.png", image, {"crc": 1})),
        "a name that leads outside": raw_zip(*good, ("../../x.png", image, {})),
        "a name of 60 folders": raw_zip(*good, ("a/" * 60 + "x.png", image, {})),
        "a name of 60,000 letters": raw_zip(*good, ("a/" + "x" * 60_000, image, {})),
        "no name": raw_zip(*good, ("", image, {})),
        "a name with escapes": raw_zip(*good, ("a/\x1b[2J\n.png", b"", {})),
        "labels that nest": raw_zip(*good, ("dataset.json", b'{"labels":' + b"[" * 10**6, {})),
        "labels of 10^400": labelled(b"1" + b"0" * 400),
        "labels of 10^7": labelled(b"10000000"),
        "labels that are lists": labelled(b"[[[1]]]"),
        "10,000 members": raw_zip(*((f"a/{i}", b"", {}) for i in range(10_000))),
    }  # fmt: skip
    return {f"zip: {name}": ("x.zip", data) for name, data in found.items()}


def tar_of(*members: tuple[str, bytes, dict]) -> bytes:
    content = b""
    for name, data, fields in members:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        for field, value in fields.items():
            setattr(member, field, value)
        content += member.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % 512)
    return content


def tars() -> Cases:
    image = encoded(pictures()[0])
    label = ("0.cls", b"1", {})
    pax = b"18 size=-51200000\n"
    sized = {"type": tarfile.XHDTYPE}
    found = {
        "a link": tar_of(label, ("0.png", b"", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"})),
        "a hard link": tar_of(label, ("0.png", b"", {"type": tarfile.LNKTYPE, "linkname": "0.cls"})),
        "a device": tar_of(label, ("0.png", b"", {"type": tarfile.CHRTYPE})),
        "a pipe": tar_of(label, ("0.png", b"", {"type": tarfile.FIFOTYPE})),
        "huge member": tar_of(label, ("0.png", image, {"size": 2**60})),
        "huge label": tar_of(("0.png", image, {}), ("0.cls", b"", {"size": 2**33})),
        "negative size": tar_of(label, ("0.png", image, {"size": -(2**40)})),
        "pax: negative size": tar_of(label, ("p", pax, sized), ("0.png", image, {})),
        "pax: huge header": tar_of(label, ("p", b"", sized | {"size": 2**40})),
        "pax: 3,000 headers": tar_of(label, *(("p", b"11 path=a\n\n", sized),) * 3000, ("0.png", image, {})),
        "gnu: huge name": tar_of(label, ("n", b"", {"type": tarfile.GNUTYPE_LONGNAME, "size": 2**40})),
        "gnu: sparse": tar_of(label, ("0.png", b"", {"type": tarfile.GNUTYPE_SPARSE, "size": 2**40})),
        "a name twice": tar_of(label, label, ("0.png", image, {})),
        "a label of 10^9 digits": tar_of(("0.png", image, {}), ("0.cls", b"1" * 100, {})),
        "no label": tar_of(("0.png", image, {})),
    }  # fmt: skip
    return {f"tar: {name}": ("x.tar", data) for name, data in found.items()}


def npy(shape: str, dtype: str = "'|u1'", rest: str = "", data: bytes = b"") -> bytes:
    header = f"{{'descr': {dtype}, 'fortran_order': False, 'shape': {shape}, {rest}}}\n".encode()
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", len(header)) + header + data


def npz_of(packed: bool = False, **members: bytes) -> bytes:
    file = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def safetensors_of(header: bytes, data: bytes = b"", length: int | None = None) -> bytes:
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def arrays() -> Cases:
    images, labels = npy("(12, 8, 8)", data=bytes(768)), npy("(12,)", data=bytes([0, 1] * 6))
    huge = npy("(100000000, 8, 8)")
    ids = npy("(12,)", "'<i8'", data=struct.pack("<12q", *[10**7] * 11, 0))
    object_array = io.BytesIO()
    np.save(object_array, np.array([{}] * 12), allow_pickle=True)
    npz = {
        "huge shape": npz_of(images=huge, labels=labels),
        "huge shape and size": raw_zip(("labels.npy", labels, {}), ("images.npy", huge, {"size": 2**32 - 2})),
        "many zeros": npz_of(True, images=npy("(10000000, 8, 8)", data=bytes(16 * 10**6)), labels=labels),
        "negative shapes": npz_of(images=npy("(-12, -64)", data=bytes(768)), labels=labels),
        "a shape of 10,000": npz_of(images=npy("(" + "1," * 10_000 + ")", data=b"1"), labels=labels),
        "a shape of texts": npz_of(images=npy("('a', 'b')"), labels=labels),
        "a shape of 10^400": npz_of(images=npy(f"(1{'0' * 400},)"), labels=labels),
        "a header that nests": npz_of(images=npy("(" * 5000 + ")" * 5000), labels=labels),
        "a header of 10 MB": npz_of(True, images=npy("(1,)", rest=" " * 10**7), labels=labels),
        "objects": npz_of(images=images, labels=object_array.getvalue()),
        "a type of many fields": npz_of(images=images, labels=npy("(12,)", str([("a", "<i8")] * 2))),
        "a type of 2^31 bytes": npz_of(images=npy("(1,)", "'|S2147483647'"), labels=labels),
        "no bytes": npz_of(images=npy("(12, 0, 0)"), labels=labels),
        "a label of 10^7": npz_of(images=images, labels=ids),
        "a label of 2^64": npz_of(images=images, labels=npy("(12,)", "'<u8'", data=b"\xff" * 96)),
        "no npy": npz_of(images=b"PK\3\4", labels=b""),
    }  # fmt: skip
    one = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    headers = {
        "longer than the file": safetensors_of(b"{}", length=2**62),
        "nests": safetensors_of(b'{"__metadata__":' + b"[" * 10**6),
        "metadata that nests": safetensors_of(
            json.dumps({"__metadata__": {"synthgap": "[" * 10**5}}).encode()
        ),
        "overlaps": safetensors_of(json.dumps({f"a{i}": one for i in range(1000)}).encode(), bytes(4)),
        "names twice": safetensors_of(b'{"a":1,' * 2 + b'"b":{}}', bytes(4)),
        "many arrays": safetensors_of(
            json.dumps(
                {f"a{i}": one | {"shape": [0], "data_offsets": [0, 0]} for i in range(200_000)}
            ).encode()
        ),
        "many dimensions": safetensors_of(json.dumps({"a": one | {"shape": [1] * 10**5}}).encode(), bytes(4)),
        "a huge shape": safetensors_of(json.dumps({"a": one | {"shape": [2**61, 2**61]}}).encode(), bytes(4)),
        "numbers of 10^6 digits": safetensors_of(b'{"a":' + b"1" * 10**6 + b"}"),
    }
    return {f"npz: {name}": ("x.npz", data) for name, data in npz.items()} | {
        f"safetensors: {name}": ("x.safetensors", data) for name, data in headers.items()
    }


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, data: bytes = b"") -> bytes:
    """Of one bit a pixel."""
    head = chunk(b"IHDR", struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def tiff(*tags: tuple[int, int, int, int], following: int = 0) -> bytes:
    """Tags: number, type, count, value."""
    entries = b"".join(struct.pack("<2H2I", *tag) for tag in sorted(tags))
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", following)


def images() -> Cases:
    text = zlib.compress(bytes(20 * MIB))
    profile = b"icc\0\0" + text
    size = [(256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    bmp = bytearray(encoded(pictures()[0], "bmp"))
    bmp[18:26] = struct.pack("<2i", 2**30, -(2**30))
    riff = b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0" * 4 + b"\xff" * 6
    found = {
        "png: 10^10 pixels": ("x.png", png(100_000, 100_000)),
        "png: 4 * 10^8 pixels": ("x.png", encoded_bits(20_000)),
        "png: 2^62 pixels": ("x.png", png(2**31 - 1, 2**31 - 1)),
        "png: text of 20 MB": ("x.png", png(8, 8, chunk(b"zTXt", b"a\0\0" + text), data=b"")),
        "png: profile of 20 MB": ("x.png", png(8, 8, chunk(b"iCCP", profile), data=b"")),
        "png: 20,000 chunks": ("x.png", png(8, 8, *(chunk(b"tEXt", b"a\0b"),) * 20_000)),
        "bmp: 2^60 pixels": ("x.bmp", bytes(bmp)),
        "gif: 2^32 pixels": ("x.gif", b"GIF89a" + b"\xff" * 4 + bytes(3) + b"," + bytes(20)),
        "tif: 2^62 pixels": ("x.tif", tiff((256, 4, 1, 2**31), (257, 4, 1, 2**31), *size[2:])),
        "tif: strips of 2^32": ("x.tif", tiff(*size, (273, 4, 2**31, 8), (279, 4, 2**31, 8))),
        "tif: circles": ("x.tif", tiff(*size, (330, 4, 1, 8), following=8)),
        "webp: 2^48 pixels": ("x.webp", riff),
        "ppm: 10^18 pixels": ("x.ppm", b"P6 1000000000 1000000000 255 "),
        "ppm: a number of 10^6 digits": ("x.ppm", b"P6 " + b"9" * 10**6),
        "ppm: a comment of 8 MB": ("x.ppm", b"P6 #" + b"x" * 8 * MIB),
        "jpg: 65500 x 65500": ("x.jpg", jpeg_sized(65_500)),
        "PostScript": ("x.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 16 16\nshowpage\n"),
        "no image": ("x.png", b"nonsense"),
    }  # fmt: skip
    return {f"image: {name}": case for name, case in found.items()}


def encoded_bits(size: int) -> bytes:
    file = io.BytesIO()
    Image.new("1", (size, size)).save(file, "png")
    return file.getvalue()


def jpeg_sized(size: int) -> bytes:
    data = bytearray(encoded(pictures()[0], "jpg"))
    place = data.index(b"\xff\xc0") + 5
    data[place : place + 4] = struct.pack(">2H", size, size)
    return bytes(data)


def others() -> Cases:
    head = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**31, 2**31, 2**31)
    table = io.BytesIO()
    one = {"bytes": encoded(pictures()[0]), "path": "x"}
    rows = pa.array([0]).dictionary_encode().take(pa.array(np.zeros(300_000, np.int64)))
    column = pa.array([one]).take(pa.array(np.zeros(10, np.int64)))
    pq.write_table(pa.table({"image": column, "label": [10**7] * 10}), table)
    many = io.BytesIO()
    nothing = pa.nulls(300_000, pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
    pq.write_table(pa.table({"image": nothing, "label": rows}), many)
    zeros = io.BytesIO()
    savemat(zeros, {"X": np.zeros((8, 8, 3, 10**5), np.uint8), "y": np.ones((9, 1))}, do_compression=True)
    huge = bytearray(1000)
    huge[:128] = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
    huge[128:176] = struct.pack("<2I2I2I2I4i", 14, 2**31 - 1, 6, 8, 9, 0, 5, 16, 30_000, 30_000, 3, 30_000)
    return {
        "gz: 80 MB": ("x.gz", gzip.compress(bytes(80 * MIB))),
        "gz: 2^93 pixels": ("x.gz", gzip.compress(head)),
        "gz: 255 dimensions": ("x.gz", gzip.compress(bytes([0, 0, 8, 255]) + b"\0\0\0\1" * 255)),
        "gz: cut": ("x.gz", gzip.compress(bytes(10_000))[:-9]),
        "gz: nothing": ("x.gz", b""),
        "parquet: a label of 10^7": ("x.parquet", table.getvalue()),
        "parquet: 300,000 rows": ("x.parquet", many.getvalue()),
        "parquet: a footer of 2^31": ("x.parquet", b"PAR1" + bytes(99) + struct.pack("<I", 2**31) + b"PAR1"),
        "parquet: nonsense": ("x.parquet", b"PAR1" + b"\xff" * 99 + struct.pack("<I", 99) + b"PAR1"),
        "mat: many zeros": ("x.mat", zeros.getvalue()),
        "mat: a huge array": ("x.mat", bytes(huge)),
        "mat: of version 7.3": ("x.mat", b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(999)),
    }
