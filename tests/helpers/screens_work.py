"""The pictures of sign-in, shell and the Work page."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from agent_desktop.desktop import Desktop
from agent_desktop.link import FaultKind, LinkFault, LinkState
from agent_desktop.preferences import Preferences
from agent_desktop.state import Store
from agent_desktop.views.window import Window
from cti_bridge.protocol.commands import (
    CustomerOpened,
    CustomersFound,
    Done,
    OpenCustomer,
    Refused,
    SaveNotes,
    SearchCustomers,
)
from cti_bridge.protocol.events import InteractionChanged, LineChanged, OfferMade
from cti_bridge.protocol.searching import (
    InteractionOpened,
    OpenInteraction,
)
from cti_bridge.protocol.values import (
    LineView,
    Match,
    MatchResult,
    OfferView,
    PartyView,
    QueueView,
)
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    InteractionId,
    InteractionState,
    MatchKind,
    MatchReason,
    OfferId,
    QueueId,
    RefusalCode,
    Verb,
)
from cti_bridge.protocol.voice import PathTrouble, VoicePathsChanged
from tests.helpers import page_values as made
from tests.helpers.desktop import FakeLink
from tests.helpers.screens import Stage, screen, settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cti_bridge.protocol.values import InteractionView

CALL_VERBS = (Verb.HOLD, Verb.MUTE, Verb.DIGITS, Verb.BLIND_TRANSFER, Verb.CONSULT, Verb.CLEAR)


def one(n: int = 0) -> MatchResult:
    card = made.card(n)
    value = card.identities[0].value if card.identities else "+34612345099"
    match = Match(
        card=card,
        reason=MatchReason.NUMBER_CONFIRMED,
        matched_value=value,
        source="ventas",
        confirmed_at=made.NOW - timedelta(days=49),
    )
    return MatchResult(kind=MatchKind.ONE, matches=(match,), total=1)


def several() -> MatchResult:
    matches = tuple(
        Match(
            card=made.card(n),
            reason=reason,
            matched_value="+34944008120",
            source=source,
        )
        for n, reason, source in (
            (2, MatchReason.NUMBER_ON_FILE, "import sales"),
            (0, MatchReason.NUMBER_WITHOUT_EXTENSION, "agent"),
            (4, MatchReason.NUMBER_ON_FILE, ""),
        )
    )
    return MatchResult(kind=MatchKind.SEVERAL, matches=matches, total=3)


def contact(number: int, state: InteractionState, **changes: Any) -> InteractionView:
    values: dict[str, Any] = {
        "interaction_id": InteractionId(f"i{number}"),
        "version": 1,
        "state": state,
        "started_at": made.NOW - timedelta(seconds=236),
        "queued_at": made.NOW - timedelta(seconds=236),
        "established_at": made.NOW - timedelta(seconds=222),
        "changed_at": made.NOW,
        "disposition": "",
        "notes": "",
        "verbs": CALL_VERBS,
        "match": one(),
    }
    return made.interaction(**values | changes)


def waiting(number: int, seconds: float, **changes: Any) -> InteractionView:
    at = made.NOW - timedelta(seconds=seconds)
    values: dict[str, Any] = {
        "agent_id": None,
        "customer_id": None,
        "customer_name": "",
        "display_name": "",
        "match": None,
        "started_at": at,
        "queued_at": at,
        "established_at": None,
        "verbs": (),
    }
    return contact(number, InteractionState.QUEUED, **values | changes)


def offer(number: int, seconds: float = 12, **changes: Any) -> OfferView:
    at = made.NOW - timedelta(seconds=8)
    view = contact(
        number,
        InteractionState.OFFERED,
        **{"started_at": at, "queued_at": at, "established_at": None, "verbs": ()} | changes,
    )
    return OfferView(
        offer_id=OfferId(f"o{number}"),
        interaction=view,
        made_at=made.NOW,
        expires_at=made.NOW + timedelta(seconds=seconds),
        expires_in_ms=round(seconds * 1000),
    )


def make(
    interactions: tuple[InteractionView, ...] = (),
    offers: tuple[OfferView, ...] = (),
    *,
    activity: AgentActivity = AgentActivity.READY,
    phone: str = "",
    link: FakeLink | None = None,
) -> tuple[Window, Desktop, FakeLink]:
    """A window signed in, at the made-up moment `page_values.NOW`."""
    link = link or FakeLink()
    link.answers[OpenCustomer] = lambda c: CustomerOpened(request_id=0, file=made.file(0))
    link.answers[OpenInteraction] = lambda c: InteractionOpened(
        request_id=0,
        file=made.interaction_file(
            interaction=made.interaction(interaction_id=c.interaction_id)  # type: ignore[union-attr]
        ),
    )
    link.answers[SaveNotes] = lambda c: Done(request_id=0)
    folder = Path(tempfile.mkdtemp(prefix="ficha-screens-"))
    store = Store(link, monotonic=lambda: 1000.0, wall=made.NOW.timestamp)
    desktop = Desktop(link, Preferences(folder / "desk.ini"), store=store)
    window = Window(desktop)
    window.kept = (desktop, link, store)  # type: ignore[attr-defined]
    hello = made.signed_in(now=made.NOW, missed=tuple(made.missed(n) for n in range(3)))
    assert hello.snapshot is not None
    agent = msgspec.structs.replace(
        hello.snapshot.agent,
        activity=activity,
        since=made.NOW - timedelta(seconds=222),
        phone=phone,
    )
    queue = QueueView(
        queue_id=QueueId("q0"),
        name="Soporte",
        waiting=4,
        oldest_since=made.NOW - timedelta(seconds=72),
        answered_today=80,
        abandoned_today=6,
        service_level=0.86,
    )
    snapshot = msgspec.structs.replace(
        hello.snapshot, agent=agent, interactions=interactions, offers=(), queues=(queue,)
    )
    link.emit(msgspec.structs.replace(hello, snapshot=snapshot))
    for made_offer in offers:
        link.emit(OfferMade(offer=made_offer))
    return window, desktop, link


def shift() -> tuple[InteractionView, ...]:
    return (
        contact(1, InteractionState.CONNECTED),
        waiting(2, 72, ani="+34946550128", queue_name="Soporte"),
        waiting(3, 41, ani="", ani_withheld=True, queue_name="Ventas"),
        waiting(4, 9, ani="+442071838750", display_name=made.LONG_NAME),
    )


@screen("sign-in")
def sign_in(stage: Stage) -> QWidget:
    link = FakeLink(LinkState.SIGNED_OUT)
    folder = Path(tempfile.mkdtemp(prefix="ficha-screens-"))
    preferences = Preferences(folder / "desk.ini")
    preferences.set_text("url", "wss://ficha.example.org:8765")
    preferences.set_text("login", "ana")
    desktop = Desktop(link, preferences)
    window = Window(desktop)
    window.kept = (desktop, link)  # type: ignore[attr-defined]
    refusal = Refused(request_id=0, code=RefusalCode.WRONG_CREDENTIALS)
    link.fail(LinkFault(kind=FaultKind.REFUSED, refusal=refusal))
    return window


@screen("work-empty")
def work_empty(stage: Stage) -> QWidget:
    return make()[0]


@screen("work-ringing")
def work_ringing(stage: Stage) -> QWidget:
    return make(shift()[1:], (offer(7),), activity=AgentActivity.RESERVED)[0]


@screen("work-call")
def work_call(stage: Stage) -> QWidget:
    ringing = offer(7, queue_name="Ventas", ani="+34944008120", match=one(3), customer_name="")
    window, desktop, _ = make(shift(), (ringing,), activity=AgentActivity.BUSY)
    desktop.wrap_up.choose("resolved")
    desktop.wrap_up.type(made.NOTES[0])
    desktop.wrap_up.loaded.emit()
    desktop.wrap_up.save_all()
    settle(600)
    return window


@screen("work-telephone")
def work_telephone(stage: Stage) -> QWidget:
    """By an own telephone, of a PBX that has asked the caller things."""
    said = {"customer": "CL-0001203", "choice": "2", "queue": "q0", "contract_end": made.LONG_NAME}
    talking = contact(1, InteractionState.CONNECTED, variables=said)
    return make((talking, *shift()[1:]), activity=AgentActivity.BUSY, phone="1003")[0]


@screen("work-three-ringing")
def work_three(stage: Stage) -> QWidget:
    offers = (
        offer(7, match=one(2), customer_name=""),
        offer(8, match=several(), customer_id=None, customer_name="", display_name=""),
        offer(9, ani="", ani_withheld=True, customer_id=None, customer_name="", display_name="",
              match=MatchResult(kind=MatchKind.WITHHELD)),
    )  # fmt: skip
    return make(shift(), offers, activity=AgentActivity.BUSY)[0]


@screen("work-recorded")
def work_recorded(stage: Stage) -> QWidget:
    view = contact(
        1,
        InteractionState.CONNECTED,
        recording="on",
        recording_since=made.NOW - timedelta(seconds=92),
        customer_name=made.LONG_NAME,
        verbs=(*CALL_VERBS, Verb.PAUSE_RECORDING, Verb.STOP_RECORDING),
    )
    return make((view, *shift()[1:]), activity=AgentActivity.BUSY)[0]


@screen("work-record-failed")
def work_record_failed(stage: Stage) -> QWidget:
    """The disk is full, and the voice goes a longer way besides."""
    view = contact(
        1,
        InteractionState.CONNECTED,
        recording="failed",
        customer_name=made.LONG_NAME,
        verbs=(*CALL_VERBS, Verb.RECORD),
    )
    window, _desktop, link = make((view, *shift()[1:]), activity=AgentActivity.BUSY)
    link.emit(VoicePathsChanged(trouble=PathTrouble.CERTIFICATE))
    return window


@screen("work-detour")
def work_detour(stage: Stage) -> QWidget:
    view = contact(1, InteractionState.CONNECTED, verbs=CALL_VERBS)
    window, _desktop, link = make((view,), activity=AgentActivity.BUSY)
    link.emit(VoicePathsChanged(trouble=PathTrouble.UNREACHABLE))
    return window


@screen("work-record-paused")
def work_record_paused(stage: Stage) -> QWidget:
    view = contact(
        1,
        InteractionState.CONNECTED,
        recording="paused",
        recording_seconds=3_605.0,
        verbs=(*CALL_VERBS, Verb.RESUME_RECORDING),
    )
    return make((view,), activity=AgentActivity.BUSY)[0]


@screen("work-record-sensitive")
def work_record_sensitive(stage: Stage) -> QWidget:
    """It rests by itself in a field, and the call is an hour old."""
    runs = contact(
        1, InteractionState.CONNECTED, recording="on", verbs=(*CALL_VERBS, Verb.PAUSE_RECORDING)
    )
    window, desktop, link = make((runs,), activity=AgentActivity.BUSY)
    hello = made.signed_in(now=made.NOW)
    settings = msgspec.structs.replace(hello.settings, sensitive=("key",))
    link.emit(msgspec.structs.replace(hello, settings=settings, snapshot=None))
    desktop.sensitive.at_field("key")
    rests = contact(
        1,
        InteractionState.CONNECTED,
        version=2,
        recording="paused",
        recording_seconds=3_605.0,
        verbs=(*CALL_VERBS, Verb.RESUME_RECORDING, Verb.STOP_RECORDING),
    )
    link.emit(InteractionChanged(interaction=rests))
    return window


@screen("work-record-asked")
def work_record_asked(stage: Stage) -> QWidget:
    view = contact(1, InteractionState.CONNECTED, verbs=(*CALL_VERBS, Verb.RECORD))
    return make((view,), activity=AgentActivity.BUSY)[0]


@screen("work-held-transfer")
def work_held(stage: Stage) -> QWidget:
    verbs = (Verb.RETRIEVE, Verb.MUTE, Verb.DIGITS, Verb.BLIND_TRANSFER, Verb.CONSULT, Verb.CLEAR)
    held = contact(1, InteractionState.HELD, verbs=verbs, muted=True)
    window, *_ = make((held, *shift()[1:]), activity=AgentActivity.BUSY)
    window.page().conversation.head.strip.transfer.setChecked(True)  # type: ignore[union-attr]
    return window


@screen("work-consult")
def work_consult(stage: Stage) -> QWidget:
    verbs = (Verb.DIGITS, Verb.COMPLETE_TRANSFER, Verb.SWAP, Verb.CONFERENCE,
             Verb.CANCEL_TRANSFER, Verb.CLEAR)  # fmt: skip
    view = contact(
        1, InteractionState.HELD, verbs=verbs, consult="talking", consult_party="Peio Larrea"
    )
    return make((view, *shift()[1:]), activity=AgentActivity.BUSY)[0]


@screen("work-conference")
def work_conference(stage: Stage) -> QWidget:
    verbs = (Verb.HOLD, Verb.MUTE, Verb.CONSULT, Verb.COMPLETE_TRANSFER, Verb.DROP_PARTY,
             Verb.CLEAR)  # fmt: skip
    numbers = ("+34612345671", "1006", "+4915123456789", "+34944210017")
    parties = (
        PartyView(party="caller", caller=True),
        *(PartyView(party=f"s{number}", number=number) for number in numbers),
    )
    view = contact(
        1, InteractionState.CONNECTED, verbs=verbs, consult="conference", parties=parties,
        customer_name="Sociedad Cooperativa de Consumidores y Usuarios de Energías Renovables",
    )  # fmt: skip
    return make((view, *shift()[1:]), activity=AgentActivity.BUSY)[0]


@screen("work-conference-consult")
def work_conference_consult(stage: Stage) -> QWidget:
    verbs = (Verb.COMPLETE_TRANSFER, Verb.SWAP, Verb.CONFERENCE, Verb.CANCEL_TRANSFER, Verb.CLEAR)
    parties = (
        PartyView(party="caller", caller=True, held=True),
        PartyView(party="s1", number="+34612345671", held=True),
    )
    view = contact(
        1, InteractionState.HELD, verbs=verbs, consult="talking", consult_party="+34944210017",
        parties=parties,
    )  # fmt: skip
    return make((view, *shift()[1:]), activity=AgentActivity.BUSY)[0]


@screen("work-wrap-up")
def work_wrap_up(stage: Stage) -> QWidget:
    view = contact(
        1,
        InteractionState.WRAP_UP,
        verbs=(),
        wrap_up_until=made.NOW + timedelta(seconds=42),
        wrap_up_extensions_left=2,
        changed_at=made.NOW - timedelta(seconds=18),
        notes=made.NOTES[0],
    )
    window, desktop, _ = make((view, *shift()[1:]), activity=AgentActivity.WRAP_UP)
    desktop.wrap_up.finish()  # without a result: it asks for one
    return window


@screen("work-several")
def work_several(stage: Stage) -> QWidget:
    view = contact(
        1,
        InteractionState.CONNECTED,
        match=several(),
        customer_id=None,
        customer_name="",
        display_name="",
        ani="+34944008120",
    )
    return make((view, *shift()[1:]), activity=AgentActivity.BUSY)[0]


@screen("work-unknown")
def work_unknown(stage: Stage) -> QWidget:
    view = contact(
        1,
        InteractionState.CONNECTED,
        match=MatchResult(kind=MatchKind.NONE),
        customer_id=None,
        customer_name="",
        display_name="TALLERES NORTE",
    )
    window, desktop, link = make((view, *shift()[1:]), activity=AgentActivity.BUSY)
    found = CustomersFound(request_id=0, customers=(made.card(3), made.card(2)))
    link.answers[SearchCustomers] = lambda c: found
    desktop.match.search("norte")
    return window


@screen("work-withheld")
def work_withheld(stage: Stage) -> QWidget:
    view = contact(
        1,
        InteractionState.CONNECTED,
        match=MatchResult(kind=MatchKind.WITHHELD),
        customer_id=None,
        customer_name="",
        display_name="",
        ani="",
        ani_withheld=True,
    )
    return make((view,), activity=AgentActivity.BUSY)[0]


@screen("work-link-lost")
def work_link_lost(stage: Stage) -> QWidget:
    window, desktop, link = make(shift(), activity=AgentActivity.BUSY)
    desktop.wrap_up.type("Pide la factura de octubre…")
    desktop.wrap_up.loaded.emit()
    link.set_state(LinkState.OFFLINE)
    return window


@screen("work-notes-unsaved")
def work_notes_unsaved(stage: Stage) -> QWidget:
    window, desktop, link = make((contact(1, InteractionState.CONNECTED),))
    link.answers[SaveNotes] = lambda c: Refused(request_id=0, code=RefusalCode.TOO_LATE)
    desktop.wrap_up.type(made.NOTES[0])
    over = contact(1, InteractionState.CLOSED, version=2, agent_id=None)
    link.emit(InteractionChanged(interaction=over))
    return window


@screen("work-line-down")
def work_line_down(stage: Stage) -> QWidget:
    window, _, link = make()
    line = LineView(line_id="l1", name="Central", up=False, since=made.NOW)
    link.emit(LineChanged(line=line))
    return window


@screen("command-bar")
def command_bar(stage: Stage) -> QWidget:
    window, _desktop, link = make(shift(), activity=AgentActivity.BUSY)
    found = CustomersFound(request_id=0, customers=tuple(made.card(n) for n in (0, 2, 7)))
    link.answers[SearchCustomers] = lambda c: found
    window.resize(stage.width, stage.height)
    window.show()
    window.open_command_bar()
    window.command_bar.field.setText("ar")
    settle(260)
    return window
