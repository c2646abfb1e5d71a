"""What an import keeps on disk between upload and end: sealed piece by piece, for it holds personal data."""

import base64
import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import polars as pl
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.keys import ring
from unionhall.kernel.terms import refuse

PIECE = 4 * 1024**2  # bytes sealed at a time
LENGTH = 4  # bytes that say how long a sealed piece is


def seal(pieces: Iterable[bytes], path: Path) -> str:
    """Write the pieces sealed; returns the SHA-256 of the clear bytes. An empty last piece marks the end."""
    keys, digest = ring(), hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_suffix(".new")
    with aside.open("wb") as file:
        number = 0
        for number, piece in enumerate(_cut(pieces), start=1):
            digest.update(piece)
            _put(file, keys.seal(base64.b64encode(piece).decode(), _context(path, number)))
        _put(file, keys.seal("", _context(path, number + 1)))
    aside.replace(path)
    return digest.hexdigest()


def pieces(path: Path) -> Iterator[bytes]:
    """The clear bytes of a sealed file. `Refused` when it was changed, cut off or moved."""
    keys, number = ring(), 0
    with path.open("rb") as file:
        while True:
            number += 1
            blob = file.read(int.from_bytes(file.read(LENGTH)))
            if not blob:
                raise refuse(_("A file kept for this import is cut off: upload the sheet again."))
            text = keys.open(blob, _context(path, number))
            if not text:
                return
            yield base64.b64decode(text)


@contextmanager
def opened(path: Path, suffix: str = "") -> Iterator[Path]:
    """The clear file, readable by its owner alone, for as long as the block lasts."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=suffix) as clear:
        for piece in pieces(path):
            clear.write(piece)
        clear.flush()
        yield Path(clear.name)


def keep(frame: pl.DataFrame, path: Path) -> None:
    """Keep a frame, sealed."""
    packed = BytesIO()
    frame.write_parquet(packed, compression="lz4")
    seal([packed.getvalue()], path)


def kept(path: Path) -> pl.DataFrame:
    """A frame that was kept."""
    return pl.read_parquet(BytesIO(b"".join(pieces(path))))


def _cut(given: Iterable[bytes]) -> Iterator[bytes]:
    for piece in given:
        for start in range(0, len(piece), PIECE):
            yield piece[start : start + PIECE]


def _put(file: BinaryIO, blob: bytes) -> None:
    file.write(len(blob).to_bytes(LENGTH) + blob)


def _context(path: Path, number: int) -> str:
    return f"import/{path.parent.name}/{path.name}/{number}"
