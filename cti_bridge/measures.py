"""What the metrics tell of the rooms behind the listener: contacts, mailboxes, the public web.

Prometheus asks from a thread of its own while the loop goes on. So everything that changes is
copied in one step first (`list`, `dict`), which no other thread can come between.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from cti_bridge.protocol.vocabulary import Channel, InteractionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prometheus_client.core import Metric

    from cti_bridge.acd.floor import Floor
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Clock
    from cti_bridge.config.values import Config
    from cti_bridge.doors import Doors


class Measures(Collector):
    def __init__(
        self,
        config: Config,
        floor: Floor,
        doors: Doors,
        voices: Mapping[str, int],
        clock: Clock,
    ) -> None:
        self._queues = [queue.id for queue in config.queues]
        self._floor, self._doors, self._clock = floor, doors, clock
        self._voices = voices  # headsets that should be direct, by what became of it

    def describe(self) -> Iterable[Metric]:
        """Nothing: the registry need not ask for figures to know the names."""
        return ()

    def collect(self) -> Iterator[Metric]:
        contacts = list(self._floor.interactions.values())
        yield from self._waiting([one for one in contacts if _waits(one)])
        yield self._by_state(contacts)
        yield from self._mail()
        yield from self._web()
        yield self._direct()

    def _waiting(self, waiting: list[Interaction]) -> Iterator[Metric]:
        names = ["queue", "channel"]
        count = GaugeMetricFamily("ficha_waiting", "Contacts that wait", labels=names)
        oldest = GaugeMetricFamily(
            "ficha_waiting_seconds", "How long the first of them has waited", labels=names
        )
        now = self._clock.now()
        since: dict[tuple[str, str], list[float]] = {
            place: [] for place in product(self._queues, map(str, Channel))
        }
        for one in waiting:
            at = one.queued_at or one.started_at
            place = since.setdefault((str(one.queue), one.channel.value), [])
            place.append(max(0.0, (now - at).total_seconds()))
        for key, seconds in since.items():
            count.add_metric(key, len(seconds))
            oldest.add_metric(key, max(seconds, default=0.0))
        yield count
        yield oldest

    def _by_state(self, contacts: list[Interaction]) -> Metric:
        family = GaugeMetricFamily(
            "ficha_contacts_open",
            "Contacts not yet closed, by channel and state",
            labels=["channel", "state"],
        )
        found = Counter((one.channel.value, one.state.value) for one in contacts)
        for (channel, state), number in sorted(found.items()):
            family.add_metric([channel, state], number)
        return family

    def _mail(self) -> Iterator[Metric]:
        up = GaugeMetricFamily(
            "ficha_mailbox_up", "1 where a mailbox is read and can send", labels=["mailbox"]
        )
        for line in self._doors.mail.lines():
            up.add_metric([line.line.removeprefix("mail:")], float(line.up))
        mails = CounterMetricFamily(
            "ficha_mails", "Mails taken, sent, tried again and refused", labels=["mailbox", "what"]
        )
        for (mailbox, what), number in dict(self._doors.mail.figures).items():
            mails.add_metric([mailbox, what], number)
        yield up
        yield mails

    def _direct(self) -> Metric:
        family = CounterMetricFamily(
            "ficha_direct_headsets",
            "Calls whose voice should go past the bridge: direct, or why it did not",
            labels=["what"],
        )
        for what, number in sorted(dict(self._voices).items()):
            family.add_metric([what], number)
        return family

    def _web(self) -> Iterator[Metric]:
        if (web := self._doors.web) is None:
            return
        yield GaugeMetricFamily(
            "ficha_web_connections", "Connections of browsers", value=web.connections
        )
        yield GaugeMetricFamily("ficha_web_pages", "Pages in a chat", value=web.pages)
        family = CounterMetricFamily(
            "ficha_web",
            "What was let in at the public listener, and what was not",
            labels=["what"],
        )
        for what, number in sorted(dict(web.figures).items()):
            family.add_metric([what], number)
        yield family


def _waits(contact: Interaction) -> bool:
    return contact.state in (InteractionState.QUEUED, InteractionState.OFFERED)
