"""Sentences and short lines that several views say the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from agent_desktop import formats
from agent_desktop.viewmodels.work import waited
from agent_desktop.views import words
from cti_bridge.protocol.vocabulary import (
    FINAL,
    Channel,
    Direction,
    IdentityKind,
    InteractionState,
    MatchReason,
    MonitorMode,
)
from cti_bridge.protocol.voice import PathTrouble

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.protocol.events import MonitorChanged
    from cti_bridge.protocol.values import (
        ContactSummary,
        CustomerCard,
        InteractionView,
        Match,
    )


NEAR: Final = 0.25  # of the time to answer that is left, when it begins to hurry
LONG: Final = 36_000.0  # seconds of waiting, from which on only the hours are told
PIECE: Final = 40  # characters
ROUTING: Final = frozenset({"queue", "priority", "language"})
VARIABLES: Final = {
    "customer": QT_TRANSLATE_NOOP("Sentences", "Customer number"),
    "account": QT_TRANSLATE_NOOP("Sentences", "Account"),
    "contract": QT_TRANSLATE_NOOP("Sentences", "Contract"),
    "choice": QT_TRANSLATE_NOOP("Sentences", "Choice in the menu"),
    "topic": QT_TRANSLATE_NOOP("Sentences", "Topic"),
}
"""Names that dial plans use often; others are shown as they are."""


def number(view: InteractionView) -> str:
    """The number or address of the customer as people read it; says when there is none."""
    if view.ani:
        return formats.phone(view.ani)
    if view.channel is Channel.CHAT:
        return QCoreApplication.translate("Sentences", "Web visitor")
    if view.call_to:
        return formats.phone(view.call_to)
    if view.channel is Channel.EMAIL:
        return QCoreApplication.translate("Sentences", "No address")
    return QCoreApplication.translate("Sentences", "Number withheld")


def monitoring(mine: MonitorChanged, agent: str) -> str:
    """What a supervisor does in a call; `agent` is whose call it is, "" where unknown."""
    if mine.state != "on":
        return QCoreApplication.translate("Sentences", "Connecting…")
    said = {
        MonitorMode.LISTEN: QCoreApplication.translate("Sentences", "You listen to {name}"),
        MonitorMode.WHISPER: QCoreApplication.translate("Sentences", "You whisper to {name}"),
        MonitorMode.BARGE: QCoreApplication.translate(
            "Sentences", "Everybody in the call of {name} hears you"
        ),
    }[mine.mode]
    return said.format(name=agent or QCoreApplication.translate("Sentences", "an agent"))


def detour(why: PathTrouble) -> str:
    """Why the server carries the voice of a call; "" where nothing is wrong."""
    said = {
        PathTrouble.NONE: "",
        PathTrouble.UNREACHABLE: QCoreApplication.translate(
            "Sentences",
            "Voice by way of the server: this computer does not reach the telephone system.",
        ),
        PathTrouble.LATE: QCoreApplication.translate(
            "Sentences",
            "Voice by way of the server: the telephone system did not answer in time.",
        ),
        PathTrouble.CERTIFICATE: QCoreApplication.translate(
            "Sentences",
            "Voice by way of the server: this computer does not trust the telephone system's"
            " certificate.",
        ),
        PathTrouble.INSECURE: QCoreApplication.translate(
            "Sentences",
            "Voice by way of the server: the way to the telephone system is not encrypted.",
        ),
        PathTrouble.REFUSED: QCoreApplication.translate(
            "Sentences",
            "Voice by way of the server: the telephone system refused the direct way.",
        ),
        PathTrouble.LOST: QCoreApplication.translate(
            "Sentences",
            "Voice by way of the server: the direct way to the telephone system broke off.",
        ),
    }
    return said[why]


def caller(view: InteractionView) -> str:
    """The best name there is: the customer, one match, the network's name, the number."""
    if view.customer_name:
        return view.customer_name
    if view.match is not None and len(view.match.matches) == 1:
        return view.match.matches[0].card.name
    return view.display_name or number(view)


def said_before(view: InteractionView) -> str:
    """What the caller has chosen or typed at the telephone system, as small labelled values; less
    what only decided whose turn it is."""
    shown = (
        (name, value)
        for name, value in view.variables.items()
        if name not in ROUTING and not name.startswith("skill_")
    )
    return "  ·  ".join(f"{_label(name)}: {value}" for name, value in shown)


def _label(name: str) -> str:
    known = VARIABLES.get(name)
    if known is not None:
        return QCoreApplication.translate("Sentences", str(known))
    return name.replace("_", " ").capitalize()


def about_contact(view: InteractionView) -> str:
    """What it is about, in the customer's words: the newest of a chat, a mail's subject."""
    if view.channel is Channel.VOICE:
        return view.subject
    if view.channel is Channel.CHAT:
        return view.last_text or view.subject
    return view.subject or view.last_text


def readers(view: InteractionView, me: str) -> str:
    """The names of others who read it; "" where nobody does."""
    return ", ".join(name for name in view.readers if name != me)


def reading(names: str) -> str:
    return QCoreApplication.translate("Sentences", "{names} is reading").format(names=names)


def unread(count: int) -> str:
    return QCoreApplication.translate("Sentences", "%n unread", "", count)


def wakes(at: datetime, now: datetime) -> str:
    """ "Until 15:00", "Until 24 Nov 09:00"."""
    here = at.astimezone()
    same = here.date() == now.astimezone().date()
    text = formats.time(at) if same else f"{formats.day(at, now)} {formats.time(at)}"
    return QCoreApplication.translate("Sentences", "Until {time}").format(time=text)


def due(view: InteractionView, now: datetime) -> tuple[str, str]:
    """How the service level stands, and its tone: "due in 3 min", "12 min over"."""
    if view.due_at is None:
        return "", ""
    left = (view.due_at - now).total_seconds()
    time = formats.age(abs(left))
    if left < 0:
        return QCoreApplication.translate("Sentences", "{time} over").format(time=time), "bad"
    whole = (view.due_at - (view.queued_at or view.started_at)).total_seconds()
    tone = "warn" if left < whole * NEAR else "text-2"
    return QCoreApplication.translate("Sentences", "due in {time}").format(time=time), tone


def origin(view: InteractionView) -> str:
    """ "Incoming call · +34 612 34 50 99 · queue Support · waited 0:14 · dialled 900 100 200":
    what matters least is last, where a narrow place cuts."""
    translate = QCoreApplication.translate
    parts = [words.contact(view.channel, view.direction)]
    if view.channel is not Channel.VOICE and view.subject:
        parts.append(view.subject)
    if caller(view) != number(view) and (view.ani or view.channel is Channel.VOICE):
        parts.append(number(view))
    if view.queue_name:
        parts.append(translate("Sentences", "queue {queue}").format(queue=view.queue_name))
    seconds = waited(view)
    if seconds is not None and view.direction is Direction.INBOUND:
        time = formats.duration(seconds) if seconds < LONG else formats.age(seconds)
        parts.append(translate("Sentences", "waited {time}").format(time=time))
    if view.dnis and view.direction is Direction.INBOUND:
        parts.append(_dialled(view))
    # a line breaks behind a dot, not before one and not in a number
    return "\N{NO-BREAK SPACE}· ".join(_whole(p) for p in parts)


def _dialled(view: InteractionView) -> str:
    translate = QCoreApplication.translate
    if view.channel is Channel.EMAIL:
        return translate("Sentences", "to {address}").format(address=view.dnis)
    if view.channel is Channel.CHAT:
        return translate("Sentences", "on {site}").format(site=view.dnis)
    dialled = formats.phone(view.first_dialled or view.dnis)
    return translate("Sentences", "dialled {number}").format(number=dialled)


def _whole(part: str) -> str:
    """Short parts are kept in one piece; a subject may break anywhere."""
    return part if len(part) > PIECE else part.replace(" ", "\N{NO-BREAK SPACE}")


def why(match: Match, now: datetime) -> str:
    """ "Mobile on file, confirmed 3 October. Source: sales."."""
    translate = QCoreApplication.translate
    label = next(
        (i.label for i in match.card.identities if i.value == match.matched_value and i.label), ""
    )
    on_file = match.reason in (MatchReason.NUMBER_ON_FILE, MatchReason.NUMBER_CONFIRMED)
    if label and on_file:
        text = translate("Sentences", "{label} on file").format(
            label=words.label(label[:1].upper() + label[1:])
        )
    else:
        text = words.match_reason(match.reason)
    if match.confirmed_at is not None:
        text += translate("Sentences", ", confirmed {day}").format(
            day=formats.long_day(match.confirmed_at, now)
        )
    text += "."
    if match.source:
        text += " " + translate("Sentences", "Source: {source}.").format(
            source=words.source(match.source)
        )
    return text


def about(card: CustomerCard) -> str:
    """ "Customer since 2019 · Talleres Norte · Spanish"."""
    parts = []
    if card.since is not None:
        parts.append(
            QCoreApplication.translate("Sentences", "Customer since {year}").format(
                year=card.since.astimezone().year
            )
        )
    if card.organisation:
        parts.append(card.organisation)
    if card.language:
        parts.append(words.language(card.language))
    return "\N{NO-BREAK SPACE}· ".join(parts)


def last_contact(card: CustomerCard, seconds_ago: float) -> str:
    """ "2 days ago, call: router without signal"."""
    return contact_in_words(next(iter(card.last_contacts), None), seconds_ago)


def contact_in_words(newest: ContactSummary | None, seconds_ago: float) -> str:
    if newest is None:
        return QCoreApplication.translate("Sentences", "No contact before")
    text = f"{formats.ago(seconds_ago)}, {words.channel(newest.channel).lower()}"
    said = newest.notes or newest.subject
    return f"{text}: {said}" if said else text


def identity_of(card: CustomerCard, kind: IdentityKind) -> tuple[str, ...]:
    return tuple(i.value for i in card.identities if i.kind is kind)


def is_live(contact: ContactSummary) -> bool:
    """Whether it goes on: the call in hand stands in the customer's timeline too."""
    return contact.state not in FINAL


def contact_title(contact: ContactSummary, disposition: str) -> str:
    """ "Call · Resolved", "Missed call · Support", "E-mail · Invoice of October"."""
    if contact.state is InteractionState.ABANDONED:
        first = _missed(contact.channel)
    elif contact.direction is Direction.OUTBOUND:
        first = words.contact(contact.channel, contact.direction)
    else:
        first = words.channel(contact.channel)
    about = contact.subject if contact.channel is not Channel.VOICE else ""
    second = about or disposition or contact.queue_name
    if is_live(contact) and not about:
        second = QCoreApplication.translate("Sentences", "In progress")
    return f"{first} · {second}" if second else first


def _missed(channel: Channel) -> str:
    if channel is Channel.VOICE:
        return QCoreApplication.translate("Sentences", "Missed call")
    missed = QCoreApplication.translate("Sentences", "{channel}, given up")
    return missed.format(channel=words.channel(channel))


def contact_detail(contact: ContactSummary) -> str:
    """ "6:10, 1 transfer · Ana Beltrán"."""
    parts = []
    if contact.talk_seconds:
        parts.append(formats.duration(contact.talk_seconds))
    if contact.transfers:
        parts.append(
            QCoreApplication.translate("Sentences", "%n transfer(s)", "", contact.transfers)
        )
    if contact.agent_name:
        parts.append(contact.agent_name)
    return " · ".join(parts)
