"""What the bridge signs is opened by it alone, for the same thing, in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.channels.chat.seal import MAX_SEALED, TOKEN_SECONDS, BadSeal, Expired, Sealer
from cti_bridge.channels.conversation.ports import Attachment
from cti_bridge.protocol.vocabulary import BlobId, InteractionId

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CHAT, OTHER = InteractionId("c1"), InteractionId("c2")
SEALER = Sealer(b"secret")
FILE = Attachment(
    blob=BlobId("b1"), name="factura de mañana.pdf", media_type="application/pdf", size=9
)


def test_a_token_opens_its_chat_for_a_day():
    token = SEALER.token(CHAT, "shop", NOW)
    assert SEALER.open_token(token, "shop", NOW) == CHAT
    last = NOW + timedelta(seconds=TOKEN_SECONDS - 1)
    assert SEALER.open_token(token, "shop", last) == CHAT
    with pytest.raises(Expired):
        SEALER.open_token(token, "shop", NOW + timedelta(seconds=TOKEN_SECONDS))


def test_a_token_is_of_one_site():
    with pytest.raises(BadSeal):
        SEALER.open_token(SEALER.token(CHAT, "shop", NOW), "other", NOW)


def test_another_secret_opens_nothing():
    with pytest.raises(BadSeal):
        Sealer(b"another").open_token(SEALER.token(CHAT, "shop", NOW), "shop", NOW)


def test_a_file_is_of_one_chat_and_no_token():
    name = SEALER.file(CHAT, FILE)
    assert SEALER.open_file(CHAT, name) == FILE
    with pytest.raises(BadSeal):
        SEALER.open_file(OTHER, name)
    with pytest.raises(BadSeal):
        SEALER.open_token(name, "shop", NOW)
    with pytest.raises(BadSeal):
        SEALER.open_file(CHAT, SEALER.token(CHAT, "shop", NOW))


@given(st.integers(0, 200), st.characters(min_codepoint=33, max_codepoint=126))
def test_no_letter_of_a_token_can_be_changed(place, letter):
    token = SEALER.token(CHAT, "shop", NOW)
    place %= len(token)
    forged = token[:place] + letter + token[place + 1 :]
    if forged != token:
        with pytest.raises(BadSeal):
            SEALER.open_token(forged, "shop", NOW)


@pytest.mark.parametrize(
    "junk", ["", ".", "a", "a.b", "ñ.ñ", "..", "=.=", "\ud800", "x" * (MAX_SEALED + 1), "AA.AA"]
)
def test_junk_opens_nothing(junk):
    with pytest.raises(BadSeal):
        SEALER.open_token(junk, "shop", NOW)


@given(st.text(max_size=300))
def test_no_text_opens_anything(text):
    with pytest.raises(BadSeal):
        SEALER.open_token(text, "shop", NOW)


def test_ids_are_the_same_for_the_same_and_uuids():
    one = SEALER.contact_id("start", "shop", "x")
    assert one == SEALER.contact_id("start", "shop", "x")
    others = {
        SEALER.contact_id("leave", "shop", "x"),
        SEALER.contact_id("start", "sho", "px"),
        Sealer(b"other").contact_id("start", "shop", "x"),
    }
    assert one not in others
    assert UUID(one).version == 8
    assert UUID(one).variant == "specified in RFC 4122"
