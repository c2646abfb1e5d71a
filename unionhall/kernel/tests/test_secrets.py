from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB
from django.utils.translation import override
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from unionhall.kernel.secrets import (
    BATCH,
    KeyRing,
    add_key,
    create_keys,
    drop_keys,
    load_keys,
    processes,
)
from unionhall.kernel.terms import Refused

COLUMN = "people.Person.identity"
RINGS = {
    "sm4": KeyRing({1: bytes(range(16)), 7: bytes(range(16, 32))}, 7, bytes(range(32)), "sm4"),
    "aes": KeyRing({1: bytes(range(32)), 7: bytes(range(32, 64))}, 7, bytes(range(32)), "aes"),
}


@pytest.fixture(scope="module", autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture(params=["sm4", "aes"])
def ring(request):
    return RINGS[request.param]


def test_sm3_gives_the_published_digest():
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sm4_gives_the_published_block():
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(SM4(block), ECB()).encryptor()  # noqa: S305  the standard's vector is one bare block
    assert encryptor.update(block).hex() == "681edf34d206965e86b3e94f536e4246"


@given(text(), text(max_size=40), sampled_from(["sm4", "aes"]))
def test_what_is_sealed_opens_to_the_same_text(clear, context, provider):
    ring = RINGS[provider]
    assert ring.open(ring.seal(clear, context), context) == clear


def test_a_sealed_value_has_version_key_number_nonce_text_and_tag(ring):
    blob = ring.seal("13800138000", COLUMN)
    assert blob[:2] == bytes(({"sm4": 1, "aes": 2}[ring.provider], 7))
    assert len(blob) == 2 + 12 + 11 + 16
    assert b"13800138000" not in blob


def test_the_same_text_is_sealed_differently_each_time(ring):
    assert len({ring.seal("13800138000", COLUMN) for _ in range(100)}) == 100


def test_no_changed_byte_opens(ring):
    blob = ring.seal("13800138000", COLUMN)
    for place in range(len(blob)):
        changed = bytearray(blob)
        changed[place] ^= 6  # 7 becomes 1, a key that exists; 1 and 2 become versions that do not
        with pytest.raises(Refused):
            ring.open(bytes(changed), COLUMN)


def test_a_value_copied_to_another_column_does_not_open(ring):
    with pytest.raises(Refused, match="belongs to another column"):
        ring.open(ring.seal("13800138000", COLUMN), "people.Person.phone")


def test_a_value_sealed_with_an_unknown_key_names_its_number(ring):
    with pytest.raises(Refused, match="key 7, which is not in the key file"):
        replace(ring, keys={1: ring.keys[1]}, current=1).open(ring.seal("x", COLUMN), COLUMN)


def test_a_cut_value_and_one_of_another_provider_do_not_open(ring):
    other = RINGS["aes" if ring.provider == "sm4" else "sm4"]
    for blob in (b"", ring.seal("", COLUMN)[:-1], other.seal("x", COLUMN)):
        with pytest.raises(Refused, match="not a value sealed by this provider"):
            ring.open(blob, COLUMN)


def test_a_keyed_hash_is_the_same_for_a_text_and_differs_by_column_key_and_text(ring):
    mark = ring.blind("13800138000", COLUMN)
    assert len(mark) == 16
    assert mark == ring.blind("13800138000", COLUMN)
    others = {
        ring.blind("13800138001", COLUMN),
        ring.blind("13800138000", "people.Person.phone"),
        ring.blind("y13800138000", COLUMN[:-1]),
        replace(ring, index_key=bytes(32)).blind("13800138000", COLUMN),
    }
    assert len(others) == 4
    assert mark not in others


def test_keyed_hashes_stay_when_the_sealing_key_changes(ring):
    assert replace(ring, current=1).blind("x", COLUMN) == ring.blind("x", COLUMN)


def test_a_value_of_an_older_key_needs_resealing(ring):
    old = replace(ring, current=1).seal("x", COLUMN)
    assert ring.needs_resealing(old)
    assert not ring.needs_resealing(ring.seal(ring.open(old, COLUMN), COLUMN))


def test_whole_columns_are_worked_like_single_values_and_keep_what_is_missing(ring):
    values = ["13800138000", None, ""]
    sealed = ring.seal_many(values, COLUMN)
    assert sealed[1] is None
    assert ring.open_many(sealed, COLUMN) == values
    assert ring.blind_many(values, COLUMN) == [ring.blind(values[0], COLUMN), None, ring.blind("", COLUMN)]


def test_whole_columns_keep_their_order_over_several_processes(ring):
    values = [str(number) for number in range(2 * BATCH + 1)]
    with processes(2) as pool:
        assert ring.open_many(ring.seal_many(values, COLUMN, pool), COLUMN, pool) == values


def test_one_changed_value_refuses_its_whole_column(ring):
    sealed = ring.seal_many(["a", "b"], COLUMN)
    with pytest.raises(Refused, match="does not open"):
        ring.open_many([sealed[0], sealed[1][:-1] + bytes([sealed[1][-1] ^ 1])], COLUMN)


def test_the_keys_do_not_show_in_a_representation(ring):
    assert repr(ring) == f"KeyRing(current=7, provider='{ring.provider}')"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"keys": {0: bytes(16)}, "current": 0}, "wrong number"),
        ({"keys": {256: bytes(16)}, "current": 256}, "wrong number"),
        ({"keys": {7: bytes(15)}}, "wrong length"),
        ({"current": 3}, "current sealing key is not among"),
        ({"index_key": b"short"}, "index key has a wrong length"),
        ({"provider": "des"}, "unknown provider"),
    ],
)
def test_a_ring_with_impossible_keys_is_refused(changed, sentence):
    with pytest.raises(Refused, match=sentence):
        replace(RINGS["sm4"], **changed)


@pytest.mark.parametrize("provider", ["sm4", "aes"])
def test_a_new_key_file_is_its_owners_alone_and_loads_again(tmp_path, provider):
    path = tmp_path / "keys.toml"
    ring = create_keys(path, provider)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keys(path) == ring
    assert [file.name for file in tmp_path.iterdir()] == ["keys.toml"]


def test_a_key_file_is_never_written_over(tmp_path):
    path = tmp_path / "keys.toml"
    ring = create_keys(path)
    with pytest.raises(Refused, match="exists already"):
        create_keys(path)
    assert load_keys(path) == ring


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_file_that_others_can_read_is_refused(tmp_path, mode):
    path = tmp_path / "keys.toml"
    create_keys(path)
    path.chmod(mode)
    with pytest.raises(Refused, match="run chmod 600"):
        load_keys(path)


@pytest.mark.parametrize("content", ["", "provider = ", "provider='sm4'\ncurrent=1\nindex='!'\n[keys]"])
def test_a_damaged_key_file_says_so(tmp_path, content):
    path = tmp_path / "keys.toml"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(Refused, match="is damaged"):
        load_keys(path)


def test_a_missing_key_file_says_so(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        load_keys(tmp_path / "keys.toml")


def test_after_rotation_the_new_key_seals_and_the_old_one_still_opens(tmp_path):
    path = tmp_path / "keys.toml"
    old = create_keys(path).seal("x", COLUMN)
    ring = add_key(path)
    assert (ring.current, sorted(ring.keys)) == (2, [1, 2])
    assert ring == load_keys(path)
    assert ring.open(old, COLUMN) == "x"
    assert ring.needs_resealing(old)


def test_a_dropped_key_opens_nothing_any_more(tmp_path):
    path = tmp_path / "keys.toml"
    old = create_keys(path).seal("x", COLUMN)
    add_key(path)
    drop_keys(path, {2})
    with pytest.raises(Refused, match="key 1, which is not in the key file"):
        load_keys(path).open(old, COLUMN)


@pytest.mark.parametrize(("keep", "sentence"), [({1}, "current key 2 must be kept"), ({2, 9}, "no key 9")])
def test_keys_in_use_or_unknown_are_not_dropped(tmp_path, keep, sentence):
    path = tmp_path / "keys.toml"
    create_keys(path)
    ring = add_key(path)
    with pytest.raises(Refused, match=sentence):
        drop_keys(path, keep)
    assert load_keys(path) == ring


def test_when_all_numbers_are_taken_no_key_is_added(tmp_path):
    path = tmp_path / "keys.toml"
    create_keys(path)
    for _ in range(254):
        add_key(path)
    with pytest.raises(Refused, match="All 255 key numbers"):
        add_key(path)
    drop_keys(path, {255})
    assert add_key(path).current == 1
