"""What bridge.toml says, as frozen values; durations are seconds (docs/configuration.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Port = Annotated[int, Meta(ge=0, le=65535)]  # 0: any free port
Seconds = Annotated[float, Meta(ge=0, le=86_400)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True): ...


class Site(Section, frozen=True, kw_only=True):
    name: Name = "Ficha"
    region: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")] = "ES"


class Store(Section, frozen=True, kw_only=True):
    url: str = "sqlite:///ficha.db"  # or postgresql://user@host/name
    url_file: str = ""  # a file that holds the URL, for a password kept out of bridge.toml
    url_env: str = ""  # an environment variable that holds it


class Server(Section, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    port: Port = 8765
    tls_certificate: str = ""  # PEM file; required off loopback
    tls_key: str = ""
    max_sessions: Annotated[int, Meta(ge=1, le=10_000)] = 1000
    session_grace: Seconds = 20  # how long a lost desktop keeps its calls before they requeue
    metrics_port: Port = 0  # Prometheus on loopback; 0: none


class Line(Section, frozen=True, kw_only=True):
    """One pyVoIP line: registers at a PBX or provider, or listens for a trunk."""

    id: Code
    name: Name = ""
    mode: Literal["register", "trunk"] = "register"
    queue: Code = ""  # where its calls go when no queue claims the DNIS
    bind: str = "0.0.0.0"
    port: Port = 0
    advertise: str = ""  # the address the PBX sees; default: the one that routes to it
    server: str = ""  # registrar or trunk peer, host or host:port
    user: str = ""
    auth_user: str = ""
    password: str = ""
    password_file: str = ""
    password_env: str = ""
    expires: Annotated[int, Meta(ge=30, le=86_400)] = 300
    peers: tuple[str, ...] = ()  # addresses or networks allowed to call, besides the server
    trust_identity: bool = True  # believe the peers' P-Asserted-Identity and Remote-Party-ID
    caller_id: str = ""  # number shown on outgoing calls; default: the user
    region: str = ""  # default: the site's
    extensions: tuple[str, ...] = ()  # regular expressions of the PBX's internal numbers
    codecs: tuple[Literal["pcma", "pcmu"], ...] = ("pcma", "pcmu")
    max_calls: Annotated[int, Meta(ge=1, le=500)] = 30
    rtp_ports: tuple[int, int] = (20_000, 21_999)
    hold_music: str = "hold"  # a sound of resources/sounds


class Queue(Section, frozen=True, kw_only=True):
    id: Code
    name: Name
    dnis: tuple[str, ...] = ()  # dialled numbers that belong to this queue
    offer_seconds: Seconds = 20  # then RONA
    wrap_up_seconds: Seconds = 120
    wrap_up_extensions: Annotated[int, Meta(ge=0, le=20)] = 2
    wrap_up_extension_seconds: Seconds = 60
    service_level_seconds: Seconds = 20
    short_abandon_seconds: Seconds = 5


class Reason(Section, frozen=True, kw_only=True):
    code: Code
    es: Name
    en: Name


class Disposition(Section, frozen=True, kw_only=True):
    code: Code
    es: Name
    en: Name


class Agent(Section, frozen=True, kw_only=True):
    """Queues of one user; users themselves live in the store (`cti-bridge user`)."""

    login: Name
    queues: tuple[Code, ...] = ()  # empty: all


class Matching(Section, frozen=True, kw_only=True):
    budget_ms: Annotated[int, Meta(ge=5, le=5000)] = 150  # then the match follows the offer


class Log(Section, frozen=True, kw_only=True):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


REASONS = (
    Reason(code="break", es="Descanso", en="Break"),
    Reason(code="lunch", es="Comida", en="Lunch"),
    Reason(code="training", es="Formación", en="Training"),
    Reason(code="back-office", es="Tareas administrativas", en="Back office"),
)
DISPOSITIONS = (
    Disposition(code="resolved", es="Resuelto", en="Resolved"),
    Disposition(code="case", es="Abrir caso", en="Open a case"),
    Disposition(code="call-back", es="Volver a llamar", en="Call back"),
    Disposition(code="complaint", es="Reclamación", en="Complaint"),
    Disposition(code="information", es="Información", en="Information"),
)


class Config(Section, frozen=True, kw_only=True):
    site: Site = Site()
    store: Store = Store()
    server: Server = Server()
    matching: Matching = Matching()
    log: Log = Log()
    lines: tuple[Line, ...] = ()
    queues: tuple[Queue, ...] = (Queue(id="main", name="Main"),)
    reasons: tuple[Reason, ...] = REASONS
    dispositions: tuple[Disposition, ...] = DISPOSITIONS
    agents: tuple[Agent, ...] = ()
