"""What is hidden of a contact: numbers from everybody, what it says from all but whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cti_bridge.privacy.patterns import DOTS, torn
from cti_bridge.privacy.rules import changed
from cti_bridge.protocol.frames import LINE_SHOWN, NOTES_SHOWN
from cti_bridge.protocol.vocabulary import FINAL, WAITING
from cti_bridge.texts.snippet import CUT

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


def is_of(view: InteractionView, agent: AgentId | None) -> bool:
    """Whether the agent has it in hand."""
    mine = agent is not None and view.agent_id == agent
    return mine and view.state not in WAITING and view.state not in FINAL


def interaction(veil: Veil, one: InteractionView) -> InteractionView:
    shown = changed(
        one,
        ani=veil.contact(one.ani),
        call_to=veil.contact(one.call_to),
        display_name=veil.party(one.display_name),
        consult_party=veil.party(one.consult_party),
    )
    return interaction_written(veil, shown) if one.state in FINAL else shown


def interaction_written(veil: Veil, one: InteractionView) -> InteractionView:
    keys = veil.hides_keys()
    return changed(
        one,
        notes=veil.written(one.notes),
        handover=veil.written(one.handover),
        subject=veil.beginning(one.subject, LINE_SHOWN),
        last_text=veil.beginning(one.last_text, LINE_SHOWN),
        last_digits=veil.digits(one.last_digits),
        variables={
            name: DOTS if keys and said else veil.party(said)
            for name, said in one.variables.items()
        },
    )


def party(veil: Veil, one: PartyView) -> PartyView:
    return changed(one, number=veil.party(one.number))


def segment(veil: Veil, one: SegmentView) -> SegmentView:
    return changed(one, party=veil.party(one.party))


def step(veil: Veil, one: JourneyStep) -> JourneyStep:
    return changed(one, detail=veil.party(one.detail))


def summary(veil: Veil, one: ContactSummary) -> ContactSummary:
    return changed(
        one,
        number=veil.contact(one.number),
        notes=veil.notes_of(one.notes, NOTES_SHOWN),
        subject=veil.beginning(one.subject, LINE_SHOWN),
    )


def hit(veil: Veil, one: TextHit) -> TextHit:
    """Where notes are hidden their words are not shown either; a text that changes has no
    places."""
    say: Callable[[str], str] = veil.text if one.kind == "message" else veil.written
    said = say(one.snippet)
    if veil.finds_numbers():
        said = torn(said, head=said.startswith(CUT), end=said.endswith(CUT))
    return one if said == one.snippet else replace(one, snippet=said, marks=())


def message(veil: Veil, one: MessageView) -> MessageView:
    return changed(
        one,
        text=veil.text(one.text),
        subject=veil.text(one.subject),
        html=veil.text(one.html),
        quoted=veil.text(one.quoted),
    )


def conversation(veil: Veil, one: Conversation) -> Conversation:
    form = {
        name: veil.text(veil.contact(text) if name in ("email", "phone") else text)
        for name, text in one.form.items()
    }
    return changed(one, form=form, rating_comment=veil.text(one.rating_comment))


def conversation_changed(veil: Veil, one: ConversationChanged) -> ConversationChanged:
    """What is being typed is never whole."""
    preview = torn(veil.text(one.preview), head=False, end=veil.finds_numbers())
    return changed(one, last_text=veil.beginning(one.last_text, LINE_SHOWN), preview=preview)


def access(veil: Veil, one: AccessView) -> AccessView:
    """What somebody searched for may be the number itself."""
    return changed(one, detail=veil.line(one.detail))
