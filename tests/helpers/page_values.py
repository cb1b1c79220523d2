"""Customers, contacts and missed calls made up for the pages' tests and pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cti_bridge.protocol.commands import SignedIn
from cti_bridge.protocol.values import (
    AgentView,
    Choice,
    ContactSummary,
    CustomerCard,
    CustomerFile,
    IdentityView,
    InteractionFile,
    InteractionView,
    JourneyStep,
    MediaView,
    MissedView,
    NoteView,
    SegmentView,
    Settings,
    Snapshot,
)
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentId,
    AgentMode,
    Channel,
    ClearCause,
    CustomerId,
    Direction,
    IdentityKind,
    InteractionId,
    InteractionState,
    NoteId,
    Permission,
    QueueId,
    Role,
    SegmentId,
    Verb,
)

NOW: Final = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
LONG_NAME: Final = (
    "María de los Ángeles Fernández de Córdoba y Martínez-Bordiú, Viuda de Gutiérrez-Solana"
)
PEOPLE: Final = (
    ("Ainhoa Etxeberria Zubizarreta", "Comercial Ría de Bilbao, S. L.", "eu"),
    ("Oliver Whitcombe", "Whitcombe & Daughters Ltd", "en"),
    (LONG_NAME, "Cooperativa Agroalimentaria de la Sierra Norte de Extremadura, S. Coop.", "es"),
    ("Talleres Norte, S. A.", "", "es"),
    ("Iker Goñi", "", "es"),
    ("Núria Puigdemont i Serra", "Forn de la Plaça", "ca"),
    ("Charlotte Ashdown", "", "en"),
    ("Javier Ruiz Molina", "Clínica Dental Ruiz", "es"),
    ("Björn Lindqvist", "Nordhavn Shipping AB", "en"),
    ("Lucía Paredes Ocaña", "", "es"),
    ("Mohammed El Amrani", "Frutas El Amrani", "es"),
    ("Grace O'Donnell", "O'Donnell Travel", "en"),
)
AGENTS: Final = ("Ana Beltrán", "Peio Larrea", "Rosalía Montero-Castellanos", "James Hart")
QUEUES: Final = ("Soporte", "Ventas", "Facturación y cobros")
DISPOSITIONS: Final = (
    Choice(code="resolved", names={"es": "Resuelto", "en": "Resolved"}),
    Choice(code="case", names={"es": "Abrir caso", "en": "Open a case"}),
    Choice(code="call_back", names={"es": "Volver a llamar", "en": "Call back"}),
    Choice(code="complaint", names={"es": "Reclamación", "en": "Complaint"}),
    Choice(code="information", names={"es": "Información", "en": "Information"}),
)
NOTES: Final = (
    "Router sin señal desde el lunes. Reiniciado en remoto, luz verde.",
    "Asked for the invoice of October again; sent by e-mail while on the call.",
    "",
    "Quiere cambiar de tarifa antes de fin de mes.",
)


def site(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "site_name": "Atención al cliente · Bilbao",
        "dispositions": DISPOSITIONS,
        "reasons": (Choice(code="break", names={"es": "Descanso", "en": "Break"}),),
        "agents": tuple((AgentId(f"a{n}"), name) for n, name in enumerate(AGENTS)),
        "queues": tuple((QueueId(f"q{n}"), name) for n, name in enumerate(QUEUES)),
        "owners": tuple(zip(("ana", "peio", "rosalia", "james"), AGENTS, strict=True)),
        "permissions": tuple(Permission),
        "switch_verbs": tuple(Verb),
    }
    return Settings(**values | changes)


def signed_in(
    *,
    missed: tuple[MissedView, ...] = (),
    settings: Settings | None = None,
    now: datetime | None = None,
) -> SignedIn:
    agent = AgentView(
        agent_id=AgentId("a0"),
        login="ana",
        name=AGENTS[0],
        mode=AgentMode.READY,
        activity=AgentActivity.READY,
        since=NOW,
    )
    return SignedIn(
        request_id=0,
        token="t",
        epoch="e",
        seq=1,
        agent_id=agent.agent_id,
        role=Role.AGENT,
        settings=settings or site(),
        now=now,
        snapshot=Snapshot(agent=agent, missed=missed),
    )


def phone(value: str, label: str = "", **changes: Any) -> IdentityView:
    return IdentityView(
        kind=IdentityKind.PHONE, value=value, label=label, source="sales", **changes
    )


def card(n: int = 0, **changes: Any) -> CustomerCard:
    name, organisation, language = PEOPLE[n % len(PEOPLE)]
    values: dict[str, Any] = {
        "customer_id": CustomerId(f"c{n}"),
        "version": 1,
        "name": name,
        "organisation": organisation,
        "language": language,
        "since": NOW - timedelta(days=300 + 97 * n),
        "tags": (("VIP",), (), ("No grabar pagos", "Moroso"))[n % 3],
        "identities": (
            phone(f"+346123450{n % 100:02}", "móvil", confirmed_at=NOW - timedelta(days=49)),
            phone(f"+349442100{n % 100:02}", "oficina"),
            IdentityView(kind=IdentityKind.EMAIL, value=f"persona{n}@ejemplo.es"),
            IdentityView(kind=IdentityKind.KEY, value=f"48-{210 + n}", source="crm"),
        )[: 1 + n % 4],
        "last_contacts": tuple(contact(n * 10 + k, customer=n) for k in range(n % 4)),
    }
    return CustomerCard(**values | changes)


def contact(n: int = 0, *, customer: int | None = None, **changes: Any) -> ContactSummary:
    who = n if customer is None else customer
    missed = n % 7 == 3
    known = n % 5 != 4
    values: dict[str, Any] = {
        "interaction_id": InteractionId(f"i{n:06}"),
        "channel": Channel.VOICE,
        "direction": Direction.OUTBOUND if n % 6 == 5 else Direction.INBOUND,
        "started_at": NOW - timedelta(minutes=37 * n + 4),
        "state": InteractionState.ABANDONED if missed else InteractionState.CLOSED,
        "queue_name": QUEUES[n % 3],
        "agent_name": "" if missed else AGENTS[n % 4],
        "customer_id": CustomerId(f"c{who % len(PEOPLE)}") if known else None,
        "customer_name": PEOPLE[who % len(PEOPLE)][0] if known else "",
        "number": "" if n % 11 == 9 else f"+346123450{n % 100:02}",
        "talk_seconds": 0 if missed else 25 + (n * 83) % 1900,
        "transfers": 1 if n % 8 == 1 else 0,
        "disposition": "" if missed else DISPOSITIONS[n % 5].code,
        "notes": NOTES[n % 4],
    }
    return ContactSummary(**values | changes)


def note(n: int = 0, **changes: Any) -> NoteView:
    values: dict[str, Any] = {
        "note_id": NoteId(f"n{n}"),
        "text": NOTES[n % 4] or "Prefiere que le llamen por la tarde.",
        "author": AGENTS[n % 4],
        "at": NOW - timedelta(days=3 * n + 1),
        "pinned": n == 0,
    }
    return NoteView(**values | changes)


def file(n: int = 0, **changes: Any) -> CustomerFile:
    values: dict[str, Any] = {
        "card": card(n),
        "notes": (note(0), note(1)),
        "timeline": tuple(contact(n * 10 + k, customer=n) for k in range(8)),
        "timeline_more": True,
        "updated_at": NOW - timedelta(days=2),
        "updated_by": AGENTS[0],
    }
    return CustomerFile(**values | changes)


def missed(n: int = 0, **changes: Any) -> MissedView:
    values: dict[str, Any] = {
        "interaction_id": InteractionId(f"m{n}"),
        "number": "" if n == 3 else f"+346123450{n % 100:02}",
        "withheld": n == 3,
        "display_name": "PORTERÍA" if n == 4 else "",
        "customer_id": CustomerId(f"c{n}") if n in (0, 1, 2) else None,
        "customer_name": PEOPLE[n][0] if n in (0, 1, 2) else "",
        "queue_id": QueueId(f"q{n % 3}"),
        "queue_name": QUEUES[n % 3],
        "at": NOW - timedelta(minutes=3 + 26 * n * n),
        "waited_seconds": 12 + 31 * n,
        "attempts": 1 + n % 4,
        "taken_by": AGENTS[1] if n == 2 else "",
    }
    return MissedView(**values | changes)


def interaction(**changes: Any) -> InteractionView:
    values: dict[str, Any] = {
        "interaction_id": InteractionId("i000001"),
        "version": 9,
        "channel": Channel.VOICE,
        "direction": Direction.INBOUND,
        "state": InteractionState.CLOSED,
        "queue_id": QueueId("q0"),
        "queue_name": QUEUES[0],
        "agent_id": AgentId("a0"),
        "ani": "+34612345099",
        "display_name": "ETXEBERRIA AINHOA",
        "dnis": "+34900100200",
        "customer_id": CustomerId("c0"),
        "customer_name": PEOPLE[0][0],
        "started_at": NOW - timedelta(minutes=9),
        "queued_at": NOW - timedelta(minutes=9),
        "established_at": NOW - timedelta(minutes=9) + timedelta(seconds=14),
        "changed_at": NOW,
        "disposition": "case",
        "notes": NOTES[0],
    }
    return InteractionView(**values | changes)


def interaction_file(**changes: Any) -> InteractionFile:
    at = NOW - timedelta(minutes=9)

    def step(
        seconds: float, what: str, detail: str = "", code: str = "", **figures: int
    ) -> JourneyStep:
        when = at + timedelta(seconds=seconds)
        return JourneyStep(at=when, what=what, detail=detail, code=code, figures=figures)

    values: dict[str, Any] = {
        "interaction": interaction(),
        "segments": (
            SegmentView(
                segment_id=SegmentId("s1"),
                agent_id=AgentId("a0"),
                party=AGENTS[0],
                started_at=at,
                answered_at=at + timedelta(seconds=14),
                ended_at=at + timedelta(seconds=240),
                hold_seconds=31.0,
                wrap_up_seconds=22.0,
                cause=ClearCause.TRANSFERRED,
                media=MediaView(
                    packets_received=11_296,
                    packets_lost=14,
                    packets_late=2,
                    jitter_ms=3.4,
                    packets_sent=11_300,
                ),
            ),
            SegmentView(
                segment_id=SegmentId("s2"),
                party="+34944210017",
                started_at=at + timedelta(seconds=240),
                answered_at=at + timedelta(seconds=251),
                ended_at=at + timedelta(seconds=433),
                cause=ClearCause.CALLER_CLEARED,
            ),
        ),
        "journey": (
            step(0, "delivered", "Central"),
            step(0.004, "match_one", code="number_confirmed"),
            step(0.01, "queued", QUEUES[0]),
            step(0.02, "offered", AGENTS[3], "longest_idle", idle=312, able=2),
            step(20, "rona", AGENTS[3]),
            step(20.1, "offered", AGENTS[0], "longest_idle", idle=4, able=1),
            step(20.12, "shown", ms=18),
            step(34, "established", AGENTS[0]),
            step(240, "transferred", "+34944210017"),
            step(433, "cleared", code="caller_cleared"),
            step(455, "closed", code="case"),
        ),
        "pop_ms": 18.2,
    }
    return InteractionFile(**values | changes)
