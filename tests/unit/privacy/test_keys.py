"""What a key file may say, and that what is sealed opens only as it was sealed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.privacy.keys import MOST_KEYS, Keyring, KeyTextError, new_key, parse, render
from cti_bridge.privacy.sealing import FileKey, TamperedError, about


def test_what_is_rendered_is_parsed():
    ring = Keyring(keys=(new_key(), new_key(), new_key()))
    assert parse(render(ring)) == ring
    assert parse(render(ring)).current == ring.keys[0]


def test_no_key_shows_itself():
    key = new_key()
    assert str(key.secret) not in repr(Keyring(keys=(key,)))


def _damaged(text):
    version, name, key = text.split("\n")[2].split()
    return f"{version} {name} {'A' * 10}{key[10:]}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no key"),
        ("# only words\n\n", "no key"),
        ("ficha-key-2 ab cd", 'line 1 does not read "ficha-key-1 ID KEY"'),
        ("\nficha-key-1 ab", "line 2 does not read"),
        ("ficha-key-1 ab %%%", "line 1 is not base64"),
        ("ficha-key-1 ab QUJD", "has 3 bytes and not 32"),
        (_damaged(render(Keyring(keys=(new_key(),)))), "damaged"),
        ("x" * 100_000, "no key file"),
    ],
    ids=["empty", "words", "version", "short", "base64", "length", "damaged", "long"],
)
def test_what_is_no_key_file_is_told_and_not_shown(text, said):
    with pytest.raises(KeyTextError, match=said) as failed:
        parse(text)
    assert text.split()[-1:] == [] or text.split()[-1] not in str(failed.value)


def test_a_key_that_is_there_twice_counts_once():
    ring = Keyring(keys=(new_key(),))
    assert parse(render(ring) * 2) == ring


def test_old_keys_go_and_the_one_in_use_stays():
    keys = (new_key(), new_key(), new_key())
    ring = Keyring(keys=keys).without(frozenset(key.id for key in keys[:2]))
    assert ring.keys == (keys[0], keys[2])


def test_there_is_room_for_so_many_keys_and_no_more():
    ring = Keyring(keys=tuple(new_key() for _ in range(MOST_KEYS)))
    assert len(parse(render(ring)).keys) == MOST_KEYS
    with pytest.raises(KeyTextError, match="already"):
        ring.with_new(new_key())


@given(st.binary(max_size=2000), st.integers(0, 2**31))
def test_a_piece_opens_at_its_own_place_only(data, part):
    key = FileKey.new()
    sealed = key.seal(part, data)
    assert key.open(part, sealed) == data
    for wrong in (part + 1, 0 if part else 7):
        with pytest.raises(TamperedError):
            key.open(wrong, sealed)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_piece_with_any_bit_changed_is_noticed(data, choose):
    key = FileKey.new()
    sealed = bytearray(key.seal(3, data))
    place = choose.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(TamperedError):
        key.open(3, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(16), bytes(100)])
def test_what_was_never_sealed_is_noticed(sealed):
    with pytest.raises(TamperedError):
        FileKey.new().open(0, sealed)


def test_a_key_is_bound_to_file_size_and_kind():
    master, key = new_key(), FileKey.new()
    wrapped = key.wrap(master, about("a", 10, "audio/wav"))
    sealed = key.seal(0, b"voice")
    again = FileKey.unwrap(wrapped, master, about("a", 10, "audio/wav"))
    assert again.open(0, sealed) == b"voice"
    for other in (("b", 10, "audio/wav"), ("a", 9, "audio/wav"), ("a", 10, "text/plain")):
        with pytest.raises(TamperedError):
            FileKey.unwrap(wrapped, master, about(*other))
    with pytest.raises(TamperedError):
        FileKey.unwrap(wrapped, new_key(), about("a", 10, "audio/wav"))
    with pytest.raises(TamperedError):
        FileKey.unwrap(wrapped[:-1], master, about("a", 10, "audio/wav"))


def test_no_two_files_are_sealed_alike():
    one, two = FileKey.new(), FileKey.new()
    assert one.seal(0, b"the same") != two.seal(0, b"the same")
