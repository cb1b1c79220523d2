"""What is recorded of a call stands in the file, on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec.structs import replace as with_

from cti_bridge.acd.recording import contact_of
from cti_bridge.config.values import Queue
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.searching import (
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.values import HistoryFilter
from cti_bridge.protocol.vocabulary import InteractionId, InteractionState
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401
from tests.helpers.floor import caller
from tests.integration.acd.test_acd_distributor import CONFIG, Bridge

if TYPE_CHECKING:
    from pathlib import Path

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.store.engine import Database

S = InteractionState


class Shelf:
    """A channel that keeps recordings."""

    def __init__(self) -> None:
        self.files: list[tuple[str, str, str]] = []

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None: ...

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None: ...

    def call_recorded(self, contact: InteractionId, file: Path, agent: str) -> None:
        self.files.append((contact, str(file), agent))


async def test_a_recording_is_on_record_and_outlives_the_bridge(
    database: Database,  # noqa: F811
    tmp_path: Path,
) -> None:
    site = with_(CONFIG.site, spool=str(tmp_path))
    queue = Queue(id="support", name="Support", offer_seconds=20, record="all")
    config = with_(CONFIG, site=site, queues=(queue,))
    bridge, shelf = Bridge(database, config), Shelf()
    bridge.acd.attach(observers=[shelf])
    await bridge.start()
    await bridge.sign_in()
    bridge.switch.ring(caller())
    mine = await bridge.accept()
    await bridge.hub.until(InteractionChanged, lambda e: e.interaction.recording == "on")
    await bridge.ask(c.PauseRecording(request_id=1, interaction_id=mine.interaction_id))
    await bridge.hub.until(InteractionChanged, lambda e: e.interaction.recording == "paused")
    stored = await bridge.store.contact(mine.interaction_id)
    held = bridge.acd.find(mine.interaction_id)
    assert stored is not None
    assert held is not None
    assert stored.recording == held.recording
    assert stored.recording is not None
    assert contact_of(stored.recording.file) == mine.interaction_id
    found = await bridge.ask(SearchHistory(request_id=1, filter=HistoryFilter()))
    assert [one.recorded for one in found.contacts] == [True]
    await bridge.die()

    after, shelf = Bridge(database, config), Shelf()
    after.acd.attach(observers=[shelf])
    await after.start()
    again = await after.store.contact(mine.interaction_id)
    assert again is not None
    assert again.recording == replace(stored.recording, state="", since=None)
    await after.acd.stop()


async def test_what_was_recorded_is_handed_over_once_it_is_whole(
    database: Database,  # noqa: F811
    tmp_path: Path,
) -> None:
    site = with_(CONFIG.site, spool=str(tmp_path))
    queue = Queue(id="support", name="Support", offer_seconds=20, record="asked")
    bridge, shelf = Bridge(database, with_(CONFIG, site=site, queues=(queue,))), Shelf()
    bridge.acd.attach(observers=[shelf])
    await bridge.start()
    await bridge.sign_in()
    call = bridge.switch.ring(caller())
    mine = await bridge.accept()
    await bridge.ask(c.StartRecording(request_id=1, interaction_id=mine.interaction_id))
    await bridge.hub.until(InteractionChanged, lambda e: e.interaction.recording == "on")
    file = bridge.switch.calls[call].recorded
    await bridge.ask(c.StopRecording(request_id=2, interaction_id=mine.interaction_id))
    await bridge.hub.until(
        InteractionChanged, lambda e: not e.interaction.recording and e.interaction.recordings
    )
    assert shelf.files == [(mine.interaction_id, file, "Ana")]
    opened = await bridge.ask(OpenInteraction(request_id=3, interaction_id=mine.interaction_id))
    assert [s.what for s in opened.file.journey if "record" in s.what] == ["recording", "recorded"]
    await bridge.acd.stop()
