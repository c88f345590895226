"""The program that looks at one uploaded image: run as a process of its own, with hard limits.

It is started by its path and imports nothing of ours, so that neither the application nor a setting of
it is in the process that a hostile file meets. It reads a line of JSON (what the image must be) and then
the upload; it writes a line of JSON (what came of it) and then the rebuilt image and its still frame.
"""

import io
import json
import resource
import sys
import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

from PIL import GifImagePlugin, Image, ImageCms, ImageOps, UnidentifiedImageError

MEMORY_BYTES_MAX = 640 * 1024 * 1024
CPU_S_MAX = 6
ANSWER_BYTES_MAX = 4 * 1024 * 1024
FILES_MAX = 16
PIXELS_MAX = 16_000_000
# All frames together; they lie in memory at once while an animation is written.
FRAME_PIXELS_MAX = 40_000_000
FRAMES_MAX = 150
ANIMATION_MS_MAX = 5_000
# Browsers show a frame that asks for less than 20 ms for 100 ms.
FRAME_MS_MIN = 20
FRAME_MS_OTHERWISE = 100
SCALE_MAX = 2
KILOBYTE = 1000
READABLE = ("JPEG", "PNG", "GIF", "WEBP")
NAMES = {"jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WebP"}
# A JPEG with a second picture behind the first (most phones) calls itself MPO.
KINDS = {"JPEG": "jpeg", "MPO": "jpeg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
QUALITIES = (90, 82, 75)
KNOWN_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"8BPS", "a Photoshop file"),
    (b"II*\x00", "a TIFF"),
    (b"MM\x00*", "a TIFF"),
    (b"BM", "a BMP"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"{\\rtf", "a text document"),
    (b"\x1a\x45\xdf\xa3", "a video"),
)
FTYP_NAMES = {b"avif": "an AVIF", b"avis": "an AVIF", b"heic": "an HEIC", b"heix": "an HEIC", b"mif1": "an HEIC"}
MARKUP_LOOKED_AT = 4096
# What each mode becomes before it is written: eight bits a channel, no colours of the printing press.
MODES = {
    "jpeg": {"L": "L"},
    "png": {mode: mode for mode in ("1", "L", "LA", "P", "RGB", "RGBA")},
    "gif": {mode: mode for mode in ("1", "L", "P", "RGB", "RGBA")},
    "webp": {"RGB": "RGB", "RGBA": "RGBA"},
}
WITH_ALPHA = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})
SIXTEEN_BITS = 256


class ImageUnfitError(Exception):
    """The upload is refused; the message is a sentence for the person who sent it."""


class Order(NamedTuple):
    """What the image must be."""

    width_px: int
    height_px: int
    bytes_max: int
    formats: list[str]


@dataclass(slots=True)
class Frames:
    """An image's pictures, each made anew, with how long each is shown and how often all of them run."""

    pictures: list[Image.Image]
    durations_ms: list[int]
    runs: int


class Made(NamedTuple):
    """What is sent back."""

    kind: str
    size: tuple[int, int]
    data: bytes
    still: bytes
    animation_ms: int


def main() -> None:
    """Reads the order and the upload, answers, and ends."""
    set_limits()
    order = Order(**json.loads(sys.stdin.buffer.readline()))
    upload = sys.stdin.buffer.read()
    try:
        made = rebuild(upload, order)
    except ImageUnfitError as unfit:
        sys.stdout.buffer.write(json.dumps({"refused": str(unfit)}).encode() + b"\n")
        return
    head = {
        "format": made.kind,
        "width_px": made.size[0],
        "height_px": made.size[1],
        "bytes": len(made.data),
        "still_bytes": len(made.still),
        "animation_ms": made.animation_ms,
    }
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + made.data + made.still)


def set_limits() -> None:
    """Bounds what this process may take: memory, time, the size of its answer; no further process."""
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES_MAX,
        resource.RLIMIT_CPU: CPU_S_MAX,
        resource.RLIMIT_FSIZE: ANSWER_BYTES_MAX,
        resource.RLIMIT_NOFILE: FILES_MAX,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in limits.items():
        resource.setrlimit(which, (most, most))


def rebuild(upload: bytes, order: Order) -> Made:
    """The image made anew from its pixels, as the order wants it.

    Raises:
        ImageUnfitError: it is no such image; the sentence says what is wrong and what to do.
    """
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    GifImagePlugin.LOADING_STRATEGY = GifImagePlugin.LoadingStrategy.RGB_AFTER_DIFFERENT_PALETTE_ONLY
    try:
        image = opened(upload, order)
        kind = KINDS[image.format or ""]
        check_kind(kind, order)
        check_size(image, order)
        frames = frames_of(image, kind)
    except ImageUnfitError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise ImageUnfitError(too_many_pixels(order)) from error
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError) as error:
        # The decoders' own names for a file that breaks off or contradicts itself.
        sentence = "This image is damaged: it breaks off or contradicts itself. Save it again, and send the new file."
        raise ImageUnfitError(sentence) from error
    return written(frames, kind, order)


def opened(upload: bytes, order: Order) -> Image.Image:
    """The image with its header read and nothing decoded; by its content, whatever its name says."""
    check_webp_size(upload, order)
    try:
        return Image.open(io.BytesIO(upload), formats=READABLE)
    except UnidentifiedImageError as error:
        found = name_of_other(upload)
        what = f"This is {found}, whatever its name says." if found else "This is no image that we know."
        sentence = f"{what} Send {listed(order.formats)}."
        raise ImageUnfitError(sentence) from error


def name_of_other(upload: bytes) -> str:
    """What a file that is no image of ours seems to be; empty when nobody can tell."""
    start = upload[:MARKUP_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return "an SVG, which can carry programs"
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        return "a web page"
    if upload[4:8] == b"ftyp":
        return FTYP_NAMES.get(upload[8:12], "a video")
    return next((name for magic, name in KNOWN_OTHERS if upload.startswith(magic)), "")


def check_webp_size(upload: bytes, order: Order) -> None:
    """Reads the size of a WebP from its header: Pillow's decoder lays out the whole canvas when it opens one."""
    if upload[:4] != b"RIFF" or upload[8:12] != b"WEBP":
        return
    chunk, body = upload[12:16], upload[20:30]
    if chunk == b"VP8X":
        width, height = 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    elif chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        width = int.from_bytes(body[6:8], "little") & 0x3FFF
        height = int.from_bytes(body[8:10], "little") & 0x3FFF
    if width * height > PIXELS_MAX:
        raise ImageUnfitError(too_many_pixels(order))


def check_kind(kind: str, order: Order) -> None:
    """Lets a format through that the socket takes."""
    if kind not in order.formats:
        sentence = f"This is a {NAMES[kind]} file, and this socket takes {listed(order.formats)}. Save it as that."
        raise ImageUnfitError(sentence)


def check_size(image: Image.Image, order: Order) -> None:
    """Lets exactly the socket's size through, and exactly twice it; a photo that lies on its side counts as turned."""
    size = turned(image)
    wanted = [(order.width_px * scale, order.height_px * scale) for scale in range(1, SCALE_MAX + 1)]
    if size not in wanted:
        sentence = (
            f"This image is {size[0]:,} by {size[1]:,} pixels. It has to be exactly {order.width_px:,} by "
            f"{order.height_px:,}, or twice that for sharp screens: {wanted[1][0]:,} by {wanted[1][1]:,}."
        )
        raise ImageUnfitError(sentence)


def turned(image: Image.Image) -> tuple[int, int]:
    """The size after the orientation of its EXIF is applied."""
    lies_on_its_side = image.getexif().get(0x0112) in {5, 6, 7, 8}
    return (image.height, image.width) if lies_on_its_side else image.size


def frames_of(image: Image.Image, kind: str) -> Frames:
    """Every picture of the image, decoded one after the other and made anew."""
    count = getattr(image, "n_frames", 1) if image.format != "MPO" else 1
    if count > 1 and kind == "png":
        sentence = "This PNG is animated, which many browsers show only in part. Save it as an animated GIF or WebP."
        raise ImageUnfitError(sentence)
    check_count(count, image.width * image.height)
    size, runs = image.size, runs_of(image, kind)
    pictures, durations_ms = [], []
    for number in range(count):
        image.seek(number)
        image.load()
        if image.size != size:
            raise OSError
        pictures.append(clean(image, kind))
        asked_ms = int(image.info.get("duration", 0))
        durations_ms.append(asked_ms if asked_ms >= FRAME_MS_MIN else FRAME_MS_OTHERWISE)
    run_ms = sum(durations_ms)
    if count > 1 and run_ms > ANIMATION_MS_MAX:
        sentence = (
            f"This animation runs for {run_ms / 1000:.1f} seconds. An ad has to come to rest within "
            f"{ANIMATION_MS_MAX // 1000} seconds: shorten it, or send a still image."
        )
        raise ImageUnfitError(sentence)
    return Frames(pictures, durations_ms, min(runs, max(1, ANIMATION_MS_MAX // max(run_ms, 1))))


def check_count(count: int, pixels: int) -> None:
    """Lets an animation through that is not made of too much."""
    most = min(FRAMES_MAX, FRAME_PIXELS_MAX // pixels)
    if count > max(most, 1):
        sentence = f"This animation has {count:,} frames. At this size {max(most, 1)} are the most; use fewer."
        raise ImageUnfitError(sentence)


def runs_of(image: Image.Image, kind: str) -> int:
    """How often an animation wants to run; an endless one as often as time allows."""
    asked = image.info.get("loop")
    if asked == 0:
        return ANIMATION_MS_MAX
    if asked is None:
        return 1
    # A GIF counts repeats, a WebP runs.
    return int(asked) + 1 if kind == "gif" else int(asked)


def clean(image: Image.Image, kind: str) -> Image.Image:
    """A new picture with the pixels of this one, turned upright, in plain colours, and with nothing else."""
    upright = ImageOps.exif_transpose(image) if kind != "gif" else image
    plain = in_plain_colours(upright, kind)
    fresh = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    if plain.mode == "P":
        fresh.putpalette(plain.getpalette("RGB") or [])
    transparency = plain.info.get("transparency")
    if transparency is not None and plain.mode in {"P", "L", "RGB", "1"}:
        fresh.info["transparency"] = transparency
    return fresh


def in_plain_colours(image: Image.Image, kind: str) -> Image.Image:
    """The picture in a mode that its format can hold, its colour profile applied."""
    if image.mode.startswith("I"):
        # 16 bits a pixel: convert() would cut off instead of scaling.
        image = image.convert("I").point(lambda value: value * (1 / SIXTEEN_BITS)).convert("L")
        image.info.pop("transparency", None)
    image = in_srgb(image)
    fitting = MODES[kind].get(image.mode)
    if fitting is None:
        has_alpha = image.mode in WITH_ALPHA or "transparency" in image.info
        fitting = "RGBA" if has_alpha and kind != "jpeg" else "RGB"
    return image if image.mode == fitting else image.convert(fitting)


def in_srgb(image: Image.Image) -> Image.Image:
    """The colours as the image's profile means them, in those every browser assumes; as they are without one."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "CMYK"}:
        return image
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(image, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return made or image


def written(frames: Frames, kind: str, order: Order) -> Made:
    """The rebuilt image at its weight, and the frame at which it comes to rest when it moves."""
    size, data = frames.pictures[0].size, b""
    qualities = QUALITIES if kind in {"jpeg", "webp"} else QUALITIES[:1]
    for quality in qualities:
        data = encoded(frames, kind, quality)
        if len(data) <= order.bytes_max:
            break
    if len(data) > order.bytes_max:
        sentence = (
            f"This image weighs {-(-len(data) // KILOBYTE):,} kB once it is rebuilt, and here at most "
            f"{order.bytes_max // KILOBYTE:,} kB are allowed. Use fewer colours, less detail or another format."
        )
        raise ImageUnfitError(sentence)
    if len(frames.pictures) == 1:
        return Made(kind, size, data, b"", 0)
    still = encoded(Frames(frames.pictures[-1:], [0], 1), kind, QUALITIES[-1])
    return Made(kind, size, data, still, sum(frames.durations_ms) * frames.runs)


def encoded(frames: Frames, kind: str, quality: int) -> bytes:
    """The pictures as a file."""
    first, rest = frames.pictures[0], frames.pictures[1:]
    options = options_of(kind, quality)
    if rest:
        options |= {"save_all": True, "append_images": rest, "duration": frames.durations_ms}
        options |= loops(frames.runs, kind)
        if kind == "gif" and any(one.mode == "RGBA" or "transparency" in one.info for one in frames.pictures):
            # Each frame is whole: what is clear in it must not show the one before.
            options["disposal"] = 2
    if kind in {"png", "gif"} and "transparency" in first.info:
        options["transparency"] = first.info["transparency"]
    target = io.BytesIO()
    first.save(target, format=kind.upper(), **options)
    return target.getvalue()


def options_of(kind: str, quality: int) -> dict[str, Any]:
    """How a format is written: small, and for photos at this quality of 100."""
    if kind == "jpeg":
        return {"quality": quality, "optimize": True, "progressive": True}
    if kind == "webp":
        return {"quality": quality, "method": 4}
    return {"optimize": True}


def loops(runs: int, kind: str) -> dict[str, int]:
    """How a format writes down how often an animation runs."""
    if kind == "webp":
        return {"loop": runs}
    # A GIF without the word runs once; with it, once more than it says (in a few old programs: as often).
    return {} if runs == 1 else {"loop": runs - 1}


def listed(formats: list[str]) -> str:
    """Formats as people name them: "JPEG, PNG or GIF"."""
    names = [NAMES[one] for one in NAMES if one in formats]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def too_many_pixels(order: Order) -> str:
    """What is said of an image that is far too large to be looked at."""
    return (
        f"This image has far more pixels than an ad. It has to be exactly {order.width_px:,} by {order.height_px:,} "
        "pixels, or twice that. Save it at that size, and send the new file."
    )


if __name__ == "__main__":
    main()
