"""Ids that say what they are, and what a bridge that finds them makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.asterisk import names
from cti_bridge.telephony.asterisk.callers import MAX_VALUE, MAX_VARIABLES, arguments, bounded
from cti_bridge.telephony.asterisk.causes import of_unanswered, to_reason
from cti_bridge.telephony.asterisk.names import Kind
from cti_bridge.telephony.asterisk.telephones import telephone
from cti_bridge.telephony.asterisk.waiting import media_of
from cti_bridge.telephony.ports import CallId, Device, SwitchError

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "/var/lib/ficha/spool/calls/2026-11-30/3f2a9c.wav"


@pytest.mark.parametrize("kind", list(Kind))
def test_a_name_is_read_as_it_was_made(kind: Kind) -> None:
    assert names.read("ficha", names.make("ficha", kind, "rest.of-it")) == (kind, "rest.of-it")
    assert names.read("ficha-2", names.make("ficha", kind)) is None
    assert names.read("ficha", names.make("ficha-2", kind)) is None


@given(st.text(max_size=300))
def test_what_others_named_is_never_ours_nor_an_error(text: str) -> None:
    names.read("ficha", text)
    names.recorded("ficha", text)
    names.recorded("ficha", f"ficha.conv.{text}")


def test_a_recording_says_whose_it_is_and_where_it_goes() -> None:
    call = CallId("office:1796028477.12")
    name = names.recording("ficha", Kind.CONVERSATION, call, FILE)
    assert names.recorded("ficha", name) == (Kind.CONVERSATION, call, FILE, "")
    own = names.recording("ficha", Kind.CONVERSATION, call, FILE, "a1b2c3")
    assert names.recorded("ficha", own) == (Kind.CONVERSATION, call, FILE, "a1b2c3")
    assert len(names.snoop_of("ficha", name)) < 150  # AST_MAX_UNIQUEID
    assert names.recorded("other", name) is None
    with pytest.raises(ValueError, match="too long"):
        names.recording("ficha", Kind.MESSAGE, call, "/".join(map(str, range(300))))


@pytest.mark.parametrize("call", ["", "a b", "a/b", "ñ", "x" * 81])
def test_a_call_has_an_id_that_can_be_a_channels(call: str) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        names.of_call("ficha", CallId(call))


def test_what_a_dial_plan_says_is_bounded() -> None:
    many = {f"name_{number}": "x" * 1000 for number in range(100)}
    kept = bounded(many | {"Bad": "1", "9": "1", "empty": "  ", "odd": "a\x00\x07b"})
    assert len(kept) == MAX_VARIABLES
    assert all(len(value) == MAX_VALUE for value in kept.values())
    assert bounded({"odd": "a\x00\x07b", "empty": " "}) == {"odd": "ab"}
    assert arguments(["a=1=2", "b", "=c", "A=3"]) == {"a": "3", "": "c"}


@given(st.integers(), st.integers())
def test_every_cause_has_a_word(cause: int, sip: int) -> None:
    assert isinstance(of_unanswered(cause, sip), ClearCause)


def test_every_refusal_has_a_reason() -> None:
    assert {to_reason(cause) for cause in ClearCause} >= {1, 17, 18, 21}


@given(st.text(max_size=60))
def test_no_telephone_and_no_sound_can_carry_anything_else(text: str) -> None:
    class Office:
        id = "office"

    phone = _unless_invalid(lambda: telephone(Device(f"phone:{text}"), Office()))  # type: ignore[arg-type]
    assert not set('/&,@;|<>" ') & set(phone)
    assert phone.isascii()
    assert "," not in _unless_invalid(lambda: media_of(text))


def _unless_invalid(read: Callable[[], str]) -> str:
    try:
        return read()
    except SwitchError as error:
        if error.code != "invalid":
            raise
        return ""
