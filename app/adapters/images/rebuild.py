"""The program that looks at one uploaded image: run as a process of its own, with hard limits.

It is started by its path and has nothing of ours but its neighbour, so that neither the application nor a
setting of it is in the process that a hostile file meets. It reads a line of JSON (what the image must be) and then
the upload; it writes a line of JSON (what came of it) and then the rebuilt image and its still frame.
"""

import io
import json
import resource
import runpy
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import GifImagePlugin, Image, UnidentifiedImageError

if TYPE_CHECKING:
    from typing_extensions import Buffer

MEMORY_BYTES_MAX = 256 * 1024 * 1024
CPU_S_MAX = 6
ANSWER_BYTES_MAX = 4 * 1024 * 1024
FILES_MAX = 16
# One still picture; and one of an animation, of which both the decoder and the encoder lay out several.
PIXELS_MAX = 4_000_000
MOVING_PIXELS_MAX = 1_500_000
# All frames together: what looking at them takes of time, and what a GIF takes of memory while it is written.
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
MARKUP_LOOKED_AT = 4096

# Isolated, Python looks for no module beside a program: the neighbour is started by its path, too.
PIXELS = runpy.run_path(str(Path(__file__).with_name("pixels.py")))
clean: Callable[[Image.Image, str], Image.Image] = PIXELS["clean"]
reel_of: Callable[[bytes, str], Any] = PIXELS["LazyFrames"]


class ImageUnfitError(Exception):
    """The upload is refused; the arguments are sentences for the person who sent it, and what they name."""

    def __init__(self, *sentences: str, **params: object) -> None:
        super().__init__(*sentences)
        self.sentences = sentences
        self.params = params


def N_(text: str) -> str:  # noqa: N802 - the name by which tools for catalogues know it
    """Marks a sentence for the catalogue, as ``app.foundation.messages`` does, of which nothing is in this process."""
    return text


KNOWN_OTHERS = (
    (b"%PDF", N_("This is a PDF, whatever its name says.")),
    (b"PK\x03\x04", N_("This is a ZIP archive, whatever its name says.")),
    (b"8BPS", N_("This is a Photoshop file, whatever its name says.")),
    (b"II*\x00", N_("This is a TIFF, whatever its name says.")),
    (b"MM\x00*", N_("This is a TIFF, whatever its name says.")),
    (b"BM", N_("This is a BMP, whatever its name says.")),
    (b"\x00\x00\x01\x00", N_("This is an icon, whatever its name says.")),
    (b"{\\rtf", N_("This is a text document, whatever its name says.")),
    (b"\x1a\x45\xdf\xa3", N_("This is a video, whatever its name says.")),
)
AN_AVIF = N_("This is an AVIF, whatever its name says.")
AN_HEIC = N_("This is an HEIC, whatever its name says.")
FTYPS = {b"avif": AN_AVIF, b"avis": AN_AVIF, b"heic": AN_HEIC, b"heix": AN_HEIC, b"mif1": AN_HEIC}
AN_SVG = N_("This is an SVG, which can carry programs, whatever its name says.")
A_WEB_PAGE = N_("This is a web page, whatever its name says.")
A_VIDEO = N_("This is a video, whatever its name says.")
UNKNOWN = N_("This is no image that we know.")
SEND_ONE = N_("Send %(formats)s.")
IS_OF_SIZE = N_("This image is %(is_width)s by %(is_height)s pixels.")
SIZE_NAMES = ("is_width", "is_height", "width", "height", "twice_width", "twice_height")
SIZE = N_("It has to be exactly %(width)s by %(height)s.")
SIZE_OR_TWICE = N_(
    "It has to be exactly %(width)s by %(height)s, or twice that for sharp screens: "
    "%(twice_width)s by %(twice_height)s."
)


class ImageRequest(NamedTuple):
    """What the image must be."""

    width_px: int
    height_px: int
    bytes_max: int
    formats: list[str]


@dataclass(slots=True)
class PictureFrames:
    """A picture made anew, or a reel of them with how long each is shown and how often all of them run."""

    picture: Image.Image
    durations_ms: list[int]
    runs: int = 1
    clear_somewhere: bool = False


class RebuildAnswer(NamedTuple):
    """What is sent back."""

    kind: str
    size: tuple[int, int]
    data: bytes
    still: bytes
    animation_ms: int


def rebuild_from_stdin() -> None:
    """Reads the order and the upload, answers, and ends."""
    set_limits()
    order = ImageRequest(**json.loads(sys.stdin.buffer.readline()))
    upload = sys.stdin.buffer.read()
    try:
        made = rebuild(upload, order)
    except ImageUnfitError as unfit:
        sys.stdout.buffer.write(json.dumps({"refused": unfit.sentences, "params": unfit.params}).encode() + b"\n")
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


def rebuild(upload: bytes, order: ImageRequest) -> RebuildAnswer:
    """The image made anew from its pixels, as the order wants it.

    Raises:
        ImageUnfitError: it is no such image; the sentence says what is wrong and what to do.
    """
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    GifImagePlugin.LOADING_STRATEGY = GifImagePlugin.LoadingStrategy.RGB_AFTER_DIFFERENT_PALETTE_ONLY
    try:
        kind, frames = looked_at(upload, order)
    except ImageUnfitError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise too_many_pixels(order) from error
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError) as error:
        # The decoders' own names for a file that breaks off or contradicts itself.
        sentence = N_(
            "This image is damaged: it breaks off or contradicts itself. Save it again, and send the new file."
        )
        raise ImageUnfitError(sentence) from error
    return written(frames, kind, order)


def looked_at(upload: bytes, order: ImageRequest) -> tuple[str, PictureFrames]:
    """The format and the pictures; what a decoder laid out for a still one is gone before it is written."""
    image = opened(upload, order)
    kind = KINDS[image.format or ""]
    check_kind(kind, order)
    check_size(image, order)
    return kind, frames_of(image, kind, upload)


def opened(upload: bytes, order: ImageRequest) -> Image.Image:
    """The image with its header read and nothing decoded; by its content, whatever its name says."""
    check_webp_size(upload, order)
    try:
        return Image.open(io.BytesIO(upload), formats=READABLE)
    except UnidentifiedImageError as error:
        raise ImageUnfitError(what_it_is(upload), SEND_ONE, formats=format_names(order.formats)) from error


def what_it_is(upload: bytes) -> str:
    """The sentence that says what a file that is no image of ours seems to be."""
    start = upload[:MARKUP_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return AN_SVG
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        return A_WEB_PAGE
    if upload[4:8] == b"ftyp":
        return FTYPS.get(upload[8:12], A_VIDEO)
    return next((sentence for magic, sentence in KNOWN_OTHERS if upload.startswith(magic)), UNKNOWN)


def check_webp_size(upload: bytes, order: ImageRequest) -> None:
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
        raise too_many_pixels(order)


def check_kind(kind: str, order: ImageRequest) -> None:
    """Raises if the socket does not take this format."""
    if kind not in order.formats:
        sentence = N_("This is a %(format)s file, and this socket takes %(formats)s. Save it as that.")
        raise ImageUnfitError(sentence, format=NAMES[kind], formats=format_names(order.formats))


def check_size(image: Image.Image, order: ImageRequest) -> None:
    """Raises if it has neither the socket's size nor exactly twice it; a photo on its side counts as turned."""
    size = turned(image)
    wanted = [(order.width_px * scale, order.height_px * scale) for scale in range(1, SCALE_MAX + 1)]
    if size not in wanted:
        sentence = SIZE_OR_TWICE if twice_fits(order) else SIZE
        named = dict(zip(SIZE_NAMES, (*size, *wanted[0], *wanted[1]), strict=True))
        raise ImageUnfitError(IS_OF_SIZE, sentence, **named)


def twice_fits(order: ImageRequest) -> bool:
    """Whether an image of twice the socket's size can be looked at; for the few very large sockets it cannot."""
    return order.width_px * order.height_px * SCALE_MAX**2 <= PIXELS_MAX


def turned(image: Image.Image) -> tuple[int, int]:
    """The size after the orientation of its EXIF is applied."""
    lies_on_its_side = image.getexif().get(0x0112) in {5, 6, 7, 8}
    return (image.height, image.width) if lies_on_its_side else image.size


def frames_of(image: Image.Image, kind: str, upload: bytes) -> PictureFrames:
    """The image's picture made anew; of an animation a reel that was walked through once and holds what it must."""
    count = getattr(image, "n_frames", 1) if image.format != "MPO" else 1
    if count == 1:
        image.load()
        return PictureFrames(clean(image, kind), [0])
    if kind == "png":
        sentence = N_(
            "This PNG is animated, which many browsers show only in part. Save it as an animated GIF or WebP."
        )
        raise ImageUnfitError(sentence)
    check_count(count, image.width * image.height)
    reel, durations_ms, clear_somewhere = reel_of(upload, kind), [], False
    for number in range(count):
        reel.seek(number)
        asked_ms = int(reel.source.info.get("duration", 0))
        durations_ms.append(asked_ms if asked_ms >= FRAME_MS_MIN else FRAME_MS_OTHERWISE)
        clear_somewhere = clear_somewhere or reel.mode == "RGBA" or "transparency" in reel.info
    run_ms = sum(durations_ms)
    check_length(run_ms)
    runs = min(runs_of(image, kind), max(1, ANIMATION_MS_MAX // max(run_ms, 1)))
    return PictureFrames(reel, durations_ms, runs, clear_somewhere)


def check_length(run_ms: int) -> None:
    """Raises if an animation runs too long."""
    if run_ms > ANIMATION_MS_MAX:
        sentence = N_(
            "This animation runs for %(seconds)s seconds. An ad has to come to rest within %(most)s seconds: "
            "shorten it, or send a still image."
        )
        raise ImageUnfitError(sentence, seconds=run_ms / 1000, most=ANIMATION_MS_MAX // 1000)


def check_count(count: int, pixels: int) -> None:
    """Raises if an animation has too many frames or pixels."""
    if pixels > MOVING_PIXELS_MAX:
        sentence = N_(
            "This animation has %(pixels)s pixels in each frame, and %(most)s are the most. "
            "Send it at the size of the place and not at twice that, or send a still image."
        )
        raise ImageUnfitError(sentence, pixels=pixels, most=MOVING_PIXELS_MAX)
    most = min(FRAMES_MAX, FRAME_PIXELS_MAX // pixels)
    if count > max(most, 1):
        sentence = N_("This animation has %(frames)s frames. At this size %(most)s are the most; use fewer.")
        raise ImageUnfitError(sentence, frames=count, most=max(most, 1))


def runs_of(image: Image.Image, kind: str) -> int:
    """How often an animation wants to run; an endless one as often as time allows."""
    repeats = image.info.get("loop")
    if repeats == 0:
        return ANIMATION_MS_MAX
    if repeats is None:
        return 1
    # A GIF counts repeats, a WebP runs.
    return int(repeats) + 1 if kind == "gif" else int(repeats)


def written(frames: PictureFrames, kind: str, order: ImageRequest) -> RebuildAnswer:
    """The rebuilt image at its weight, and the frame at which it comes to rest when it moves."""
    size, data, weight, moves = frames.picture.size, b"", 0, len(frames.durations_ms) > 1
    # An animation comes out of the walk through it at its last picture, which is where it rests.
    still, _ = encoded(PictureFrames(frames.picture.copy(), [0]), kind, QUALITIES[-1]) if moves else (b"", 0)
    qualities = QUALITIES if kind in {"jpeg", "webp"} else QUALITIES[:1]
    for quality in qualities:
        data, weight = encoded(frames, kind, quality)
        if weight <= order.bytes_max:
            break
    if weight > order.bytes_max:
        sentence = N_(
            "This image weighs %(weight)s kB once it is rebuilt, and here at most %(most)s kB are allowed. "
            "Use fewer colours, less detail or another format."
        )
        raise ImageUnfitError(sentence, weight=-(-weight // KILOBYTE), most=order.bytes_max // KILOBYTE)
    return RebuildAnswer(kind, size, data, still, sum(frames.durations_ms) * frames.runs)


class BoundedBuffer(io.BytesIO):
    """A file in memory that weighs all that is written to it, and keeps no more of it than an answer can hold."""

    weight = 0

    def write(self, piece: "Buffer") -> int:
        """Takes one more piece."""
        length = memoryview(piece).nbytes
        self.weight += length
        return super().write(piece) if self.weight <= ANSWER_BYTES_MAX else length


def encoded(frames: PictureFrames, kind: str, quality: int) -> tuple[bytes, int]:
    """The picture or pictures as a file, and its weight; a file that is far too heavy is not whole."""
    picture = frames.picture
    options = options_of(kind, quality)
    if len(frames.durations_ms) > 1:
        picture.seek(0)
        options |= {"save_all": True, "duration": frames.durations_ms}
        options |= loops(frames.runs, kind)
        if kind == "gif" and frames.clear_somewhere:
            # Each frame is whole: what is clear in it must not show the one before.
            options["disposal"] = 2
    if kind in {"png", "gif"} and "transparency" in picture.info:
        options["transparency"] = picture.info["transparency"]
    target = BoundedBuffer()
    picture.save(target, format=kind.upper(), **options)
    return target.getvalue(), target.weight


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


def format_names(formats: list[str]) -> list[str]:
    """Formats as people name them."""
    return [NAMES[one] for one in NAMES if one in formats]


def too_many_pixels(order: ImageRequest) -> ImageUnfitError:
    """What is said of an image that is far too large to be looked at."""
    sentence = N_("It has to be exactly %(width)s by %(height)s pixels. Save it at that size, and send the new file.")
    if twice_fits(order):
        sentence = N_(
            "It has to be exactly %(width)s by %(height)s pixels, or twice that. Save it at that size, "
            "and send the new file."
        )
    much = N_("This image has far more pixels than an ad.")
    return ImageUnfitError(much, sentence, width=order.width_px, height=order.height_px)


if __name__ == "__main__":
    rebuild_from_stdin()
