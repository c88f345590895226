import re
import subprocess
import sys
import tempfile
import time

import pytest

from app.adapters.images import workshop
from app.adapters.images.port import ImageRefused, ImageTerms
from app.adapters.images.workshop import rebuild_image
from tests.support.drawing import animated, drawn, empty_png, file_of, png

ALL = ("jpeg", "png", "gif", "webp")
TERMS = ImageTerms(300, 250, 150_000, ALL)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="300" height="250"><script>1</script></svg>'


def refused(upload: bytes, terms: ImageTerms = TERMS) -> str:
    with pytest.raises(ImageRefused) as caught:
        rebuild_image(upload, terms)
    sentence = caught.value.message
    assert caught.value.field == "file"
    assert re.fullmatch(r"[A-Z][^<>!]+\.", sentence), sentence
    return sentence


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (SVG, "an SVG"),
        (SVG[21:], "an SVG"),
        (b"%PDF-1.7\n1 0 obj", "a PDF, whatever its name says"),
        (b"PK\x03\x04 something", "a ZIP archive"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "a web page"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00", "an AVIF"),
        (b"\x00\x00\x00\x1cftypmp42\x00\x00", "a video"),
        (file_of(drawn(), "BMP"), "a BMP"),
        (file_of(drawn(), "TIFF"), "a TIFF"),
        (b"nothing in particular", "no image that we know"),
        (b"GIF89a", "Send JPEG, PNG, GIF or WebP"),
    ],
)
def test_what_is_no_image_of_ours_is_called_by_its_name(upload: bytes, words: str) -> None:
    assert words in refused(upload)


def test_an_empty_file_is_refused() -> None:
    assert "empty" in refused(b"")


def test_a_file_over_a_megabyte_is_refused_unread() -> None:
    assert "1 MB" in refused(b"\x00" * 1_048_577)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_truncated_image_is_refused(kind: str) -> None:
    whole = file_of(drawn(), kind)
    assert "damaged" in refused(whole[: len(whole) // 2])


def test_a_png_with_a_wrong_checksum_is_refused() -> None:
    whole = bytearray(png())
    whole[-20] ^= 0xFF
    assert "damaged" in refused(bytes(whole))


def test_a_wrong_size_names_both_sizes() -> None:
    sentence = refused(png(728, 90))
    assert "728 by 90" in sentence
    assert "exactly 300 by 250" in sentence
    assert "600 by 500" in sentence


@pytest.mark.parametrize("size", [(301, 250), (299, 250), (600, 250), (900, 750), (250, 300)])
def test_nothing_but_the_exact_size_or_twice_it_will_do(size: tuple[int, int]) -> None:
    assert "exactly 300 by 250" in refused(png(*size))


def test_a_format_that_the_socket_does_not_take_is_refused() -> None:
    terms = ImageTerms(300, 250, 150_000, ("jpeg", "png"))
    assert refused(animated(), terms) == "This is a GIF file, and this socket takes JPEG or PNG. Save it as that."


def test_what_weighs_too_much_once_rebuilt_is_refused() -> None:
    noise = file_of(drawn().effect_spread(120))
    sentence = refused(noise, ImageTerms(300, 250, 2_000, ALL))
    assert re.search(r"weighs \d+ kB once it is rebuilt, and here at most 2 kB", sentence)


def test_an_animation_of_forty_seconds_is_refused_with_its_length() -> None:
    sentence = refused(animated(frames=40, frame_ms=1_000))
    assert "runs for 40.0 seconds" in sentence
    assert "within 5 seconds" in sentence


def test_an_animated_webp_that_runs_too_long_is_refused() -> None:
    assert "runs for 6.0 seconds" in refused(animated("WEBP", frames=6, frame_ms=1_000))


def test_an_animated_png_is_refused_with_what_to_send_instead() -> None:
    assert "animated GIF or WebP" in refused(animated("PNG"))


def test_too_many_frames_are_refused() -> None:
    sentence = refused(animated(frames=151, frame_ms=20, size=(88, 31)), ImageTerms(88, 31, 150_000, ALL))
    assert "151 frames" in sentence
    assert "150 are the most" in sentence


def test_many_frames_of_a_large_size_are_refused_before_they_are_decoded() -> None:
    sentence = refused(animated(frames=41, frame_ms=20, size=(1_000, 1_000)), ImageTerms(1_000, 1_000, 10**6, ALL))
    assert "At this size 40 are the most" in sentence


def test_frames_that_are_too_large_each_are_refused_with_what_to_send_instead() -> None:
    sentence = refused(animated(frames=2, frame_ms=20, size=(1_300, 1_200)), ImageTerms(650, 600, 10**6, ALL))
    assert "1,560,000 pixels in each frame, and 1,500,000 are the most" in sentence
    assert "not at twice that" in sentence


def test_of_a_very_large_socket_twice_the_size_is_not_offered() -> None:
    terms = ImageTerms(2_000, 1_500, 10**6, ALL)
    assert "exactly 2,000 by 1,500 pixels. Save it" in refused(png(4_000, 3_000), terms)
    assert refused(png(), terms).endswith("It has to be exactly 2,000 by 1,500.")


@pytest.mark.parametrize("size", [(13_000, 13_000), (30_000, 30_000)])
def test_a_png_of_far_too_many_pixels_is_refused_from_its_header(size: tuple[int, int]) -> None:
    upload = empty_png(*size)
    assert len(upload) < 150_000
    started = time.monotonic()
    sentence = refused(upload)
    assert "pixels" in sentence
    assert "exactly 300 by 250" in sentence
    assert time.monotonic() - started < 3


def test_a_webp_that_claims_a_huge_canvas_is_refused_before_it_is_laid_out() -> None:
    upload = bytearray(animated("WEBP"))
    assert upload[12:16] == b"VP8X"
    upload[24:30] = (16_382).to_bytes(3, "little") * 2
    assert "far more pixels" in refused(bytes(upload))


def test_whoever_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "WALL_CLOCK_S", 0.01)
    assert refused(png()) == workshop.TOO_SLOW


def test_when_every_turn_is_taken_people_are_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "WAIT_S", 0.01)
    assert workshop._turn.acquire(timeout=1)
    try:
        assert refused(png()) == workshop.BUSY
    finally:
        workshop._turn.release()


@pytest.mark.parametrize(
    "work",
    [
        "x = b'x' * (1024 * 1024 * 1024)",
        "\nwhile True: pass",
        "import sys; sys.stdout.buffer.write(b'x' * (64 * 1024 * 1024))",
    ],
    ids=["memory", "time", "answer"],
)
def test_the_process_that_meets_the_file_is_held_to_its_limits(work: str) -> None:
    program = str(workshop.PROGRAM)
    before = f"import runpy; runpy.run_path({program!r})['set_limits']()"
    shorter = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))"
    with tempfile.TemporaryFile() as answered:
        finished = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", "-c", f"{before}; {shorter}\n{work.strip()}"],
            stdout=answered,
            stderr=subprocess.DEVNULL,
            timeout=20,
            check=False,
        )
    assert finished.returncode != 0


def test_the_process_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}
    real = subprocess.run

    def spy(*args: object, **options: object) -> object:
        seen.update(options)
        return real(*args, **options)  # type: ignore[call-overload]  # passed through as given

    monkeypatch.setattr(subprocess, "run", spy)
    rebuild_image(png(), TERMS)
    assert seen["env"] == {}
