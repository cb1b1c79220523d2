"""Who may hear the recording of a call, and that it is written down who did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cti_bridge.channels.conversation.ports import RECORDED, Attachment
from cti_bridge.customers.ports import Actor
from cti_bridge.errors import StoreError
from cti_bridge.protocol.commands import BlobPart, FetchBlob, OpenConversation
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Author,
    BlobId,
    Channel,
    InteractionState,
    MessageKind,
    Permission,
    RefusalCode,
)
from tests.helpers.conversing import ANA, LUIS, Room
from tests.helpers.written import CONTACT, said
from tests.integration.conversation.test_conversation_service import room  # noqa: F401

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction

SUSANA = Actor(
    agent_id=AgentId("s1"),
    name="Susana Vega",
    permissions=frozenset({Permission.HEAR_RECORDINGS}),
)


async def recorded(room: Room) -> tuple[Interaction, BlobId]:  # noqa: F811
    """A call that is over, and its recording."""
    contact = room.begin(channel=Channel.VOICE)
    blob = await room.blobs.put(b"RIFF" + bytes(1000), name="r.wav", media_type=RECORDED)
    await room.service.add(
        replace(
            said("r-1", ""),
            kind=MessageKind.RECORDING,
            author=Author.SYSTEM,
            seconds=2.0,
            attachments=(Attachment(blob=blob, name="r.wav", media_type="audio/wav", size=1004),),
        )
    )
    return room.change(contact, state=InteractionState.CLOSED), blob


def fetch(blob: BlobId, offset: int = 0) -> FetchBlob:
    return FetchBlob(request_id=1, blob_id=blob, offset=offset, limit=300)


@pytest.mark.parametrize("who", [ANA, SUSANA])
async def test_its_agent_and_supervisors_hear_it_and_that_is_written_down_once(
    room: Room,  # noqa: F811
    who: Actor,
) -> None:
    _, blob = await recorded(room)
    for offset in (0, 300, 600, 900):
        part = await room.ask(fetch(blob, offset), by=who)
        assert isinstance(part, BlobPart)
    assert [(s.interaction, s.what, s.detail) for s in room.contacts.journey] == [
        (CONTACT, "played", who.name)
    ]
    room.wait(3600)
    await room.ask(fetch(blob, 300), by=who)
    assert len(room.contacts.journey) == 2


async def test_others_see_that_there_is_one_and_do_not_hear_it(room: Room) -> None:  # noqa: F811
    _, blob = await recorded(room)
    opened = await room.ask(OpenConversation(request_id=1, interaction_id=CONTACT), by=LUIS)
    assert [m.kind for m in opened.conversation.messages] == [MessageKind.RECORDING]
    with pytest.raises(CommandRefused) as caught:
        await room.ask(fetch(blob), by=LUIS)
    assert caught.value.code is RefusalCode.NOT_ALLOWED
    assert room.contacts.journey == []


async def test_what_cannot_be_written_down_is_not_heard(room: Room) -> None:  # noqa: F811
    _, blob = await recorded(room)
    room.contacts.failure = StoreError("away", "the database is locked")
    with pytest.raises(CommandRefused):
        await room.ask(fetch(blob))
    room.contacts.failure = None
    await room.ask(fetch(blob))
    assert len(room.contacts.journey) == 1


async def test_a_recording_goes_out_with_no_message(room: Room) -> None:  # noqa: F811
    _, blob = await recorded(room)
    assert await room.service.attachment(blob, CONTACT) is None
