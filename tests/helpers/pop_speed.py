"""How long from an offer's frame to its paint, without a network: `python -m
tests.helpers.pop_speed [COUNT]` prints p50, p95 and p99 in milliseconds at 1920×1080.

`card` is what `OfferShown` reports: frame to the window synced with the card on it. `file` is
until the event loop is idle again: conversation and file of the caller rendered too.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from agent_desktop.views import i18n, theme
from cti_bridge.protocol.codec import decode_answer, encode
from cti_bridge.protocol.commands import OfferShown
from cti_bridge.protocol.events import InteractionChanged, OfferEnded, OfferMade
from cti_bridge.protocol.vocabulary import AgentActivity, InteractionState, OfferState
from tests.helpers import screens_work as made
from tests.helpers.screens import pause


def measure(count: int, *, busy: bool) -> tuple[list[float], list[float]]:
    rows = made.shift() if busy else made.shift()[1:]
    activity = AgentActivity.BUSY if busy else AgentActivity.READY
    window, _desktop, link = made.make(rows, activity=activity)
    window.resize(1920, 1080)
    window.show()
    pause(300)
    card, whole = [], []
    for number in range(1000, 1000 + count):
        offer = made.offer(number, match=made.one(number % 8))
        text = encode(OfferMade(offer=offer))
        start = time.perf_counter()
        link.emit(decode_answer(text))  # type: ignore[arg-type]
        while not link.sent_of(OfferShown):
            QApplication.processEvents()
        card.append(link.sent_of(OfferShown)[0].paint_ms)
        pause(0)
        QApplication.processEvents()
        whole.append((time.perf_counter() - start) * 1000)
        assert link.sent_of(OfferShown)[0].offer_id == offer.offer_id
        link.sent.clear()
        ended = OfferEnded(
            offer_id=offer.offer_id,
            interaction_id=offer.interaction.interaction_id,
            state=OfferState.RESCINDED,
        )
        link.emit(ended)
        gone = made.contact(number, InteractionState.ABANDONED, version=2)
        link.emit(InteractionChanged(interaction=gone))
        pause(40)  # a desk rests between two calls
    window.close()
    window.deleteLater()
    pause(0)
    return card, whole


def line(name: str, values: list[float]) -> str:
    cuts = statistics.quantiles(values, n=100)
    return f"{name:12} p50 {cuts[49]:6.2f}  p95 {cuts[94]:6.2f}  p99 {cuts[98]:6.2f} ms"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.install(app, "light")
    i18n.use_language("es")
    for busy in (False, True):
        card, whole = measure(count, busy=busy)
        print(line("busy card" if busy else "idle card", card[5:]))
        print(line("busy file" if busy else "idle file", whole[5:]))


if __name__ == "__main__":
    main()
