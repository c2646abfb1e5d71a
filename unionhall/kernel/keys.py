"""The keys of this installation: read once from the key file outside the database."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from unionhall.kernel.secrets import KeyRing, create_keys, load_keys


@lru_cache(maxsize=4)
def _read(path: Path, stamp: int) -> KeyRing:  # noqa: ARG001  the stamp is part of the memory's key
    return load_keys(path)


def ring() -> KeyRing:
    """The key ring in force. A missing key file is refused: making a new one would lose what the old one sealed."""
    path = Path(settings.KEYS_FILE)
    if settings.TESTING and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        return create_keys(path)
    return _read(path, path.stat().st_mtime_ns)
