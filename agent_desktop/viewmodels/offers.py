"""Work that is offered: one strip with a row each."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QObject, Signal

from agent_desktop.link import LinkState
from cti_bridge.protocol.commands import AcceptOffer, DeclineOffer, OfferShown
from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.link import LinkPort
    from agent_desktop.state import Offer, State, Store
    from agent_desktop.viewmodels.commanding import Commands
    from cti_bridge.protocol.vocabulary import OfferId

REMEMBERED: Final = 256
_T = TypeVar("_T")


class OffersViewModel(QObject):
    """Signals: `changed`; `rang` (an `Offer`) for each new one; `quiet` when none is left."""

    changed = Signal()
    rang = Signal(object)
    quiet = Signal()

    def __init__(
        self,
        link: LinkPort,
        store: Store,
        commands: Commands,
        parent: QObject | None = None,
        *,
        precise: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self._link, self._store, self._commands, self._precise = link, store, commands, precise
        self._arrived: OrderedDict[OfferId, float] = OrderedDict()  # until its paint was told
        self._told: OrderedDict[OfferId, None] = OrderedDict()
        store.changed.connect(self._changed)
        commands.changed.connect(self._pending_changed)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Calls first, since somebody listens to the ringing; each kind in the order it came."""
        return tuple(sorted(self._store.state.offers.values(), key=_is_written))

    def seconds_left(self, offer: Offer) -> float:
        return max(0.0, offer.expires_at - self._store.monotonic())

    def can_answer(self, offer_id: OfferId) -> bool:
        return (
            offer_id in self._store.state.offers
            and self._link.state is LinkState.ONLINE
            and not self._commands.pending(f"accept {offer_id}")
            and not self._commands.pending(f"decline {offer_id}")
        )

    def answer(self, offer_id: OfferId) -> None:
        if self.can_answer(offer_id):
            self._commands.do(f"accept {offer_id}", AcceptOffer(request_id=0, offer_id=offer_id))

    def decline(self, offer_id: OfferId) -> None:
        if self.can_answer(offer_id):
            self._commands.do(f"decline {offer_id}", DeclineOffer(request_id=0, offer_id=offer_id))

    def answer_first(self) -> None:
        if self.offers:
            self.answer(self.offers[0].view.offer_id)

    def decline_first(self) -> None:
        if self.offers:
            self.decline(self.offers[0].view.offer_id)

    def painted(self, offer_id: OfferId) -> None:
        """The view has painted this offer: its latency goes on record, once."""
        arrived = self._arrived.pop(offer_id, None)
        if arrived is None or self._link.state is not LinkState.ONLINE:
            return
        _remember(self._told, offer_id, None)
        self._link.request(
            OfferShown(
                request_id=0,
                offer_id=offer_id,
                painted_at=self._store.now(),
                paint_ms=round((self._precise() - arrived) * 1000, 3),
            )
        )

    def _changed(self, old: State, new: State) -> None:
        if old.offers is new.offers:
            if old.link is not new.link and new.offers:
                self.changed.emit()
            return
        fresh = [o for key, o in new.offers.items() if key not in old.offers]
        for offer in fresh:
            if offer.view.offer_id not in self._told:
                _remember(self._arrived, offer.view.offer_id, self._link.frame_at)
        self.changed.emit()
        for offer in fresh:
            self.rang.emit(offer)
        if old.offers and not new.offers:
            self.quiet.emit()

    def _pending_changed(self) -> None:
        if self._store.state.offers:
            self.changed.emit()


def _is_written(offer: Offer) -> bool:
    return offer.view.interaction.channel is not Channel.VOICE


def _remember(kept: OrderedDict[OfferId, _T], key: OfferId, value: _T) -> None:
    kept[key] = value
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
