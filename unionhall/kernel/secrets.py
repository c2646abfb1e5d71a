"""Sealed personal data: values encrypted at rest, and keyed hashes by which they are found."""

import base64
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar

import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB, GCM
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.sealing import seal_column
from unionhall.kernel.terms import Refused, refuse

Provider = Literal["sm4", "aes"]

HEADER, NONCE, TAG, BLIND = 2, 12, 16, 16  # bytes
VERSIONS: Mapping[str, int] = MappingProxyType({"sm4": 1, "aes": 2})
KEY_SIZES: Mapping[str, int] = MappingProxyType({"sm4": 16, "aes": 32})
INDEX_KEY_SIZE = 32
LAST_NUMBER = 255
ALONE = 50_000  # values; fewer are done faster here than in other processes
BATCH = 25_000  # values given to a process at a time

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True)
class KeyRing:
    """The keys of one federation.

    `keys` are the sealing keys by number (1 to 255; 16 bytes for SM4, 32 for AES), `current` is the number
    that seals; the others only open. `index_key` makes the keyed hashes and stays the same for ever.
    A sealed value is: version byte (1 SM4-GCM, 2 AES-256-GCM), key number, nonce of 12 bytes, ciphertext, tag
    of 16 bytes. The first two bytes and the context are authenticated, so that a value copied to another
    column, or given another number, does not open.
    """

    keys: Mapping[int, bytes] = field(repr=False)
    current: int
    index_key: bytes = field(repr=False)
    provider: Provider = "sm4"

    def __post_init__(self) -> None:
        if self.provider not in VERSIONS:
            raise refuse(_("The keys name an unknown provider: it is “sm4” or “aes”."))
        size = KEY_SIZES[self.provider]
        if any(not 1 <= number <= LAST_NUMBER or len(key) != size for number, key in self.keys.items()):
            raise refuse(_("A sealing key has a wrong number or a wrong length."))
        if self.current not in self.keys:
            raise refuse(_("The current sealing key is not among the keys."))
        if len(self.index_key) != INDEX_KEY_SIZE:
            raise refuse(_("The index key has a wrong length."))

    def seal(self, text: str, context: str) -> bytes:
        """The text, sealed with the current key for this column."""
        return self._sealer(context)(text)

    def open(self, blob: bytes, context: str) -> str:
        """The clear text. `Refused` for an unknown key, another context or a damaged value."""
        return self._opener(context)(blob)

    def blind(self, text: str, context: str) -> bytes:
        """The keyed hash of the text in this column: 16 bytes, always the same, for unique look-ups."""
        return self._blinder(context)(text)

    def needs_resealing(self, blob: bytes) -> bool:
        """Whether a value was sealed with an older key or another provider."""
        return blob[:HEADER] != self._header()

    def seal_many(
        self, values: Sequence[str | None], context: str, pool: Executor | None = None
    ) -> list[bytes | None]:
        """A whole column sealed; `None` stays. Shares the work among the processes of `pool`."""
        return _shared(partial(_seal_all, self, context), values, pool)

    def open_many(
        self, blobs: Sequence[bytes | None], context: str, pool: Executor | None = None
    ) -> list[str | None]:
        """A whole column opened; `None` stays. `Refused` as `open` is."""
        return _shared(partial(_open_all, self, context), blobs, pool)

    def seal_column(self, values: pl.Series, context: str) -> pl.Series:
        """A whole column of text sealed as bytes, ten times faster than one by one; null stays."""
        algorithm = SM4 if self.provider == "sm4" else AES
        cipher = Cipher(algorithm(self.keys[self.current]), ECB())  # noqa: S305  # nosec B305  the block cipher under GCM
        return seal_column(
            values, lambda blocks: cipher.encryptor().update(blocks), self._header(), context.encode()
        )

    def blind_column(self, values: pl.Series, context: str) -> pl.Series:
        """The keyed hashes of a whole column of text as bytes; null stays."""
        return pl.Series(values.name, _blind_all(self, context, values.to_list()), pl.Binary)

    def blind_many(
        self, values: Sequence[str | None], context: str, pool: Executor | None = None
    ) -> list[bytes | None]:
        """The keyed hashes of a whole column; `None` stays."""
        return _shared(partial(_blind_all, self, context), values, pool)

    def _header(self) -> bytes:
        return bytes((VERSIONS[self.provider], self.current))

    def _sealer(self, context: str) -> Callable[[str], bytes]:
        header = self._header()
        associated = header + context.encode()
        random = os.urandom
        if self.provider == "aes":
            encrypt = AESGCM(self.keys[self.current]).encrypt

            def seal_aes(text: str) -> bytes:
                nonce = random(NONCE)
                return header + nonce + encrypt(nonce, text.encode(), associated)

            return seal_aes
        algorithm = SM4(self.keys[self.current])

        def seal_sm4(text: str) -> bytes:
            nonce = random(NONCE)
            encryptor = Cipher(algorithm, GCM(nonce)).encryptor()
            encryptor.authenticate_additional_data(associated)
            sealed = encryptor.update(text.encode()) + encryptor.finalize()
            return header + nonce + sealed + encryptor.tag

        return seal_sm4

    def _opener(self, context: str) -> Callable[[bytes], str]:
        version = VERSIONS[self.provider]
        suffix = context.encode()
        decrypt = _decrypt_aes if self.provider == "aes" else _decrypt_sm4

        def open_one(blob: bytes) -> str:
            if len(blob) < HEADER + NONCE + TAG or blob[0] != version:
                raise refuse(_("This is not a value sealed by this provider."))
            key = self.keys.get(blob[1])
            if key is None:
                raise refuse(
                    _("This value was sealed with key %(number)s, which is not in the key file.")
                    % {"number": blob[1]}
                )
            try:
                return decrypt(key, blob, blob[:HEADER] + suffix).decode()
            except InvalidTag as error:
                raise refuse(
                    _("This sealed value was changed, or belongs to another column: it does not open.")
                ) from error

        return open_one

    def _blinder(self, context: str) -> Callable[[str], bytes]:
        algorithm = hashes.SHA256() if self.provider == "aes" else hashes.SM3()
        column = context.encode()
        start = hmac.HMAC(self.index_key, algorithm)
        start.update(len(column).to_bytes(2) + column)

        def blind_one(text: str) -> bytes:
            state = start.copy()
            state.update(text.encode())
            return state.finalize()[:BLIND]

        return blind_one


def _decrypt_sm4(key: bytes, blob: bytes, associated: bytes) -> bytes:
    nonce, sealed, tag = blob[HEADER : HEADER + NONCE], blob[HEADER + NONCE : -TAG], blob[-TAG:]
    decryptor = Cipher(SM4(key), GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(associated)
    return decryptor.update(sealed) + decryptor.finalize()


def _decrypt_aes(key: bytes, blob: bytes, associated: bytes) -> bytes:
    return AESGCM(key).decrypt(blob[HEADER : HEADER + NONCE], blob[HEADER + NONCE :], associated)


# Whole columns


@contextmanager
def processes(count: int | None = None) -> Iterator[Executor]:
    """Processes that several whole-column calls share; `count` is by default the number of processors."""
    with ProcessPoolExecutor(count or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield pool


def _shared(
    work: Callable[[Sequence[Given]], list[Made]], values: Sequence[Given], pool: Executor | None
) -> list[Made]:
    if pool is None and len(values) <= ALONE:
        return work(values)
    if pool is None:
        with processes() as own:
            return _shared(work, values, own)
    batches = [values[start : start + BATCH] for start in range(0, len(values), BATCH)]
    return list(chain.from_iterable(pool.map(work, batches)))


def _seal_all(ring: KeyRing, context: str, values: Sequence[str | None]) -> list[bytes | None]:
    seal = ring._sealer(context)  # noqa: SLF001  the same class's work, at module level so that it can be sent
    return [None if value is None else seal(value) for value in values]


def _open_all(ring: KeyRing, context: str, blobs: Sequence[bytes | None]) -> list[str | None]:
    open_one = ring._opener(context)  # noqa: SLF001  as above
    return [None if blob is None else open_one(blob) for blob in blobs]


def _blind_all(ring: KeyRing, context: str, values: Sequence[str | None]) -> list[bytes | None]:
    blind = ring._blinder(context)  # noqa: SLF001  as above
    return [None if value is None else blind(value) for value in values]


# The key file


def create_keys(path: Path, provider: Provider = "sm4") -> KeyRing:
    """Write a new key file, readable by its owner alone. `Refused` when the file exists."""
    if path.exists():
        raise refuse(
            _("The key file %(path)s exists already: writing it anew would lose every sealed value.")
            % {"path": path}
        )
    ring = KeyRing({1: os.urandom(KEY_SIZES[provider])}, 1, os.urandom(INDEX_KEY_SIZE), provider)
    _write(path, ring)
    return ring


def load_keys(path: Path) -> KeyRing:
    """The keys of the file. `Refused` when it is missing, damaged or readable by others than its owner."""
    try:
        mode = path.stat().st_mode
        if mode & 0o077:
            raise refuse(
                _("The key file %(path)s can be read by others than its owner: run chmod 600 on it.")
                % {"path": path}
            )
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise refuse(_("The key file %(path)s cannot be read.") % {"path": path}) from error
    except ValueError as error:
        raise _damaged(path) from error
    return _ring(path, content)


def add_key(path: Path) -> KeyRing:
    """Add a new key and make it current; the older ones still open what they sealed."""
    ring = load_keys(path)
    number = next((n for n in range(ring.current + 1, LAST_NUMBER + 1) if n not in ring.keys), 0)
    number = number or next((n for n in range(1, LAST_NUMBER + 1) if n not in ring.keys), 0)
    if not number:
        raise refuse(_("All 255 key numbers are taken: drop the keys that seal nothing any more."))
    keys = {**ring.keys, number: os.urandom(KEY_SIZES[ring.provider])}
    ring = KeyRing(keys, number, ring.index_key, ring.provider)
    _write(path, ring)
    return ring


def drop_keys(path: Path, keep: Iterable[int]) -> KeyRing:
    """Drop every key but those numbered in `keep`. Only after every value was sealed anew."""
    ring = load_keys(path)
    kept = set(keep)
    if ring.current not in kept:
        raise refuse(_("The current key %(number)s must be kept.") % {"number": ring.current})
    if missing := kept - ring.keys.keys():
        raise refuse(
            _("There is no key %(number)s in the key file.")
            % {"number": ", ".join(str(number) for number in sorted(missing))}
        )
    keys = {number: key for number, key in ring.keys.items() if number in kept}
    ring = KeyRing(keys, ring.current, ring.index_key, ring.provider)
    _write(path, ring)
    return ring


def _ring(path: Path, content: Mapping[str, object]) -> KeyRing:
    keys, current, provider = content.get("keys"), content.get("current"), content.get("provider")
    if not isinstance(keys, dict) or not isinstance(current, int) or provider not in {"sm4", "aes"}:
        raise _damaged(path)
    try:
        return KeyRing(
            {int(number): _bytes(key) for number, key in keys.items()},
            current,
            _bytes(content.get("index")),
            "aes" if provider == "aes" else "sm4",
        )
    except ValueError as error:
        raise _damaged(path) from error


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise ValueError(type(text).__name__)  # noqa: TRY004  the caller asks whether the file is well formed
    return base64.b64decode(text, validate=True)


def _damaged(path: Path) -> Refused:
    return refuse(_("The key file %(path)s is damaged: restore it from its copy.") % {"path": path})


def _write(path: Path, ring: KeyRing) -> None:
    """Write the whole file aside, then put it in its place at once."""
    lines = [
        "# Keys of sealed personal data. Keep a copy in a safe: without it sealed values are lost.",
        f'provider = "{ring.provider}"',
        f"current = {ring.current}",
        f'index = "{base64.b64encode(ring.index_key).decode()}"',
        "",
        "[keys]",
        *(f'{number} = "{base64.b64encode(key).decode()}"' for number, key in sorted(ring.keys.items())),
        "",
    ]
    aside = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
