"""What is hidden of a contact: numbers from everybody, what it says from all but whose it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from cti_bridge.privacy.patterns import DOTS
from cti_bridge.protocol.vocabulary import InteractionState

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.privacy.masks import Veil
    from cti_bridge.protocol.events import ConversationChanged
    from cti_bridge.protocol.privacy import AccessView
    from cti_bridge.protocol.values import (
        ContactSummary,
        Conversation,
        InteractionView,
        JourneyStep,
        MessageView,
        PartyView,
        SegmentView,
        TextHit,
    )
    from cti_bridge.protocol.vocabulary import AgentId

ENDED: Final = frozenset({InteractionState.CLOSED, InteractionState.ABANDONED})
NOBODYS: Final = frozenset(
    {InteractionState.NEW, InteractionState.QUEUED, InteractionState.OFFERED}
)
"""Also the one it is offered to has not got it yet."""
LINE: Final = 120
NOTES_SHOWN: Final = 300
"""Texts of these lengths were cut there."""
CUT: Final = "…"
_LEAST: Final = 4
_TORN_END: Final = re.compile(
    r"(?<!\w)(?:[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{1,4})*|[XYZxyz]?\d[\d .-]*)[ …-]*$"
)
_TORN_HEAD: Final = re.compile(r"^[ …-]*\d[\d .-]*[A-Za-z]?(?!\w)")


def is_of(view: InteractionView, agent: AgentId | None) -> bool:
    """Whether the agent has it in hand."""
    mine = agent is not None and view.agent_id == agent
    return mine and view.state not in NOBODYS and view.state not in ENDED


def torn(text: str, *, head: bool, end: bool) -> str:
    """A text of which a part was cut off, less what may be half of a number: it does not check
    any more, and says most of the whole."""
    for cut, pattern in ((head, _TORN_HEAD), (end, _TORN_END)):
        found = pattern.search(text) if cut else None
        if found is not None and sum(one.isdigit() for one in found[0]) >= _LEAST:
            text = f"{text[: found.start()]}{DOTS}{text[found.end() :]}"
    return text


def interaction(veil: Veil, one: InteractionView) -> InteractionView:
    shown = replace(
        one,
        ani=veil.contact(one.ani),
        call_to=veil.contact(one.call_to),
        display_name=veil.party(one.display_name),
        consult_party=veil.party(one.consult_party),
    )
    shown = one if shown == one else shown
    return interaction_written(veil, shown) if one.state in ENDED else shown


def interaction_written(veil: Veil, one: InteractionView) -> InteractionView:
    keys = veil.hides_keys()
    shown = replace(
        one,
        notes=veil.written(one.notes),
        handover=veil.written(one.handover),
        subject=veil.beginning(one.subject, LINE),
        last_text=veil.beginning(one.last_text, LINE),
        last_digits=veil.digits(one.last_digits),
        variables={
            name: DOTS if keys and said else veil.party(said)
            for name, said in one.variables.items()
        },
    )
    return one if shown == one else shown


def party(veil: Veil, one: PartyView) -> PartyView:
    number = veil.party(one.number)
    return one if number == one.number else replace(one, number=number)


def segment(veil: Veil, one: SegmentView) -> SegmentView:
    said = veil.party(one.party)
    return one if said == one.party else replace(one, party=said)


def step(veil: Veil, one: JourneyStep) -> JourneyStep:
    """Which line was dialled is the house's own."""
    said = veil.party(one.detail)
    return one if said == one.detail else replace(one, detail=said)


def summary(veil: Veil, one: ContactSummary) -> ContactSummary:
    shown = replace(
        one,
        number=veil.contact(one.number),
        notes=veil.notes_of(one.notes, NOTES_SHOWN),
        subject=veil.beginning(one.subject, LINE),
    )
    return one if shown == one else shown


def hit(veil: Veil, one: TextHit) -> TextHit:
    """Where notes are hidden their words are not shown either; a text that changes has no
    places."""
    say: Callable[[str], str] = veil.text if one.kind == "message" else veil.written
    said = say(one.snippet)
    if veil.finds_numbers():
        said = torn(said, head=said.startswith(CUT), end=said.endswith(CUT))
    return one if said == one.snippet else replace(one, snippet=said, marks=())


def message(veil: Veil, one: MessageView) -> MessageView:
    shown = replace(
        one,
        text=veil.text(one.text),
        subject=veil.text(one.subject),
        html=veil.text(one.html),
        quoted=veil.text(one.quoted),
    )
    return one if shown == one else shown


def conversation(veil: Veil, one: Conversation) -> Conversation:
    form = {
        name: veil.text(veil.contact(text) if name in ("email", "phone") else text)
        for name, text in one.form.items()
    }
    shown = replace(one, form=form, rating_comment=veil.text(one.rating_comment))
    return one if shown == one else shown


def conversation_changed(veil: Veil, one: ConversationChanged) -> ConversationChanged:
    """What is being typed is never whole."""
    preview = torn(veil.text(one.preview), head=False, end=veil.finds_numbers())
    shown = replace(one, last_text=veil.beginning(one.last_text, LINE), preview=preview)
    return one if shown == one else shown


def access(veil: Veil, one: AccessView) -> AccessView:
    """What somebody searched for may be the number itself."""
    detail = veil.line(one.detail)
    return one if detail == one.detail else replace(one, detail=detail)
