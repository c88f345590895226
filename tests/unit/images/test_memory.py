"""What one upload takes of memory, in the process that meets it and in the worker that sent it there."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from app.adapters.images import workshop
from tests.support.drawing import animated, drawn, empty_png, file_of, png

# Drawn when it is sent, not when the tests are found: it takes seconds.
Draw = Callable[[], bytes]

GROWTH_KIB_MAX = 100 * 1024
# The largest frame there may be, and as many of them as there may be.
LARGEST = (1_200, 1_220)
LARGEST_FRAMES = 27
# Run by a small process: a child's peak begins at what its parent has when it is made.
PROCESS = """
import json, resource, subprocess, sys
finished = subprocess.run([sys.executable, "-I", sys.argv[1]], input=sys.stdin.buffer.read(), capture_output=True)
answer = json.loads(finished.stdout.split(b"\\n")[0]) if finished.returncode == 0 else {"died": finished.returncode}
print(json.dumps([resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, answer]))
"""
SERVER = """
import resource, sys
from app.adapters.images.port import ImageRefused, ImageTerms
from app.adapters.images.workshop import rebuild_image

def peak_kib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before, upload = peak_kib(), sys.stdin.buffer.read()
for _ in range(3):
    try:
        rebuild_image(upload, ImageTerms(300, 250, 150_000, ("jpeg", "png", "gif", "webp")))
    except ImageRefused:
        pass
print(peak_kib() - before)
"""


def worked(upload: bytes, size: tuple[int, int]) -> tuple[int, dict[str, Any]]:
    order = {"width_px": size[0], "height_px": size[1], "bytes_max": 150_000, "formats": ["jpeg", "png", "gif", "webp"]}
    command = [sys.executable, "-I", "-c", PROCESS, str(workshop.PROGRAM)]
    sent = json.dumps(order).encode() + b"\n" + upload
    finished = subprocess.run(command, input=sent, capture_output=True, timeout=60, check=True)  # noqa: S603 - our own program
    peak_kib, answer = json.loads(finished.stdout)
    return peak_kib, answer


@pytest.fixture(scope="module")
def tiny_kib() -> int:
    peak_kib, answer = worked(png(8, 8), (8, 8))
    assert answer["format"] == "png"
    return peak_kib


@pytest.mark.parametrize(
    ("draw", "size", "words"),
    [
        (partial(animated, "WEBP", frames=133, frame_ms=300, size=(600, 500)), (300, 250), "runs for 39.9 seconds"),
        (partial(animated, "GIF", frames=133, frame_ms=300, size=(600, 500)), (300, 250), "runs for 39.9 seconds"),
        (partial(empty_png, 13_000, 13_000), (300, 250), "far more pixels"),
    ],
    ids=["forty seconds of WebP", "forty seconds of GIF", "a huge PNG"],
)
def test_what_is_refused_takes_little(draw: Draw, size: tuple[int, int], words: str, tiny_kib: int) -> None:
    peak_kib, answer = worked(draw(), size)
    assert words in " ".join(answer.get("refused", [])) % answer.get("params", {}), answer
    assert peak_kib - tiny_kib < GROWTH_KIB_MAX


@pytest.mark.parametrize(
    ("draw", "size"),
    [
        (partial(animated, "WEBP", frames=LARGEST_FRAMES, frame_ms=180, size=LARGEST), (600, 610)),
        (partial(animated, "GIF", frames=LARGEST_FRAMES, frame_ms=180, size=LARGEST), (600, 610)),
        (lambda: file_of(drawn(2_000, 2_000), "WEBP", lossless=True), (2_000, 2_000)),
    ],
    ids=["WebP", "GIF", "a still WebP"],
)
def test_the_largest_that_is_taken_takes_little(draw: Draw, size: tuple[int, int], tiny_kib: int) -> None:
    peak_kib, answer = worked(draw(), size)
    assert "format" in answer, answer
    assert 0 < peak_kib - tiny_kib < GROWTH_KIB_MAX


def test_the_worker_that_sends_a_huge_image_on_does_not_grow_by_it() -> None:
    command = [sys.executable, "-c", SERVER]
    finished = subprocess.run(command, input=empty_png(13_000, 13_000), capture_output=True, timeout=60, check=True)  # noqa: S603 - our own program
    assert int(finished.stdout) < 20 * 1024
