import os

import polars as pl
import pytest

from unionhall.kernel.sealing import SLICE
from unionhall.kernel.secrets import KeyRing

RINGS = [
    KeyRing({1: bytes(range(16))}, 1, bytes(32), "sm4"),
    KeyRing({1: bytes(16), 7: os.urandom(16)}, 7, bytes(32), "sm4"),
    KeyRing({3: os.urandom(32)}, 3, bytes(32), "aes"),
]
TEXTS = ["", "1", "11010519491231002X", "13812345678", "王芳", "长" * 30, "x" * 16, "x" * 32, "x" * 5000]


@pytest.mark.parametrize("keys", RINGS)
def test_a_column_sealed_at_once_opens_one_by_one_with_the_librarys_own_mode(keys):
    sealed = keys.seal_column(pl.Series("text", [None, *TEXTS, *TEXTS, None]), "a.b")
    assert sealed[0] is None
    assert sealed[-1] is None
    assert [keys.open(blob, "a.b") for blob in sealed[1:-1]] == TEXTS * 2


def test_every_slice_of_a_long_column_opens_and_no_nonce_comes_twice():
    keys = RINGS[0]
    texts = [f"{place:018d}" for place in range(SLICE + 7)]
    sealed = keys.seal_column(pl.Series(texts), "a.b").to_list()
    assert keys.open_many(sealed, "a.b") == texts
    assert len({blob[2:14] for blob in sealed}) == len(texts)


def test_hashes_of_a_column_are_those_of_its_values():
    keys = RINGS[0]
    found = keys.blind_column(pl.Series(["a", None, "b"]), "a.b").to_list()
    assert found == [keys.blind("a", "a.b"), None, keys.blind("b", "a.b")]
