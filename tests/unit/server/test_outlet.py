"""What is written to a desktop's socket, and in how many writes."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from cti_bridge.server.outlet import Outlet, head
from cti_bridge.tasks import Scope


class Wire:
    """The library's connection, as far as an outlet sees it."""

    def __init__(self):
        self.transport = self.protocol = self
        self.remote_address = ("192.0.2.1", 5)
        self.state = State.OPEN
        self.writes = []
        self.buffered = 0
        self.closed = False

    def write(self, data):
        self.writes.append(data)

    def get_write_buffer_size(self):
        return self.buffered

    def get_extra_info(self, _name):
        return None

    async def close(self, code, reason):
        self.closed = True

    def abort(self):
        self.state = State.CLOSED


@pytest.fixture
async def scope():
    scope = Scope("test")
    yield scope
    await scope.close()


def text(payload):
    return Frame(Opcode.TEXT, payload).serialize(mask=False)


@given(st.sampled_from([0, 1, 125, 126, 127, 65_535, 65_536, 70_000]), st.booleans())
def test_a_frame_is_as_the_library_would_write_it(size, binary):
    opcode = Opcode.BINARY if binary else Opcode.TEXT
    payload = b"x" * size
    assert head(opcode, size) + payload == Frame(opcode, payload).serialize(mask=False)


async def test_what_is_urgent_is_written_at_once_behind_what_waited(scope):
    wire = Wire()
    outlet = Outlet(wire, scope)
    outlet.send(b"figures", at_once=False)
    outlet.send(b"agents", at_once=False)
    assert wire.writes == []
    outlet.send(b"offer")
    assert wire.writes == [text(b"figures") + text(b"agents") + text(b"offer")]
    await asyncio.sleep(0)
    assert len(wire.writes) == 1


async def test_what_can_wait_is_one_write_at_the_end_of_the_turn(scope):
    wire = Wire()
    outlet = Outlet(wire, scope)
    for number in range(50):
        outlet.send(b"%d" % number, at_once=False)
    await asyncio.sleep(0)
    assert wire.writes == [b"".join(text(b"%d" % number) for number in range(50))]
    outlet.send(b"more", at_once=False)
    await asyncio.sleep(0)
    assert wire.writes[1:] == [text(b"more")]


async def test_voice_goes_at_once_and_in_its_order(scope):
    wire = Wire()
    outlet = Outlet(wire, scope)
    outlet.send(b"figures", at_once=False)
    outlet.send_audio(b"voice")
    assert wire.writes == [text(b"figures") + Frame(Opcode.BINARY, b"voice").serialize(mask=False)]


async def test_the_last_words_follow_what_waited_and_nothing_follows_them(scope):
    wire = Wire()
    outlet = Outlet(wire, scope)
    outlet.send(b"figures", at_once=False)
    outlet.close(1000, "signed_out", last=b"ended")
    outlet.send(b"late")
    outlet.send(b"late", at_once=False)
    outlet.send_audio(b"late")
    await asyncio.sleep(0.01)
    assert wire.writes == [text(b"figures") + text(b"ended")]
    assert wire.closed


async def test_a_socket_that_closes_is_not_written_to(scope):
    wire = Wire()
    outlet = Outlet(wire, scope)
    outlet.send(b"figures", at_once=False)
    wire.state = State.CLOSING
    await asyncio.sleep(0)
    outlet.send(b"offer")
    assert wire.writes == []


async def test_who_does_not_read_is_cut_and_what_waits_here_counts(scope):
    wire = Wire()
    outlet, slow = Outlet(wire, scope, limit=100), []
    outlet.on_slow = lambda: slow.append(True)
    outlet.send(b"x" * 101, at_once=False)
    outlet.send(b"y", at_once=False)
    assert slow == [True]
    wire.buffered = 101
    await asyncio.sleep(0)
    outlet.send(b"offer")
    assert slow == [True, True]
