"""Sends an uploaded image to a process of its own, and takes back what that process made of it.

A hostile file can keep that process busy or make it fail; it reaches neither the memory nor the time of
the web worker, nor its secrets: the process gets no environment, no open files and hard limits.
"""

import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from app.adapters.images.port import UPLOAD_BYTES_MAX, ImageRefused, ImageTerms, RebuiltImage
from app.foundation.messages import N_, Alternatives

PROGRAM = Path(__file__).with_name("rebuild.py")
WALL_CLOCK_S = 10.0
# One image at a time in each web worker: what many uploads at once would take is memory, too.
AT_ONCE = 1
WAIT_S = 15.0
TOO_SLOW = N_("This image takes too long to check. Save it again with fewer frames or as a plain PNG, and send that.")
UNREADABLE = N_(
    "This image is damaged, or uses a form that we cannot read. Save it again as PNG or JPEG, and send that."
)
BUSY = N_("Many images are being checked at this moment. Nothing was saved; send it again in a minute.")
EMPTY = N_("This file is empty. Choose another.")
TOO_HEAVY = N_("This file is heavier than 1 MB, and no ad is. Save it smaller, and send that.")

_turn = threading.BoundedSemaphore(AT_ONCE)


def rebuild_image(upload: bytes, terms: ImageTerms) -> RebuiltImage:
    """Checks an uploaded image and makes it anew from its pixels; slow, so never inside a transaction.

    Dropped with everything else that is no pixel: EXIF with its places, colour profiles (applied first),
    texts, and whatever was hung on behind the image.

    Raises:
        ImageRefused: it is no image that the terms allow; says what is wrong and what to do.
    """
    if not upload:
        raise ImageRefused(EMPTY)
    if len(upload) > UPLOAD_BYTES_MAX:
        raise ImageRefused(TOO_HEAVY)
    if not _turn.acquire(timeout=WAIT_S):
        raise ImageRefused(BUSY)
    try:
        return _rebuilt(upload, terms)
    finally:
        _turn.release()


def _rebuilt(upload: bytes, terms: ImageTerms) -> RebuiltImage:
    order = {
        "width_px": terms.width_px,
        "height_px": terms.height_px,
        "bytes_max": terms.bytes_max,
        "formats": list(terms.formats),
    }
    # Files instead of pipes: neither side waits for the other, and the limit on file size bounds the answer.
    with tempfile.TemporaryFile() as order_file, tempfile.TemporaryFile() as answer_file:
        order_file.write(json.dumps(order).encode() + b"\n" + upload)
        order_file.seek(0)
        _run(order_file, answer_file)
        answer_file.seek(0)
        return _read(answer_file)


def _run(order_file: IO[bytes], answer_file: IO[bytes]) -> None:
    try:
        finished = subprocess.run(  # noqa: S603 - our own program, no word of it from outside
            [sys.executable, "-I", str(PROGRAM)],
            stdin=order_file,
            stdout=answer_file,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=WALL_CLOCK_S,
            check=False,
        )
    except subprocess.TimeoutExpired as timeout:
        raise ImageRefused(TOO_SLOW) from timeout
    if finished.returncode != 0:
        # Its limits ended it (a signal), or the decoder broke down on this file.
        raise ImageRefused(UNREADABLE)


def _read(answer_file: IO[bytes]) -> RebuiltImage:
    head: dict[str, Any] = json.loads(answer_file.readline())
    if "refused" in head:
        named: dict[str, Any] = {name: _named(value) for name, value in head["params"].items()}
        raise ImageRefused(*map(str, head["refused"]), field="file", **named)
    data, still = answer_file.read(head["bytes"]), answer_file.read(head["still_bytes"])
    return RebuiltImage(
        format=head["format"],
        width_px=head["width_px"],
        height_px=head["height_px"],
        data=data,
        still=still or None,
        animation_ms=head["animation_ms"],
    )


def _named(value: object) -> object:
    """What a sentence names; a list are the formats of which one is to be sent."""
    return Alternatives(value) if isinstance(value, list) else value
