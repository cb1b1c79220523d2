"""What bridge.toml says, as frozen values; durations are seconds (docs/configuration.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Port = Annotated[int, Meta(ge=0, le=65535)]  # 0: any free port
Seconds = Annotated[float, Meta(ge=0, le=86_400)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
NoCode = Annotated[str, Meta(pattern=r"^([a-z0-9][a-z0-9_-]{0,39})?$")]  # "": none


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True): ...


class Site(Section, frozen=True, kw_only=True):
    name: Name = "Ficha"
    region: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")] = "ES"
    language: Literal["es", "en"] = "es"  # of texts to customers, where nothing else says
    spool: str = "spool"  # a folder for what is being recorded, beside bridge.toml
    sounds: str = ""  # a folder of own sounds; they go before Ficha's of the same name


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
    queue: NoCode = ""  # where its calls go when no queue claims the DNIS
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


class Asterisk(Section, frozen=True, kw_only=True):
    """One Asterisk (22 or newer), driven through its ARI."""

    id: Code
    name: Name = ""
    url: str = "http://127.0.0.1:8088"  # of its HTTP server; https off loopback
    user: str = "ficha"
    password: str = ""
    password_file: str = ""
    password_env: str = ""
    ca_file: str = ""  # PEM, where the certificate is of an own authority
    app: Code = "ficha"  # the Stasis application that its dial plan names
    queue: NoCode = ""  # where its calls go when no queue claims the DNIS
    trust_identity: bool = True  # believe the caller's number as Asterisk has it
    region: str = ""  # default: the site's
    extensions: tuple[str, ...] = ()  # regular expressions of the PBX's internal numbers
    extension: str = "PJSIP/{number}"  # what is dialled for an extension
    outside: str = "PJSIP/{number}@trunk"  # what is dialled for every other number
    phone: str = "PJSIP/{phone}"  # what is dialled for an agent's telephone
    caller_id: str = ""  # number shown on outgoing calls, where the queue has none
    variables: tuple[str, ...] = ()  # channel variables that travel with the contact
    hold_music: str = "default"  # a class of musiconhold.conf
    headset: Literal["relay", "direct", "none"] = "relay"  # how an agent without a telephone is
    # heard: through the bridge, past it where the network allows, or not at all
    direct_url: str = ""  # where desktops reach its media sockets; default: url
    max_calls: Annotated[int, Meta(ge=1, le=2000)] = 200


class Hours(Section, frozen=True, kw_only=True):
    """When somebody is there. Times are "HH:MM-HH:MM" of the zone; "24:00" is the day's end, and
    a time past midnight belongs to the day it begins on ("22:00-06:00")."""

    id: Code
    zone: str = "Europe/Madrid"  # IANA
    monday: tuple[str, ...] = ()
    tuesday: tuple[str, ...] = ()
    wednesday: tuple[str, ...] = ()
    thursday: tuple[str, ...] = ()
    friday: tuple[str, ...] = ()
    saturday: tuple[str, ...] = ()
    sunday: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()  # "2026-12-25", or "12-25" of each year: closed
    exceptions: dict[str, tuple[str, ...]] = {}  # {"2026-12-24" = ["09:00-14:00"]}


class RelaxStep(Section, frozen=True, kw_only=True):
    """From `after` seconds of waiting on, a skill needs only this level; 0: it is not asked."""

    after: Seconds
    skill: Code
    level: Annotated[int, Meta(ge=0, le=10)] = 0


class Overflow(Section, frozen=True, kw_only=True):
    """What is done with a contact, once, when `when` holds; checked in the order written."""

    when: Literal["waited", "position", "ratio", "closed", "full", "nobody"]
    # seconds waited; the position on arrival; waiting ÷ agents that could take it
    over: Annotated[float, Meta(ge=0, le=86_400)] = 0
    do: Literal["queue", "announce", "voicemail", "callback", "email", "hang_up"]
    queue: NoCode = ""  # of "queue": its place is kept (it counts as having waited there)
    sound: str = ""  # of "announce", and said before "voicemail" and "hang_up"
    reply: NoCode = ""  # of "email" and of a chat that is turned away: a [[replies]] code
    channels: tuple[Literal["voice", "chat", "email", "callback", "voicemail"], ...] = ()


class Treatment(Section, frozen=True, kw_only=True):
    """What a caller hears who waits."""

    kind: Literal["ringing", "music"] = "music"
    answer_after: Seconds = 2  # a call that rings at an agent within this is not answered before
    music: str = "hold"
    welcome: tuple[str, ...] = ()  # sounds, said once
    every: Seconds = 45  # an announcement each so many seconds; 0: none
    say: tuple[Literal["position", "expected_wait", "callback_offer"], ...] = (
        "position",
        "expected_wait",
    )
    sounds: tuple[str, ...] = ()  # said instead of nothing with each announcement
    language: Literal["es", "en"] = "es"
    callback_key: str = ""  # "1": press 1 and we call you back
    voicemail_key: str = ""


class MenuKey(Section, frozen=True, kw_only=True):
    """What one key of a menu does; exactly one of `queue`, `menu` and `hang_up`."""

    key: Annotated[str, Meta(pattern=r"^[0-9*#]$")]
    queue: NoCode = ""
    menu: NoCode = ""
    hang_up: bool = False
    language: Literal["", "es", "en"] = ""  # spoken with the caller from then on
    priority: Annotated[int, Meta(ge=-1000, le=1000)] = 0  # points for the contact


class Menu(Section, frozen=True, kw_only=True):
    """What a caller is asked before the queue: by keys, or for a number to be typed."""

    id: Code
    dnis: tuple[str, ...] = ()  # dialled numbers that it answers
    lines: tuple[Code, ...] = ()  # lines whose calls it answers where no number is claimed
    say: tuple[str, ...] = ()  # sounds, said first, and again with each try
    music: str = "hold"  # heard between the words
    language: Literal["es", "en"] = "es"
    keys: tuple[MenuKey, ...] = ()
    collect: Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]{0,39})?$")] = ""
    # the variable that keeps what is typed, ended by "#" or by `digits`; then `otherwise`
    digits: Annotated[int, Meta(ge=1, le=40)] = 20
    wait_seconds: Annotated[float, Meta(ge=1, le=60)] = 6  # for a key, after the words
    tries: Annotated[int, Meta(ge=1, le=10)] = 3
    otherwise: NoCode = ""  # the queue after so many tries; default: the first


class Queue(Section, frozen=True, kw_only=True):
    id: Code
    name: Name
    dnis: tuple[str, ...] = ()  # dialled numbers that belong to this queue
    hours: NoCode = ""  # of [[hours]]; "": always open
    priority: Annotated[int, Meta(ge=-1000, le=1000)] = 0
    ageing: Annotated[float, Meta(ge=0, le=1000)] = 1.0  # points for each minute of waiting
    service_level_target: Annotated[float, Meta(ge=0, le=1)] = 0.8
    skills: dict[str, Annotated[int, Meta(ge=1, le=10)]] = {}  # needed, with their level
    relax: tuple[RelaxStep, ...] = ()
    prefer: tuple[Literal["last_agent", "owner"], ...] = ()  # whose turn it is first
    prefer_seconds: Seconds = 30  # then anybody's
    max_waiting: Annotated[int, Meta(ge=0, le=100_000)] = 0  # more are "full"; 0: no limit
    overflow: tuple[Overflow, ...] = ()
    waiting: Treatment = Treatment(kind="ringing")
    voicemail_seconds: Seconds = 180  # the longest message
    email_service_level_seconds: Annotated[float, Meta(ge=0, le=2_592_000)] = 14_400
    chat_service_level_seconds: Seconds = 60
    language: str = ""  # of its texts to customers: "es", "en"; "": the site's
    signature: str = ""  # under its e-mails; {agent} is who writes
    offer_seconds: Seconds = 20  # then RONA
    wrap_up: Literal["required", "optional", "none"] = "required"  # optional: ends at its limit
    wrap_up_seconds: Seconds = 120
    wrap_up_extensions: Annotated[int, Meta(ge=0, le=20)] = 2
    wrap_up_extension_seconds: Seconds = 60
    service_level_seconds: Seconds = 20
    short_abandon_seconds: Seconds = 5
    caller_id: str = ""  # number shown on calls that are placed for this queue
    record: Literal["none", "asked", "all"] = "none"  # calls: never, by the agent's key, always

    def signed(self, agent: str = "") -> str:
        """The signature of `agent`, by name; lines that name nobody are left out."""
        lines = [n for n in self.signature.splitlines() if agent or "{agent}" not in n]
        return "\n".join(lines).replace("{agent}", agent)


class CallerIdRule(Section, frozen=True, kw_only=True):
    """Which number is shown to whom a call goes out to."""

    to: Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{0,14}$")]  # how the number dialled begins
    number: Name  # that is shown
    queue: NoCode = ""  # calls of this queue only; they go before those of all


class Reason(Section, frozen=True, kw_only=True):
    code: Code
    es: Name
    en: Name
    limit_seconds: Seconds = 0  # longer is shown as too long; 0: no limit
    daily_seconds: Seconds = 0  # of one agent in a day; 0: no limit


class Disposition(Section, frozen=True, kw_only=True):
    code: Code
    es: Name
    en: Name


class Agent(Section, frozen=True, kw_only=True):
    """Queues of one user; users themselves live in the store (`cti-bridge user`)."""

    login: Name
    queues: tuple[Code, ...] = ()  # empty: all
    skills: dict[str, Annotated[int, Meta(ge=1, le=10)]] = {}
    capacity: dict[str, Annotated[int, Meta(ge=0, le=50)]] = {}  # instead of [capacity]'s
    phone: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{0,40}$")] = ""  # an own telephone at
    # the PBX, "1003"; "": the headset at the computer
    node: NoCode = ""  # the [[asterisk]] at which that telephone is; "": the only one


class Capacity(Section, frozen=True, kw_only=True):
    """How many contacts of a channel fill an agent; 0: none of that channel. One of three chats
    takes a third: a call needs it all, so no call comes while a chat is in hand, unless the chat
    may be interrupted by one."""

    voice: Annotated[int, Meta(ge=0, le=50)] = 1
    chat: Annotated[int, Meta(ge=0, le=50)] = 3
    email: Annotated[int, Meta(ge=0, le=50)] = 1
    callback: Annotated[int, Meta(ge=0, le=50)] = 1
    voicemail: Annotated[int, Meta(ge=0, le=50)] = 1
    # by channel in hand: the channels that may come on top of it, as if it took nothing
    interrupted_by: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"email": ("voice", "chat"), "voicemail": ("voice",)}
    )
    idle_chat_seconds: Seconds = 180  # a chat in which nothing is said takes nothing; 0: it does


class Reply(Section, frozen=True, kw_only=True):
    """A canned reply, or the template of an e-mail."""

    code: Code
    title: Name
    text: Annotated[str, Meta(min_length=1, max_length=10_000)]
    language: str = ""
    subject: Annotated[str, Meta(max_length=200)] = ""
    channels: tuple[Literal["chat", "email"], ...] = ()
    queues: tuple[Code, ...] = ()


class Field(Section, frozen=True, kw_only=True):
    """One question of the form before a chat."""

    name: Literal["name", "email", "phone", "subject", "text"]
    required: bool = False
    es: str = ""  # its label; "": the usual one
    en: str = ""


class CustomField(Section, frozen=True, kw_only=True):
    """A field that this organisation keeps of its customers."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]  # what is stored, and imported
    label: Annotated[str, Meta(max_length=80)] = ""  # shown; "": the name
    label_es: Annotated[str, Meta(max_length=80)] = ""  # instead, in Spanish
    label_en: Annotated[str, Meta(max_length=80)] = ""
    type: Literal["text", "number", "date", "choice", "yes_no"] = "text"
    choices: tuple[Name, ...] = ()
    applies_to: Literal["person", "organisation", "both"] = "both"
    searchable: bool = False
    sensitive: bool = False


class Web(Section, frozen=True, kw_only=True):
    """The public listener: what browsers of customers reach. Never the agents' one."""

    host: str = "127.0.0.1"
    port: Port = 0
    enabled: bool = False
    tls_certificate: str = ""  # PEM; required off loopback unless `behind_proxy`
    tls_key: str = ""
    behind_proxy: tuple[
        str, ...
    ] = ()  # networks whose X-Forwarded-For is believed, with TLS there
    public_url: str = ""  # "https://chat.example.com": what the script tag names
    secret: str = ""  # signs session tokens
    secret_file: str = ""  # default: made at the first start, kept in the store
    secret_env: str = ""
    max_connections: Annotated[int, Meta(ge=1, le=100_000)] = 2000
    per_address: Annotated[int, Meta(ge=1, le=10_000)] = 20  # connections at once
    requests_per_minute: Annotated[int, Meta(ge=1, le=100_000)] = 240  # of one address
    chats_per_hour: Annotated[int, Meta(ge=1, le=100_000)] = 20  # new ones, of one address
    chats_per_minute: Annotated[int, Meta(ge=1, le=100_000)] = 120  # new ones, of all
    demo_page: bool = False  # serves a sample page with the widget at /demo


class ChatSite(Section, frozen=True, kw_only=True):
    """A chat on a web site: what its script tag names by `data-site`."""

    id: Code
    queue: Code
    origins: tuple[str, ...] = ()  # "https://www.example.com": pages that may hold the widget
    form: tuple[Field, ...] = (Field(name="name", required=True), Field(name="email"))
    title: dict[str, str] = {}  # by language
    greeting: dict[str, str] = {}
    accent: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")] = "#0F6E84"
    attachments: tuple[str, ...] = ("jpg", "jpeg", "png", "gif", "webp", "pdf", "txt")
    max_attachment_mb: Annotated[int, Meta(ge=0, le=50)] = 5  # 0: none
    identity_secret: str = ""  # the site signs who is logged in with it (HS256 JWT)
    identity_secret_file: str = ""
    identity_secret_env: str = ""
    transcript: bool = True  # the visitor may have it by e-mail
    rating: bool = True
    sneak_peek: bool = False  # agents see what is typed before it is sent
    idle_seconds: Seconds = 900  # a visitor who says nothing for this long has left
    gone_seconds: Seconds = 120  # a browser that is away for this long has left
    offline: tuple[Literal["message", "callback"], ...] = ("message", "callback")


class MailRule(Section, frozen=True, kw_only=True):
    """The first whose conditions all hold decides the queue."""

    to: str = ""  # an alias
    sender: str = ""  # an address, or "@example.com"
    subject: str = ""  # a part of it, folded
    language: str = ""
    queue: Code
    priority: Annotated[int, Meta(ge=-1000, le=1000)] = 0


class Mailbox(Section, frozen=True, kw_only=True):
    """An address that customers write to."""

    id: Code
    address: str
    name: str = ""  # shown as the sender's; default: the queue's
    queue: Code
    imap: str = ""  # host or host:port; "": nothing is read
    imap_security: Literal["tls", "starttls", "none"] = "tls"  # none: on loopback only
    folder: str = "INBOX"
    done: Literal["seen", "move", "delete"] = "seen"  # what becomes of a mail that was taken
    done_folder: str = "Ficha"
    smtp: str = ""  # host or host:port; "": nothing can be sent
    smtp_security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    password_file: str = ""
    password_env: str = ""
    oauth2_token_file: str = ""  # read anew at each sign-in: something else keeps it fresh
    ca_file: str = ""  # PEM, where the server's certificate is of an own authority
    plus_addressing: bool = False  # the server delivers name+anything@ as name@: replies carry
    # the token of their contact in the address
    aliases: tuple[str, ...] = ()  # other addresses of the same box
    rules: tuple[MailRule, ...] = ()
    undo_seconds: Annotated[int, Meta(ge=0, le=60)] = 10
    max_mb: Annotated[int, Meta(ge=1, le=200)] = 60  # a larger mail is told of, not taken whole


class Matching(Section, frozen=True, kw_only=True):
    budget_ms: Annotated[int, Meta(ge=5, le=5000)] = 150  # then the match follows the offer
    # the call variable that holds a customer number, and the source of such numbers in the file
    key_variable: Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]{0,39})?$")] = ""
    key_source: Annotated[str, Meta(max_length=80)] = ""  # "": any


class Mask(Section, frozen=True, kw_only=True):
    """What some roles may not see. Of two for one role and field the first counts."""

    roles: tuple[Literal["agent", "supervisor", "admin"], ...] = ("agent",)
    # phone, email, key, key:SOURCE, born, address, notes; custom:CODE, sensitive (all custom
    # fields that are marked so); card, document, iban: wherever they are
    fields: tuple[str, ...]
    show: Annotated[int, Meta(ge=0, le=8)] = 4  # characters at the end that stay
    reveal: bool = True  # with a reason, which is written down


class Privacy(Section, frozen=True, kw_only=True):
    # fields of the desktop in which the recording of the call rests
    sensitive: tuple[Literal["key", "email", "phone", "notes"], ...] = ("key",)
    key_file: str = ""  # the master keys that recordings and attachments are sealed under
    # looks outside of contacts, at different customers in an hour, that are told; 0: none
    alert_views_per_hour: Annotated[int, Meta(ge=0, le=100_000)] = 60
    alert_times_usual: Annotated[float, Meta(ge=0, le=1000)] = 4.0  # of the agent's own; 0: none
    alert_block: bool = False  # and further ones are refused
    mask: tuple[Mask, ...] = ()
    # customers in one export, from the desktop or by command; 0: nothing leaves
    export_rows: Annotated[int, Meta(ge=0, le=5000)] = 1000
    reveal_seconds: Annotated[int, Meta(ge=5, le=3600)] = 60  # then it is hidden again


class Duplicates(Section, frozen=True, kw_only=True):
    # pairs from this probability on become one by themselves; absent: none does
    merge_above: Annotated[float, Meta(ge=0.9, le=1)] | None = None


class Imports(Section, frozen=True, kw_only=True):
    """Customers brought in from the desktop."""

    max_mb: Annotated[int, Meta(ge=1, le=4096)] = 256  # of a file that a desktop sends


class NamedSource(Section, frozen=True, kw_only=True):
    """Where customers come from, again and again; desktops see its name and nothing else."""

    name: Annotated[str, Meta(min_length=1, max_length=73)]
    location: Annotated[str, Meta(min_length=1)]  # a file, or a database's URL without password
    sheet: str = ""  # of a spreadsheet; default: the first
    table: str = ""  # of a database: a table or view
    query: str = ""  # of a database: a SELECT
    password: str = ""
    password_file: str = ""
    password_env: str = ""


Days = Annotated[int, Meta(ge=0, le=36_500)]


class Retention(Section, frozen=True, kw_only=True):
    """After how many days what is over goes, by itself; 0: it is kept for ever."""

    recordings_days: Days = 0
    voicemails_days: Days = 0
    transcripts_days: Days = 0  # what was written in chats
    mails_days: Days = 0
    interactions_days: Days = 0  # people, numbers, notes and everything written; figures stay
    access_log_days: Days = 0


class Supervision(Section, frozen=True, kw_only=True):
    announce_listening: bool = False  # an agent is told who listens, as of who whispers or barges


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
    privacy: Privacy = Privacy()
    duplicates: Duplicates = Duplicates()
    imports: Imports = Imports()
    retention: Retention = Retention()
    supervision: Supervision = Supervision()
    lines: tuple[Line, ...] = ()
    asterisk: tuple[Asterisk, ...] = ()
    queues: tuple[Queue, ...] = (Queue(id="main", name="Main"),)
    menus: tuple[Menu, ...] = ()
    caller_ids: tuple[CallerIdRule, ...] = ()
    reasons: tuple[Reason, ...] = REASONS
    dispositions: tuple[Disposition, ...] = DISPOSITIONS
    agents: tuple[Agent, ...] = ()
    hours: tuple[Hours, ...] = ()
    capacity: Capacity = Capacity()
    replies: tuple[Reply, ...] = ()
    fields: tuple[CustomField, ...] = ()
    sources: tuple[NamedSource, ...] = ()
    web: Web = Web()
    chats: tuple[ChatSite, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
