"""Makes pictures anew from their pixels: upright, in plain colours, and with nothing else that was in their file.

It runs in the process that meets the upload (`rebuild.py`) and imports nothing of ours.
"""

import io

from PIL import Image, ImageCms, ImageOps

# What each mode becomes before it is written: eight bits a channel, no colours of the printing press.
MODES = {
    "jpeg": {"L": "L"},
    "png": {mode: mode for mode in ("1", "L", "LA", "P", "RGB", "RGBA")},
    "gif": {mode: mode for mode in ("1", "L", "P", "RGB", "RGBA")},
    "webp": {"RGB": "RGB", "RGBA": "RGBA"},
}
WITH_ALPHA = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})
SIXTEEN_BITS = 256


class LazyFrames(Image.Image):
    """An animation whose pictures are made anew one by one, as an encoder comes to them: one is in memory at a time."""

    def __init__(self, upload: bytes, kind: str) -> None:
        super().__init__()
        self._upload, self._kind, self._at = upload, kind, -1
        self.source = Image.open(io.BytesIO(upload), formats=[kind.upper()])
        self.n_frames: int = getattr(self.source, "n_frames", 1)
        self._size = self.source.size
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Puts the picture of this number in place of the one that is here."""
        if frame >= self.n_frames:
            raise EOFError
        if frame == self._at:
            return
        if frame < self._at:
            self.source = Image.open(io.BytesIO(self._upload), formats=[self._kind.upper()])
        self.source.seek(frame)
        self.source.load()
        if self.source.size != self._size:
            raise OSError
        fresh = clean(self.source, self._kind)
        self._mode, self._size, self._at = fresh.mode, fresh.size, frame
        self.im, self.palette, self.info = fresh.im, fresh.palette, fresh.info

    def tell(self) -> int:
        """The number of the picture that is here."""
        return self._at


def clean(image: Image.Image, kind: str) -> Image.Image:
    """A new picture with the pixels of this one, turned upright, in plain colours, and with nothing else."""
    upright = ImageOps.exif_transpose(image) if kind != "gif" else image
    plain = in_plain_colours(upright, kind)
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
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
