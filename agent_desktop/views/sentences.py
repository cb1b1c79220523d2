"""Sentences and short lines that several views say the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from agent_desktop import formats
from agent_desktop.viewmodels.work import waited
from agent_desktop.views import words
from cti_bridge.protocol.vocabulary import Direction, IdentityKind, InteractionState, MatchReason

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.protocol.values import (
        ContactSummary,
        CustomerCard,
        InteractionView,
        Match,
    )


def number(view: InteractionView) -> str:
    """The caller's number as people read it; says when there is none."""
    if view.ani_withheld or not view.ani:
        return QCoreApplication.translate("Sentences", "Number withheld")
    return formats.phone(view.ani)


def caller(view: InteractionView) -> str:
    """The best name there is: the customer, one match, the network's name, the number."""
    if view.customer_name:
        return view.customer_name
    if view.match is not None and len(view.match.matches) == 1:
        return view.match.matches[0].card.name
    return view.display_name or number(view)


def origin(view: InteractionView) -> str:
    """ "Incoming call · +34 612 34 50 99 · queue Support · waited 0:14 · dialled 900 100 200":
    what matters least is last, where a narrow place cuts."""
    translate = QCoreApplication.translate
    parts = [
        translate("Sentences", "Incoming call")
        if view.direction is Direction.INBOUND
        else translate("Sentences", "Outgoing call")
    ]
    if caller(view) != number(view):
        parts.append(number(view))
    if view.queue_name:
        parts.append(translate("Sentences", "queue {queue}").format(queue=view.queue_name))
    seconds = waited(view)
    if seconds is not None and view.direction is Direction.INBOUND:
        time = formats.duration(seconds)
        parts.append(translate("Sentences", "waited {time}").format(time=time))
    if view.dnis and view.direction is Direction.INBOUND:
        dialled = formats.phone(view.first_dialled or view.dnis)
        parts.append(translate("Sentences", "dialled {number}").format(number=dialled))
    # a line breaks behind a dot, not before one and not in a number
    return "\N{NO-BREAK SPACE}· ".join(p.replace(" ", "\N{NO-BREAK SPACE}") for p in parts)


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
    return f"{text}: {newest.notes}" if newest.notes else text


def identity_of(card: CustomerCard, kind: IdentityKind) -> tuple[str, ...]:
    return tuple(i.value for i in card.identities if i.kind is kind)


def is_live(contact: ContactSummary) -> bool:
    """Whether it goes on: the call in hand stands in the customer's timeline too."""
    return contact.state not in (InteractionState.CLOSED, InteractionState.ABANDONED)


def contact_title(contact: ContactSummary, disposition: str) -> str:
    """ "Call · Resolved", "Missed call · Support"."""
    if contact.state is InteractionState.ABANDONED:
        first = QCoreApplication.translate("Sentences", "Missed call")
    elif contact.direction is Direction.OUTBOUND:
        first = QCoreApplication.translate("Sentences", "Outgoing call")
    else:
        first = words.channel(contact.channel)
    second = disposition or contact.queue_name
    if is_live(contact):
        second = QCoreApplication.translate("Sentences", "In progress")
    return f"{first} · {second}" if second else first


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
