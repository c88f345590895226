import io

import pytest
from PIL import Image, ImageCms

from app.adapters.images.port import ImageTerms, RebuiltImage
from app.adapters.images.workshop import rebuild_image
from tests.support.drawing import (
    GPS_CANARY,
    animated,
    colours_of,
    drawn,
    file_of,
    jpeg_on_its_side,
    jpeg_with_gps,
    png,
)

ALL = ("jpeg", "png", "gif", "webp")
TERMS = ImageTerms(300, 250, 150_000, ALL)
GROUND, BAR = (150, 120), (150, 240)
SCRIPT = b"<script>alert(document.domain)</script>"


def rebuilt(upload: bytes, terms: ImageTerms = TERMS) -> RebuiltImage:
    made = rebuild_image(upload, terms)
    with Image.open(io.BytesIO(made.data)) as image:
        image.load()
        assert image.size == (made.width_px, made.height_px)
        assert made.media_type == f"image/{made.format}" == Image.MIME[image.format or ""]
        assert not set(image.info) & {"exif", "icc_profile", "comment", "xmp", "photoshop"}
    return made


def frames_in(data: bytes) -> tuple[list[int], object]:
    with Image.open(io.BytesIO(data)) as image:
        durations = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()
            durations.append(int(image.info.get("duration", 0)))
        return durations, image.info.get("loop")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_each_format_comes_out_as_itself_with_its_colours(kind: str) -> None:
    made = rebuilt(file_of(drawn(), kind))
    assert made.format == kind.lower()
    assert (made.width_px, made.height_px, made.still, made.animation_ms) == (300, 250, None, 0)
    for found, meant in zip(colours_of(made.data, (GROUND, BAR)), [(240, 236, 222), (20, 90, 60)], strict=True):
        assert all(abs(one - other) <= 6 for one, other in zip(found, meant, strict=True)), found


def test_twice_the_size_is_taken_for_sharp_screens() -> None:
    made = rebuilt(png(600, 500))
    assert (made.width_px, made.height_px) == (600, 500)


def test_where_a_photo_was_taken_does_not_leave_the_house() -> None:
    upload = jpeg_with_gps()
    assert GPS_CANARY.encode() in upload
    made = rebuilt(upload)
    assert GPS_CANARY.encode() not in made.data
    assert b"Exif" not in made.data


def test_a_photo_on_its_side_is_turned_upright() -> None:
    made = rebuilt(jpeg_on_its_side(300, 250))
    assert (made.width_px, made.height_px) == (300, 250)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_what_hangs_behind_an_image_is_gone(kind: str) -> None:
    made = rebuilt(file_of(drawn(), kind) + SCRIPT)
    assert b"script" not in made.data


def test_a_comment_in_a_gif_is_gone() -> None:
    upload = file_of(drawn(), "GIF", comment=SCRIPT)
    assert SCRIPT in upload
    assert b"script" not in rebuilt(upload).data


def test_colours_of_the_printing_press_become_those_of_a_screen() -> None:
    made = rebuilt(file_of(drawn(mode="CMYK"), "JPEG"))
    with Image.open(io.BytesIO(made.data)) as image:
        assert image.mode == "RGB"
    red, green, blue = colours_of(made.data, [GROUND])[0]
    assert min(red, green, blue) > 200


@pytest.mark.parametrize(("level", "shown"), [(0, 0), (0x8000, 128), (0xFFFF, 255)])
def test_sixteen_bits_are_scaled_to_eight_and_not_cut_off(level: int, shown: int) -> None:
    image = Image.new("I;16", (300, 250), level)
    made = rebuilt(file_of(image))
    assert colours_of(made.data, [GROUND]) == [(shown, shown, shown)]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_png_comes_through(mode: str) -> None:
    assert rebuilt(file_of(drawn(mode=mode))).format == "png"


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_what_was_transparent_stays_so(kind: str) -> None:
    image = drawn(mode="RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 50, 50))
    made = rebuilt(file_of(image, kind))
    with Image.open(io.BytesIO(made.data)) as found:
        clear, solid = found.convert("RGBA").getpixel((5, 5)), found.convert("RGBA").getpixel(BAR)
        assert isinstance(clear, tuple)
        assert isinstance(solid, tuple)
        assert (clear[3], solid[3]) == (0, 255)


def test_a_palette_with_transparency_stays_small_and_true() -> None:
    image = drawn(mode="P")
    upload = file_of(image, transparency=0)
    made = rebuilt(upload)
    assert len(made.data) <= len(upload) * 1.1


def test_a_colour_profile_is_applied_and_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = rebuilt(file_of(drawn(), icc_profile=profile))
    assert colours_of(made.data, [BAR]) == [(20, 90, 60)]


def test_a_broken_colour_profile_does_no_harm() -> None:
    assert rebuilt(file_of(drawn(), icc_profile=b"no profile at all")).format == "png"


def test_a_heavy_photo_is_made_lighter_until_it_fits() -> None:
    photo = file_of(drawn().effect_spread(30), "JPEG", quality=100)
    made = rebuilt(photo, ImageTerms(300, 250, 11_500, ALL))
    assert len(made.data) <= 11_500 < len(photo)


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_endless_animation_comes_to_rest_within_five_seconds(kind: str) -> None:
    made = rebuilt(animated(kind, frames=4, frame_ms=500, loop=0))
    durations, loop = frames_in(made.data)
    assert durations == [500] * 4
    assert loop == (1 if kind == "GIF" else 2)
    assert made.animation_ms == 4_000


def test_an_animation_that_fits_once_runs_once() -> None:
    made = rebuilt(animated(frames=4, frame_ms=1_000, loop=0))
    assert frames_in(made.data) == ([1_000] * 4, None)
    assert made.animation_ms == 4_000


def test_a_short_animation_keeps_the_repeats_it_asked_for() -> None:
    made = rebuilt(animated(frames=2, frame_ms=250, loop=2))
    assert frames_in(made.data) == ([250] * 2, 2)
    assert made.animation_ms == 1_500


def test_frames_without_a_length_count_as_browsers_show_them() -> None:
    made = rebuilt(animated(frames=10, frame_ms=10))
    assert frames_in(made.data)[0] == [100] * 10
    assert made.animation_ms == 1_000


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_a_moving_image_gets_a_still_one_of_the_frame_at_which_it_rests(kind: str) -> None:
    made = rebuilt(animated(kind, frames=4, frame_ms=500))
    assert made.still is not None
    assert frames_in(made.still)[0] in ([0], [100])
    last_disc = (10 + 3 * 9 + 2, 45)
    red, green, _blue = colours_of(made.still, [last_disc])[0]
    assert red > 150 > green
    ground_before = (12, 45)
    assert colours_of(made.still, [ground_before])[0][1] > 150


def test_a_gif_that_becomes_clear_again_does_not_keep_old_pixels() -> None:
    one, two = drawn(mode="RGBA"), drawn(mode="RGBA", number=3)
    one.paste((0, 0, 0, 0), (0, 0, 50, 50))
    two.paste((0, 0, 0, 0), (100, 200, 200, 250))
    made = rebuilt(file_of(one, "GIF", save_all=True, append_images=[two, one], duration=300, disposal=2))
    with Image.open(io.BytesIO(made.data)) as image:
        for number, clear, solid in ((0, (5, 5), BAR), (1, BAR, (5, 5)), (2, (5, 5), BAR)):
            image.seek(number)
            found = image.convert("RGBA")
            opacity = [pixel[3] for pixel in map(found.getpixel, (clear, solid)) if isinstance(pixel, tuple)]
            assert opacity == [0, 255], number
