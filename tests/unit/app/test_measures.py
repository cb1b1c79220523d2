"""What Prometheus is told of contacts, mailboxes and the public listener."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from cti_bridge.acd.floor import Floor
from cti_bridge.acd.interaction import Interaction
from cti_bridge.config.values import Config, Queue
from cti_bridge.measures import Measures
from cti_bridge.protocol.vocabulary import (
    Channel,
    Direction,
    InteractionId,
    InteractionState,
    QueueId,
)
from cti_bridge.telephony.ports import WITHHELD, LineId, LineStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class FakeMail:
    ups: Mapping[str, bool] = field(default_factory=dict)
    figures: Counter[tuple[str, str]] = field(default_factory=Counter)

    def lines(self) -> tuple[LineStatus, ...]:
        return tuple(
            LineStatus(line=LineId(f"mail:{box}"), name=box, up=up, since=NOW, detail="")
            for box, up in self.ups.items()
        )


def contact(name: str, channel: Channel, state: InteractionState, waits: int = 0) -> Interaction:
    return Interaction(
        id=InteractionId(name),
        channel=channel,
        direction=Direction.INBOUND,
        state=state,
        queue=QueueId("main"),
        caller=WITHHELD,
        started_at=NOW - timedelta(hours=1),
        changed_at=NOW,
        queued_at=NOW - timedelta(seconds=waits),
    )


def told(
    floor: Floor, mail: FakeMail, web: Any = None, voices: Mapping[str, int] = MappingProxyType({})
) -> set[str]:
    config = Config(queues=(Queue(id="main", name="Main"),))
    registry = CollectorRegistry()
    doors: Any = SimpleNamespace(mail=mail, web=web)
    clock: Any = SimpleNamespace(now=lambda: NOW)
    registry.register(Measures(config, floor, doors, voices, clock))
    lines = generate_latest(registry).decode().splitlines()
    return {line for line in lines if not line.startswith("#")}


def test_who_waits_is_counted_by_queue_and_channel() -> None:
    floor = Floor()
    for one in (
        contact("a", Channel.CHAT, InteractionState.QUEUED, 20),
        contact("b", Channel.CHAT, InteractionState.OFFERED, 70),
        contact("c", Channel.CHAT, InteractionState.CONNECTED, 90),
        contact("d", Channel.EMAIL, InteractionState.PARKED, 99),
    ):
        floor.interactions[one.id] = one
    lines = told(floor, FakeMail())
    assert 'ficha_waiting{channel="chat",queue="main"} 2.0' in lines
    assert 'ficha_waiting_seconds{channel="chat",queue="main"} 70.0' in lines
    assert 'ficha_waiting{channel="voice",queue="main"} 0.0' in lines  # nobody is a figure too
    assert 'ficha_contacts_open{channel="email",state="parked"} 1.0' in lines
    assert not any("web" in line for line in lines)


def test_mailboxes_say_whether_they_are_up_and_what_they_did() -> None:
    mail = FakeMail({"info": True, "sales": False}, Counter({("info", "taken"): 3}))
    lines = told(Floor(), mail)
    assert 'ficha_mailbox_up{mailbox="info"} 1.0' in lines
    assert 'ficha_mailbox_up{mailbox="sales"} 0.0' in lines
    assert 'ficha_mails_total{mailbox="info",what="taken"} 3.0' in lines


def test_the_public_listener_says_who_is_there_and_who_was_refused() -> None:
    web = SimpleNamespace(connections=4, pages=2, figures=Counter({"refused_throttled": 9}))
    lines = told(Floor(), FakeMail(), web)
    assert {"ficha_web_connections 4.0", "ficha_web_pages 2.0"} <= lines
    assert 'ficha_web_total{what="refused_throttled"} 9.0' in lines


def test_direct_headsets_are_counted_by_what_became_of_them() -> None:
    lines = told(Floor(), FakeMail(), voices=Counter({"direct": 5, "late": 1}))
    assert 'ficha_direct_headsets_total{what="direct"} 5.0' in lines
    assert 'ficha_direct_headsets_total{what="late"} 1.0' in lines
