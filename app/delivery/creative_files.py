"""Files of creatives on this machine's disk: a cache of what the database keeps, filled when a creative goes live."""

import re
import secrets
import time
from collections.abc import Collection
from pathlib import Path

# As the formats are called in the market, with the ending and media type that browsers know.
ENDINGS = {"jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp"}
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
NAME = re.compile(r"[0-9a-f]{64}\.(?:jpg|png|gif|webp)", re.ASCII)
FOLDER = "creatives"
KEPT_UNUSED_S = 7 * 24 * 3600


def file_name(sha256: str, kind: str) -> str:
    """The name of a creative's file, in its address as on disk.

    >>> file_name("ab" * 32, "jpeg")[-8:]
    'abab.jpg'
    """
    return f"{sha256}.{ENDINGS[kind]}"


def is_file_name(name: str) -> bool:
    """Whether this can be the name of a creative's file; nothing else is looked for on disk."""
    return NAME.fullmatch(name) is not None


def media_type(name: str) -> str:
    """The media type of a file by its name."""
    return MEDIA_TYPES[name.rpartition(".")[2]]


class CreativeFiles:
    """The cache of one machine; every process of it shares the folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    def read(self, name: str) -> bytes | None:
        """The content of a file; None when it is not here."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def missing(self, names: Collection[str]) -> list[str]:
        """Which of these are not here."""
        return [name for name in names if not (self._folder / name).exists()]

    def keep(self, name: str, content: bytes) -> None:
        """Puts a file here; whoever reads it finds all of it or nothing."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{name}.{secrets.token_hex(4)}"
        draft.write_bytes(content)
        draft.replace(self._folder / name)

    def forget_unused(self, live: Collection[str]) -> None:
        """Removes what is not live and was put here more than a week ago; the database still has it."""
        before_s = time.time() - KEPT_UNUSED_S
        for path in self._folder.glob("*"):
            if path.name not in live and path.stat().st_mtime < before_s:
                path.unlink(missing_ok=True)
