"""Callers whom nobody answers, through the real programs: music, words, a call-back, a message."""

from __future__ import annotations

import asyncio
import contextlib
import io
import wave
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import WaitingChanged
from cti_bridge.protocol.searching import (
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.values import HistoryFilter
from cti_bridge.protocol.vocabulary import (
    AgentMode,
    Channel,
    ClearCause,
    InteractionState,
    MessageKind,
)
from cti_bridge.telephony.media.sounds import Sounds
from tests.helpers import sound
from tests.helpers.agent import TONE, TestAgent
from tests.helpers.baresip import Baresip
from tests.helpers.ports import free_port, free_range
from tests.helpers.prompts import likeness
from tests.helpers.serving import add_users, configure, serving, trunk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cti_bridge.protocol.values import InteractionView, MessageView
    from tests.helpers.serving import Served

pytestmark = [pytest.mark.peer("baresip"), pytest.mark.timeout(240)]
S = InteractionState
DNIS, NUMBER, CALLER_HZ = "+34900100200", "+34612345099", 1000.0
WAITING = """
[queues.waiting]
kind = "music"
answer_after = 0.3
every = 6
language = "en"
say = ["position", "callback_offer"]
callback_key = "1"
voicemail_key = "2"
"""


class Place:
    """A bridge's configuration, and a phone whose number the bridge reaches it by."""

    def __init__(self, folder: Path, phone: Baresip) -> None:
        self.folder, self.phone = folder, phone
        self.sip, self.rtp = free_port(), free_range(40)
        self.config = folder / "bridge.toml"

    async def furnish(self, queue: str = WAITING, more: str = "") -> None:
        line = trunk(self.sip, self.rtp) + f'server = "{self.phone.address}"\n'
        self.config = configure(self.folder, queue + line + more)
        await add_users(self.config, ["ana"])

    async def call(self, number: str = DNIS) -> None:
        await self.phone.dial(f"sip:{number}@127.0.0.1:{self.sip}")

    async def hears(self, *names: str, within: float = 60) -> None:
        """The phone has heard these sounds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        for name in names:
            while likeness(self.phone.heard(), name) < 0.9:
                assert loop.time() < end, f"{name} was not heard"
                await asyncio.sleep(0.3)

    @asynccontextmanager
    async def running(self, name: str = "bridge") -> AsyncIterator[Served]:
        async with serving(self.config, name) as served:
            yield served


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Baresip.at(
        "", None, tmp_path, says_hz=CALLER_HZ, user=NUMBER, display_name="Marta"
    ) as phone:
        yield Place(tmp_path, phone)


@asynccontextmanager
async def agent_of(served: Served) -> AsyncIterator[TestAgent]:
    async with TestAgent.signed_in(served.url) as ana:
        yield ana


async def waiting_as(ana: TestAgent, channel: Channel) -> InteractionView:
    """The contact that waits on this channel, as the list tells it."""

    def found() -> list[InteractionView]:
        lists = [event for event in ana.events if isinstance(event, WaitingChanged)]
        return [one for event in lists for one in event.changed if one.channel is channel]

    await ana.until(found)
    return found()[-1]


async def history(ana: TestAgent) -> tuple[InteractionView, ...]:
    found = await ana.do(SearchHistory, filter=HistoryFilter())
    return found.contacts


async def journey(ana: TestAgent, view: InteractionView) -> list[str]:
    opened = await ana.do(OpenInteraction, interaction_id=view.interaction_id)
    return [step.what for step in opened.file.journey]


async def time_of(ana: TestAgent, view: InteractionView, what: str) -> datetime:
    """When this was done to the contact first."""
    opened = await ana.do(OpenInteraction, interaction_id=view.interaction_id)
    return next(step.at for step in opened.file.journey if step.what == what)


def in_order(steps: list[str], *wanted: str) -> None:
    left = iter(steps)
    for what in wanted:
        assert what in left, f"{what} is missing, or not in its place, in {steps}"


async def test_press_1_and_an_agent_calls_back(place: Place) -> None:
    await place.furnish()
    phone = place.phone
    async with place.running() as served:
        await place.call()
        await phone.happens("CALL_ESTABLISHED")
        await place.hears("en-wait", "en-next", "en-for-callback", "en-for-voicemail")
        music = Sounds().get("hold").pcm
        assert sound.level(phone.heard()[-16_000:]) > 0.1 * sound.level(music)
        await phone.press("1")
        await place.hears("en-callback-done")
        await phone.happens("CALL_CLOSED")
        async with agent_of(served) as ana:
            offer = await ana.offer()
            view = offer.interaction
            assert (view.channel, view.ani) == (Channel.CALLBACK, "+34612345099")
            assert view.queued_at is not None
            assert view.queued_at < await time_of(ana, view, "callback")  # its old place
            await ana.do(c.AcceptOffer, offer_id=offer.offer_id)
            await phone.happens("CALL_INCOMING")
            await phone.accept()
            await ana.until(lambda: ana.contacts[view.interaction_id].call == "talking")
            await ana.hears(CALLER_HZ, share=0.9)
            await phone.hears(TONE, 0.8)
            await phone.hang_up()
            await ana.reaches(view.interaction_id, S.WRAP_UP)
            await ana.do(
                c.CompleteWrapUp,
                interaction_id=view.interaction_id,
                disposition="resolved",
                notes="called back",
            )
            await ana.reaches(view.interaction_id, S.CLOSED)
            [one] = await history(ana)
            assert (one.interaction_id, one.channel) == (view.interaction_id, Channel.CALLBACK)
            in_order(
                await journey(ana, one),
                "delivered", "queued", "parked", "callback", "offered", "accepted", "dialled",
                "established", "call_ended", "closed",
            )  # fmt: skip
            assert not ana.missed()


async def test_a_message_waits_as_work_with_its_sound_and_is_answered(place: Place) -> None:
    await place.furnish()
    phone = place.phone
    async with place.running() as served:
        await place.call()
        await phone.happens("CALL_ESTABLISHED")
        await place.hears("en-wait")
        await phone.press("2")
        await place.hears("en-leave-message")
        await asyncio.sleep(5)  # the beep, and four seconds of the caller's tone
        await phone.press("#")
        await place.hears("en-message-done")
        await phone.happens("CALL_CLOSED")
        async with agent_of(served) as ana:
            await ana.do(c.SetMode, mode=AgentMode.NOT_READY, reason="lunch")
            offer = await ana.offer()
            view = offer.interaction
            assert (view.channel, view.ani, view.call_to) == (Channel.VOICEMAIL, NUMBER, NUMBER)
            await ana.do(c.AcceptOffer, offer_id=offer.offer_id)
            view = await ana.reaches(view.interaction_id, S.CONNECTED)
            message, said = await message_of(ana, view)
            assert message.seconds > 3
            assert sound.longest(said, CALLER_HZ) > 3
            assert sound.longest(said, TONE) == 0
            assert not list((place.folder / "spool").glob("*.wav*"))
            await ana.do(c.DialContact, interaction_id=view.interaction_id)
            await phone.happens("CALL_INCOMING")
            await phone.accept()
            await ana.until(lambda: ana.contacts[view.interaction_id].call == "talking")
            await ana.hears(CALLER_HZ, share=0.9)
            await phone.hang_up()
            await ana.until(lambda: ana.contacts[view.interaction_id].call == "")
            assert ana.contacts[view.interaction_id].state is S.CONNECTED
            await ana.do(
                c.CompleteWrapUp,
                interaction_id=view.interaction_id,
                disposition="resolved",
                notes="",
            )
            await ana.reaches(view.interaction_id, S.CLOSED)
            assert [one.channel for one in await history(ana)] == [Channel.VOICEMAIL]


async def message_of(ana: TestAgent, view: InteractionView) -> tuple[MessageView, bytes]:
    """The message that a caller left, and its PCM as the wire gives it."""
    opened = await ana.do(c.OpenConversation, interaction_id=view.interaction_id)
    [message] = [one for one in opened.conversation.messages if one.kind is MessageKind.VOICEMAIL]
    [attachment] = message.attachments
    data = bytearray()
    while len(data) < attachment.size:
        part = await ana.do(
            c.FetchBlob, blob_id=attachment.blob_id, offset=len(data), limit=50_000
        )
        data += part.data
    with wave.open(io.BytesIO(data)) as reader:
        assert (reader.getframerate(), reader.getnchannels()) == (8000, 1)
        return message, reader.readframes(reader.getnframes())


async def test_a_bridge_that_is_killed_keeps_what_was_said_on_the_missed_call(
    place: Place,
) -> None:
    await place.furnish()
    phone = place.phone
    async with place.running("first") as served:
        await place.call()
        await phone.happens("CALL_ESTABLISHED")
        await place.hears("en-wait")
        await phone.press("2")
        await place.hears("en-leave-message")
        await asyncio.sleep(4.5)
        served.process.process.kill()
        await served.process.process.wait()
    [part] = (place.folder / "spool").glob("*.wav*")
    assert part.name.endswith(".part")
    async with place.running("second") as served, agent_of(served) as ana:
        [one] = await history(ana)
        assert (one.state, one.channel) == (S.ABANDONED, Channel.VOICE)
        opened = await ana.do(OpenInteraction, interaction_id=one.interaction_id)
        assert opened.file.interaction.failure is ClearCause.BRIDGE_RESTARTED
        message, said = await message_of(ana, one)
        assert message.seconds > 1.5
        assert sound.longest(said, CALLER_HZ) > 1.5
        await ana.do(c.CloseMissed, interaction_id=one.interaction_id, reason="called")
        assert not list((place.folder / "spool").glob("*.wav*"))


RULES = """
[[queues.overflow]]
when = "waited"
over = 1
do = "queue"
queue = "second"
[[queues]]
id = "second"
name = "Second"
"""


async def test_who_waited_too_long_is_another_queues_at_the_same_place(place: Place) -> None:
    await place.furnish(WAITING + RULES)
    async with place.running() as served:
        await place.call()
        await place.phone.happens("CALL_ESTABLISHED")
        await asyncio.sleep(1.5)
        async with agent_of(served) as ana:
            view = await ana.answer()
            assert view.queue_id == "second"
            assert view.queued_at is not None
            assert view.queued_at < await time_of(ana, view, "overflow_queue")
            steps = await journey(ana, view)
            in_order(steps, "queued", "parked", "overflow_queue", "offered", "established")
            await place.phone.hang_up()
            await ana.reaches(view.interaction_id, S.WRAP_UP)


@pytest.mark.parametrize(
    ("keys", "when", "words"),
    [
        ('hours = "never"', "closed", "en-closed"),
        ("max_waiting = 1", "full", "en-busy"),
    ],
)
async def test_closed_or_full_is_said_and_the_call_ends(
    place: Place, tmp_path: Path, keys: str, when: str, words: str
) -> None:
    rule = f'[[queues.overflow]]\nwhen = "{when}"\ndo = "hang_up"\nsound = "{words}"\n'
    await place.furnish(f"{keys}\n{WAITING}{rule}", another_day() if when == "closed" else "")
    async with place.running() as served, contextlib.AsyncExitStack() as stack:
        if when == "full":
            home = tmp_path / "other"
            home.mkdir()
            other = await stack.enter_async_context(Baresip.at("", None, home))
            await other.dial(f"sip:{DNIS}@127.0.0.1:{place.sip}")
            await other.happens("CALL_ESTABLISHED")
        await place.call()
        await place.phone.happens("CALL_CLOSED")
        assert likeness(place.phone.heard(), words) > 0.9
        async with agent_of(served) as ana:
            await ana.do(c.SetMode, mode=AgentMode.NOT_READY, reason="lunch")
            [gone] = [one for one in await history(ana) if one.state is S.ABANDONED]
            opened = await ana.do(OpenInteraction, interaction_id=gone.interaction_id)
            assert opened.file.interaction.ani == NUMBER
            assert opened.file.interaction.failure is ClearCause.TURNED_AWAY
            in_order(await journey(ana, gone), "delivered", "overflow_hang_up", "parked")


def another_day() -> str:
    """Opening hours that are neither today nor around it."""
    day = (datetime.now(UTC) + timedelta(days=3)).strftime("%A").lower()
    return f'[[hours]]\nid = "never"\nzone = "UTC"\n{day} = ["09:00-10:00"]\n'


async def test_a_caller_sent_on_to_the_queue_hears_its_music_and_is_first(place: Place) -> None:
    await place.furnish()
    phone = place.phone
    async with place.running() as served:
        await place.call()
        await phone.happens("CALL_ESTABLISHED")
        await place.hears("en-wait")
        async with agent_of(served) as ana:
            view = await ana.answer()
            first_place = view.queued_at
            await asyncio.sleep(0.5)
            await ana.do(c.SetMode, mode=AgentMode.NOT_READY, reason="lunch")
            before = len(phone.heard())
            await ana.do(c.BlindTransfer, interaction_id=view.interaction_id, to="queue:support")
            view = await waiting_as(ana, Channel.VOICE)
            assert view.queued_at == first_place
            assert view.priority > 0
            await asyncio.sleep(2.5)
            music = phone.heard()[before + 8_000 :]
            assert sound.longest(music, TONE) < 0.5  # a note of it lies near
            assert sound.level(music) > 0.1 * sound.level(Sounds().get("hold").pcm)
            await place.hears("en-next")
            in_order(await journey(ana, view), "parked", "established", "requeued", "parked")
            await ana.do(c.SetMode, mode=AgentMode.READY)
            view = await ana.answer(2)
            await ana.hears(CALLER_HZ, share=0.9)
            await phone.hang_up()
            await ana.reaches(view.interaction_id, S.WRAP_UP)


MENU = """
[[menus]]
id = "start"
dnis = ["+34900100201"]
say = ["en-press", "en-n-1"]
otherwise = "support"
wait_seconds = 30

[[menus.keys]]
key = "1"
menu = "account"
language = "en"

[[menus]]
id = "account"
say = ["en-give-number"]
collect = "customer"
wait_seconds = 30
otherwise = "support"
"""


async def test_a_menu_and_a_typed_number_come_before_the_queue(place: Place) -> None:
    await place.furnish(more=MENU)
    phone = place.phone
    async with place.running() as served, agent_of(served) as ana:
        await place.call("+34900100201")
        await place.hears("en-n-1")
        assert not ana.offers()
        await phone.press("1")
        await place.hears("en-give-number")
        await phone.press("4711#")
        view = await ana.answer()
        await ana.hears(CALLER_HZ, share=0.9)
        steps = await journey(ana, view)
        in_order(
            steps,
            "delivered",
            "menu",
            "menu_key",
            "menu",
            "typed",
            "queued",
            "offered",
            "established",
        )
        await phone.hang_up()
        await ana.reaches(view.interaction_id, S.WRAP_UP)
