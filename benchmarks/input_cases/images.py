"""Image files: formats, modes, depths, damage."""

import struct
import zlib

import numpy as np
from fuzz.hostile_data import chunk, jpeg_sized, png
from PIL import Image

from .drawing import CAT_DOG, drawn, encoded, splits, write
from .judging import Input, Refused, Taken, data

KIND = "image files"
WHITE = {"cat": 0, "white": 12}


def inputs() -> list[Input]:
    return _formats() + _modes() + _damage()


def _one(name: str, expected: Taken | Refused, file: str, content: bytes, **config) -> Input:
    """Splits with a fourth image for the class cat in train."""
    return data(
        KIND, name, expected, lambda at: write(at / "x", splits() | {f"train/cat/{file}": content}), **config
    )


def _formats() -> list[Input]:
    image = drawn(0, 9)
    kinds = {"bmp": "bmp", "tif": "tiff", "gif": "gif", "webp": "webp", "avif": "avif", "pgm": "ppm"}
    more, jpeg = Taken(CAT_DOG, (7, 6)), Taken(CAT_DOG, (7, 6), "JPEG images: 1")
    grey = Image.fromarray(image)
    ppm = encoded(grey.convert("RGB"), "ppm")
    return [
        *(_one(f".{suffix}", more, f"x.{suffix}", encoded(grey, kind)) for suffix, kind in kinds.items()),
        _one(".ppm", more, "x.ppm", ppm),
        _one(".jpg", jpeg, "x.jpg", encoded(grey, "jpeg", quality=95)),
        _one(".jfif", jpeg, "x.jfif", encoded(grey, "jpeg", quality=95)),
        _one(".JPEG in upper case", jpeg, "x.JPEG", encoded(grey, "jpeg", quality=95)),
        _one("a JPEG called .png", more, "x.png", encoded(grey, "jpeg", quality=95)),
        _one("a BMP called .png", Refused("it is no PNG, JPEG, WEBP"), "x.png", encoded(grey, "bmp")),
        _one("an animated GIF", Taken(CAT_DOG, (7, 6), "files of several pictures: 1"), "x.gif", _animated()),
    ]


def _animated() -> bytes:
    frames = [Image.fromarray(drawn(0, i)) for i in (9, 10)]
    return encoded(frames[0], "gif", save_all=True, append_images=frames[1:])


def _modes() -> list[Input]:
    grey = Image.fromarray(drawn(0, 9))
    rgb, more = grey.convert("RGB"), Taken(CAT_DOG, (7, 6))
    deep = drawn(0, 9).astype(np.uint16) * 257
    bits = Image.fromarray(np.where(np.arange(8) < 4, 0, 255).astype(np.uint8)[None].repeat(8, 0)).convert(
        "1"
    )
    clear = Image.merge("LA", (grey, Image.new("L", (8, 8), 255)))
    turned = Image.fromarray(np.rot90(drawn(0, 9)))  # the tag says: turn by 90 degrees, clockwise
    exif = Image.Exif()
    exif[0x0112] = 6
    side = {"train/white": 3, "test/white": 3}
    white = {
        f"{top}/{i}.png": _transparent(i + 5 * (top[0] == "t" and top[1] == "e"))
        for top, n in side.items()
        for i in range(n)
    }
    return [
        _one("1 bit", more, "x.png", encoded(bits)),
        _one("a palette", more, "x.png", encoded(grey.convert("P"))),
        _one("RGB", more, "x.png", encoded(rgb)),
        _one("RGBA", more, "x.png", encoded(rgb.convert("RGBA"))),
        _one("LA", more, "x.png", encoded(clear)),
        _one(
            "CMYK", Taken(CAT_DOG, (7, 6), "JPEG"), "x.jpg", encoded(rgb.convert("CMYK"), "jpeg", quality=95)
        ),
        _one("CMYK as TIFF", more, "x.tif", encoded(rgb.convert("CMYK"), "tiff")),
        _one("16 bits", more, "x.png", encoded(np.where(np.arange(8) < 4, deep, 65535).astype(np.uint16))),
        _one(
            "12 bits in 16", Refused("with 12-bit values"), "x.png", encoded(np.full((8, 8), 4095, np.uint16))
        ),
        _one("16 bits in colour", more, "x.png", _deep_colour(65535)),
        _one("12 bits in 16 in colour", Refused("with 12-bit values"), "x.png", _deep_colour(4095)),
        _one(
            "32 bits",
            Refused("its pixels have 32 bits"),
            "x.tif",
            encoded(np.ones((8, 8), np.float32), "tiff"),
        ),
        _one(
            "turned by EXIF",
            Taken(CAT_DOG, (7, 6), "JPEG"),
            "x.jpg",
            encoded(turned, "jpeg", exif=exif, quality=95),
        ),
        data(
            KIND,
            "transparent images become white",
            Taken(WHITE, (6, 6), "repeat others"),
            lambda at: write(at / "x", {k: v for k, v in splits().items() if "cat" in k} | white),
        ),
        _one("another size", Refused("set dataset.resolution"), "x.png", encoded(drawn(0, 9, 16))),
        _one("another size, with resolution", more, "x.png", encoded(drawn(0, 9, 16)), resolution=8),
    ]


def _deep_colour(highest: int) -> bytes:
    """A PNG of 3 x 16 bits, black on the left."""
    row = b"\0" + bytes(24) + struct.pack(">H", highest) * 12
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">2I5B", 8, 8, 16, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * 8))
        + chunk(b"IEND", b"")
    )


def _transparent(number: int) -> bytes:
    return encoded(Image.new("RGBA", (8, 8), (number, 9, 9, 0)))


def _damage() -> list[Input]:
    whole, refused = encoded(drawn(0, 9)), Refused("train/cat/x.png in /data/x can't be decoded")
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 16 16\nshowpage\n"
    return [
        _one("cut short", refused, "x.png", whole[:-30]),
        _one("no bytes", Refused("it is empty"), "x.png", b""),
        _one("an HTML page called .png", refused, "x.png", b"<!DOCTYPE html><title>404</title>"),
        _one("PostScript called .png", refused, "x.png", postscript),
        _one("100,000 x 100,000 pixels", refused, "x.png", png(100_000, 100_000)),
        _one("65,500 x 65,500 pixels", Refused("x.jpg in /data/x can't be"), "x.jpg", jpeg_sized(65_500)),
        _one(
            "a pointer of git-lfs",
            Refused("run `git lfs pull`"),
            "x.png",
            b"version https://git-lfs.github.com/spec/v1\n",
        ),
    ]
