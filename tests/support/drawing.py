"""Image files drawn for tests: good ones, and the kinds that people and attackers send."""

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

GPS_CANARY = "isocket-canary-somewhere"


def drawn(width_px: int = 300, height_px: int = 250, *, mode: str = "RGB", number: int = 0) -> Image.Image:
    """An ad like picture: a ground, a bar and a round thing whose place depends on the number."""
    image = Image.new("RGB", (width_px, height_px), (240, 236, 222))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, height_px * 3 // 4, width_px, height_px), fill=(20, 90, 60))
    left = 10 + number * 9 % max(width_px - 70, 1)
    pen.ellipse((left, 20, left + 50, 70), fill=(200, 40, 30))
    return image.convert(mode)


def file_of(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:  # noqa: ANN401 - Pillow's options
    """The picture as a file."""
    target = io.BytesIO()
    image.save(target, format=kind, **options)
    return target.getvalue()


def png(width_px: int = 300, height_px: int = 250, *, number: int = 0) -> bytes:
    """A plain PNG."""
    return file_of(drawn(width_px, height_px, number=number))


def animated(
    kind: str = "GIF",
    *,
    frames: int = 4,
    frame_ms: int = 250,
    size: tuple[int, int] = (300, 250),
    loop: int | None = None,
) -> bytes:
    """Some frames one after the other."""
    pictures = [drawn(*size, number=number) for number in range(frames)]
    options: dict[str, Any] = {} if loop is None else {"loop": loop}
    return file_of(pictures[0], kind, save_all=True, append_images=pictures[1:], duration=frame_ms, **options)


def jpeg_with_gps(width_px: int = 300, height_px: int = 250) -> bytes:
    """A photo that knows where it was taken, and says so in words, too."""
    exif = Image.Exif()
    exif[0x010E] = GPS_CANARY
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (IFDRational(37), IFDRational(34), IFDRational(1))
    return file_of(drawn(width_px, height_px), "JPEG", exif=exif, comment=GPS_CANARY.encode())


def jpeg_on_its_side(width_px: int, height_px: int) -> bytes:
    """A photo that has to be turned before it has this size."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return file_of(drawn(height_px, width_px), "JPEG", exif=exif)


def empty_png(width_px: int, height_px: int) -> bytes:
    """A PNG of so many black pixels, one bit each: small as a file, huge when it is decoded."""
    row = b"\x00" * (1 + (width_px + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(height_px)) + packer.flush()
    header = struct.pack(">IIBBBBB", width_px, height_px, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, body) for name, body in ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    )


def colours_of(data: bytes, places: Sequence[tuple[int, int]]) -> list[Any]:
    """The colours of a file's first picture at these places."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return [image.getpixel(place) for place in places]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
