"""Draws the creatives of the demo market: each advertiser's look, at any socket's size, from shapes and words."""

import io
import math
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

from demo.brands import Brand, Colour, Motif

# Drawn larger and then made smaller: that is what makes the edges of shapes soft.
OVERDRAWN = 3
WIDE_FROM = 2.2
"""From this ratio of width to height on, picture and words stand side by side."""
TALL_FROM = 0.75
"""Up to this ratio the picture has the upper half and more."""
WORDS_UNDER_PX = 40
"""In anything lower there is room for a name only."""
FRAMES = 6
FRAME_MS = 400

Pen = ImageDraw.ImageDraw
Box = tuple[int, int, int, int]


def draw_creative(brand: Brand, size: tuple[int, int], *, shade: int = 0) -> bytes:
    """A still creative as PNG.

    Args:
        brand: whose.
        size: width and height in pixels.
        shade: makes another creative of the same words: 0, 1, 2, ... moves the picture and warms the paper.
    """
    return _written(_drawn(brand, size, shade), "PNG")


def draw_photograph(brand: Brand, size: tuple[int, int]) -> bytes:
    """The same as JPEG, for sockets that take photographs."""
    return _written(_drawn(brand, size, 1), "JPEG")


def draw_animation(brand: Brand, size: tuple[int, int]) -> bytes:
    """A GIF that moves for 2.4 s and comes to rest."""
    frames = [_drawn(brand, size, shade).quantize(64) for shade in range(FRAMES)]
    content = io.BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:], duration=FRAME_MS)
    return content.getvalue()


def _written(image: Image.Image, kind: str) -> bytes:
    content = io.BytesIO()
    if kind == "PNG":
        image.quantize(128).save(content, kind, optimize=True)
    else:
        image.save(content, kind, quality=88)
    return content.getvalue()


def _drawn(brand: Brand, size: tuple[int, int], shade: int) -> Image.Image:
    width, height = (side * OVERDRAWN for side in size)
    paper = _mixed(brand.paper, brand.accent, 0.04 * shade)
    image = Image.new("RGB", (width, height), paper)
    pen = ImageDraw.Draw(image)
    picture, words = _layout(width, height)
    if picture is not None:
        image.paste(_painted(brand, picture, paper, shade), picture[:2])
    _write_words(pen, words, brand, is_low=size[1] < WORDS_UNDER_PX)
    edge = max(1, OVERDRAWN)
    pen.rectangle((0, 0, width - 1, height - 1), outline=_mixed(brand.paper, brand.ink, 0.35), width=edge)
    return image.resize(size, Image.Resampling.LANCZOS)


def _painted(brand: Brand, box: Box, paper: Colour, shade: int) -> Image.Image:
    """The picture on a sheet of its own: nothing of it runs into the words."""
    size = (box[2] - box[0], box[3] - box[1])
    sheet = Image.new("RGB", size, paper)
    _PAINTERS[brand.motif](ImageDraw.Draw(sheet), (0, 0, *size), brand, shade)
    return sheet


def _layout(width: int, height: int) -> tuple[Box | None, Box]:
    """Where the picture goes and where the words go."""
    ratio = width / height
    gap = max(2, min(width, height) // 12)
    if ratio >= WIDE_FROM:
        if height < WORDS_UNDER_PX * OVERDRAWN:
            return None, (gap, 0, width - gap, height)
        side = min(int(height * 1.6), width // 3)
        return (0, 0, side, height), (side + gap, gap, width - gap, height - gap)
    cut = int(height * (0.62 if ratio <= TALL_FROM else 0.5))
    return (0, 0, width, cut), (gap, cut + gap // 2, width - gap, height - gap // 2)


def _write_words(pen: Pen, box: Box, brand: Brand, *, is_low: bool) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if is_low:
        font = _fitting(pen, brand.name, width, int(height * 0.6))
        pen.text((left + width / 2, top + height / 2), brand.name, font=font, fill=brand.ink, anchor="mm")
    elif width / height > WIDE_FROM * 1.5:
        _write_row(pen, box, brand)
    else:
        name = _fitting(pen, brand.name, width, int(height * 0.22))
        lines, line = _wrapped(pen, brand.line, width, int(height * 0.18))
        pen.text((left, top), brand.name, font=name, fill=brand.ink, anchor="la")
        _write_lines(pen, lines, (left, top + name.size * 1.25), font=line, brand=brand)
        _draw_button(pen, (left, bottom - int(height * 0.22), right, bottom), brand)


def _write_row(pen: Pen, box: Box, brand: Brand) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    text_width = int(width * 0.66)
    name = _fitting(pen, brand.name, text_width, int(height * 0.42))
    lines, line = _wrapped(pen, brand.line, text_width, int(height * 0.26))
    used = name.size * 1.2 + len(lines) * line.size * 1.2
    start = top + max(0.0, (height - used) / 2)
    pen.text((left, start), brand.name, font=name, fill=brand.ink, anchor="la")
    _write_lines(pen, lines, (left, start + name.size * 1.2), font=line, brand=brand)
    lift = int(height * 0.26)
    _draw_button(pen, (left + int(width * 0.7), top + lift, right, bottom - lift), brand)


def _write_lines(
    pen: Pen, lines: list[str], start: tuple[float, float], *, font: ImageFont.FreeTypeFont, brand: Brand
) -> None:
    for number, line in enumerate(lines):
        at = (start[0], start[1] + number * font.size * 1.2)
        pen.text(at, line, font=font, fill=_mixed(brand.ink, brand.paper, 0.2), anchor="la")


def _draw_button(pen: Pen, box: Box, brand: Brand) -> None:
    left, top, right, bottom = box
    font = _fitting(pen, brand.button, int((right - left) * 0.84), int((bottom - top) * 0.6))
    wide = min(right - left, int(pen.textlength(brand.button, font=font) + font.size * 1.6))
    pen.rounded_rectangle((left, top, left + wide, bottom), radius=(bottom - top) // 6, fill=brand.accent)
    middle = (left + wide / 2, (top + bottom) / 2)
    pen.text(middle, brand.button, font=font, fill=_contrast(brand), anchor="mm")


def _fitting(pen: Pen, text: str, width: int, height: int) -> ImageFont.FreeTypeFont:
    """The largest letters, up to a height, in which a text fits a width."""
    size = max(6.0, float(height))
    while size > 6 and pen.textlength(text, font=_font(size)) > width:  # noqa: PLR2004 - nobody reads smaller ones
        size *= 0.94
    return _font(size)


def _wrapped(pen: Pen, text: str, width: int, height: int) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """A text in one line, or in two when the letters would become too small."""
    one = _fitting(pen, text, width, height)
    if one.size >= height * 0.8:
        return [text], one
    words = text.split()
    lengths = [max(len(" ".join(words[:cut])), len(" ".join(words[cut:]))) for cut in range(1, len(words))]
    cut = 1 + min(range(len(lengths)), key=lengths.__getitem__)
    lines = [" ".join(words[:cut]), " ".join(words[cut:])]
    return lines, _fitting(pen, max(lines, key=len), width, int(height * 0.86))


def _font(size: float) -> ImageFont.FreeTypeFont:
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        message = "Pillow was built without FreeType: it cannot write letters of any size"
        raise TypeError(message)
    return found


def _leaves(pen: Pen, box: Box, brand: Brand, shade: int) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    stem = left + width * 0.5
    pen.line((stem, top + height * 0.12, stem, bottom), fill=brand.accent, width=max(2, height // 40))
    for number in range(5):
        at = top + height * (0.2 + 0.16 * number)
        reach = min(width, height) * (0.26 + 0.05 * ((number + shade) % 3))
        for side in (-1, 1):
            tip = (stem + side * reach, at - reach * 0.35)
            belly = [(stem, at), (stem + side * reach * 0.45, at - reach * 0.5), tip]
            belly.append((stem + side * reach * 0.6, at + reach * 0.12))
            pen.polygon(belly, fill=_mixed(brand.accent, brand.paper, 0.12 * number))


def _kettle(pen: Pen, box: Box, brand: Brand, shade: int) -> None:
    left, top, right, bottom = box
    across, down = (left + right) / 2, (top + bottom) / 2 + (bottom - top) * 0.08
    size = min(right - left, bottom - top) * 0.3
    pen.arc(
        (across - size * 0.7, down - size * 1.5, across + size * 0.7, down),
        180,
        360,
        fill=brand.ink,
        width=int(size / 7),
    )
    pen.polygon(
        [(across + size * 0.7, down), (across + size * 1.5, down - size * 0.6), (across + size, down + size * 0.4)],
        fill=brand.accent,
    )
    pen.ellipse((across - size, down - size * 0.7, across + size, down + size * 0.9), fill=brand.accent)
    pen.rectangle((across - size, down + size * 0.5, across + size, down + size * 0.9), fill=brand.accent)
    for number in range(3):
        at = across + size * (0.9 + 0.3 * number)
        lift = down - size * (0.9 + 0.12 * ((number + shade) % 4))
        pen.ellipse((at, lift, at + size * 0.2, lift + size * 0.2), fill=_mixed(brand.paper, brand.ink, 0.5))


def _lamp(pen: Pen, box: Box, brand: Brand, shade: int) -> None:
    left, top, right, bottom = box
    across, height = (left + right) / 2, bottom - top
    size = min(right - left, height) * 0.32
    for number in range(4, 0, -1):
        glow = size * (0.9 + 0.35 * number + 0.05 * shade)
        colour = _mixed(brand.accent, brand.paper, 0.45 + 0.13 * number)
        pen.ellipse((across - glow, top + height * 0.5 - glow, across + glow, top + height * 0.5 + glow), fill=colour)
    shade_top = top + height * 0.22
    pen.polygon(
        [
            (across - size * 0.4, shade_top),
            (across + size * 0.4, shade_top),
            (across + size, shade_top + size),
            (across - size, shade_top + size),
        ],
        fill=brand.accent,
    )
    pen.rectangle((across - size * 0.06, shade_top + size, across + size * 0.06, bottom), fill=brand.ink)


def _hills(pen: Pen, box: Box, brand: Brand, shade: int) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    for ridge in range(4):
        base = top + height * (0.35 + 0.17 * ridge)
        points: list[tuple[float, float]] = [(left, bottom)]
        for step in range(41):
            wave = math.sin(step / 40 * math.pi * (1.5 + ridge) + ridge + shade * 0.5) * height * 0.11
            points.append((left + width * step / 40, base - wave))
        points.append((right, bottom))
        pen.polygon(points, fill=_mixed(brand.ink, brand.paper, 0.72 - 0.18 * ridge))
    path = [
        (left + width * step / 20, bottom - height * 0.1 - math.sin(step / 3 + shade) * height * 0.07)
        for step in range(21)
    ]
    for start, end in zip(path[::2], path[1::2], strict=False):
        pen.line((*start, *end), fill=brand.accent, width=max(2, height // 30))


def _rows(pen: Pen, box: Box, brand: Brand, shade: int) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    horizon = top + height * 0.3
    across = left + width * (0.4 + 0.05 * (shade % 4))
    pen.rectangle((left, horizon, right, bottom), fill=_mixed(brand.accent, brand.paper, 0.25))
    for number in range(-6, 7):
        foot = across + number * width * 0.24
        pen.polygon(
            [(across, horizon), (foot, bottom), (foot + width * 0.09, bottom)],
            fill=_mixed(brand.ink, brand.accent, 0.55),
        )
    sun = height * 0.12
    pen.ellipse((right - sun * 4, top + sun * 0.6, right - sun * 2, top + sun * 2.6), fill=brand.accent)


def _strings(pen: Pen, box: Box, brand: Brand, shade: int) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    hole = min(width, height) * 0.36
    across, down = left + width * 0.5, top + height * 0.5
    pen.ellipse((across - hole * 1.15, down - hole * 1.15, across + hole * 1.15, down + hole * 1.15), fill=brand.accent)
    pen.ellipse((across - hole, down - hole, across + hole, down + hole), fill=_mixed(brand.paper, (0, 0, 0), 0.55))
    for number in range(6):
        at = down + hole * (number - 2.5) * 0.28
        points = []
        for step in range(61):
            swing = math.sin(step / 60 * math.pi) * math.sin(number * 1.7 + shade) * hole * 0.08
            points.append((left + width * step / 60, at + swing))
        pen.line(points, fill=brand.ink, width=max(2, int(hole * 0.012 * (number + 2))))


def _weave(pen: Pen, box: Box, brand: Brand, shade: int) -> None:
    left, top, right, bottom = box
    step = max(8, min(right - left, bottom - top) // 9)
    turn = step // 5
    for row, down in enumerate(range(top, bottom - step + 1, step)):
        for column, across in enumerate(range(left, right - step + 1, step)):
            colour = _mixed(brand.accent, brand.paper, 0.15 + 0.18 * ((row + column + shade) % 4))
            inset = (turn, 0) if (row + column) % 2 else (0, turn)
            corner = (across + step - 1 - inset[0], down + step - 1 - inset[1])
            pen.rectangle((across + inset[0], down + inset[1], *corner), fill=colour)


def _squares(pen: Pen, box: Box, brand: Brand, shade: int) -> None:
    left, top, right, bottom = box
    side = min((right - left) // 5, (bottom - top) // 4)
    gap = max(2, side // 5)
    for number in range(11):
        row, column = divmod(number, 4)
        across = left + (right - left - 4 * side) // 2 + column * side
        down = top + (bottom - top - 3 * side) // 2 + row * side
        colour = brand.accent if number == (4 + shade) % 11 else _mixed(brand.ink, brand.paper, 0.12 + 0.06 * number)
        pen.rounded_rectangle(
            (across, down, across + side - gap, down + side - gap), radius=max(1, gap // 2), fill=colour
        )


_PAINTERS: dict[Motif, Callable[[Pen, Box, Brand, int], None]] = {
    Motif.LEAVES: _leaves,
    Motif.KETTLE: _kettle,
    Motif.LAMP: _lamp,
    Motif.HILLS: _hills,
    Motif.ROWS: _rows,
    Motif.STRINGS: _strings,
    Motif.WEAVE: _weave,
    Motif.SQUARES: _squares,
}


def _contrast(brand: Brand) -> Colour:
    """Letters that can be read on the accent colour."""
    red, green, blue = brand.accent
    is_light = 0.3 * red + 0.59 * green + 0.11 * blue > 140  # noqa: PLR2004 - the middle, as the eye sees it
    return (24, 24, 26) if is_light else (255, 255, 255)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two."""
    part = max(0.0, min(1.0, share))
    red, green, blue = (round(first + (second - first) * part) for first, second in zip(one, other, strict=True))
    return red, green, blue
