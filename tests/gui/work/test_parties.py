"""Conferences on the Work page: who is in them, and what is asked about each."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt

from cti_bridge.protocol.commands import CompleteTransfer, Consult, DropParty
from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.values import PartyView
from cti_bridge.protocol.vocabulary import Verb
from tests.helpers.calls import call

pytestmark = pytest.mark.usefixtures("dressed")

LONG = "Sociedad Cooperativa de Consumidores y Usuarios de Energías Renovables del Norte"


def conference(*, verbs=None, **changes):
    parties = (
        PartyView(party="caller", caller=True),
        PartyView(party="s1", number="+34612345671"),
        PartyView(party="s2", number="1006"),
    )
    usual = (Verb.HOLD, Verb.CONSULT, Verb.COMPLETE_TRANSFER, Verb.DROP_PARTY, Verb.CLEAR)
    fields = {"consult": "conference", "parties": parties, "customer_name": LONG}
    return call(verbs=usual if verbs is None else verbs, **fields | changes)


def test_a_conference_lists_its_parties_by_name_and_state(desk):
    window, _, _ = desk((conference(),))
    head = window.page().conversation.head
    assert head.parties.isVisible()
    assert not head.consult.isVisible()
    rows = head.parties.rows
    assert [one._name.text() for one in rows.values()] == [LONG, "+34 612 34 56 71", "1006"]
    assert {one._state.text() for one in rows.values()} == {"talking"}
    assert rows["s1"].drop.accessibleName() == "Let +34 612 34 56 71 go"
    assert rows["caller"]._name.toolTip() == LONG  # too long for its line


def test_one_is_let_go_by_the_keyboard(desk, qtbot):
    window, _, link = desk((conference(),))
    rows = window.page().conversation.head.parties.rows
    assert rows["s2"].drop.focusPolicy() & Qt.FocusPolicy.TabFocus
    rows["s2"].drop.setFocus()
    qtbot.keyClick(rows["s2"].drop, Qt.Key.Key_Space)
    (sent,) = link.sent_of(DropParty)
    assert sent.party == "s2"
    assert not rows["s2"].drop.isEnabled()  # on its way
    assert rows["s1"].drop.isEnabled()


def test_who_is_left_keeps_its_row(desk, qtbot):
    before = conference()
    window, _, link = desk((before,))
    panel = window.page().conversation.head.parties
    row = panel.rows["s1"]
    left = msgspec.structs.replace(before, version=2, parties=before.parties[:2])
    link.emit(InteractionChanged(interaction=left))
    assert list(panel.rows) == ["caller", "s1"]
    assert panel.rows["s1"] is row


def test_a_conference_is_left_and_one_more_is_called(desk, qtbot):
    window, _, link = desk((conference(),))
    head = window.page().conversation.head
    qtbot.mouseClick(head.parties.leave, Qt.MouseButton.LeftButton)
    assert len(link.sent_of(CompleteTransfer)) == 1
    qtbot.keyClick(window, Qt.Key.Key_F6)
    assert head.strip.transfer.accessibleName() == "Consult…"
    qtbot.keyClicks(head.transfer.search, "612345679")
    qtbot.keyClick(head.transfer.search, Qt.Key.Key_Return)
    assert [one.to for one in link.sent_of(Consult)] == ["612345679"]


def test_the_parties_wait_while_one_more_is_asked(desk):
    waits = tuple(msgspec.structs.replace(one, held=True) for one in conference().parties)
    verbs = (Verb.COMPLETE_TRANSFER, Verb.CANCEL_TRANSFER, Verb.CONFERENCE)
    asked = {"consult": "talking", "consult_party": "+34944210017", "parties": waits}
    window, _, _ = desk((conference(verbs=verbs, **asked),))
    head = window.page().conversation.head
    assert head.consult.isVisible()
    assert head.consult._stage.text() == "in consultation, the others wait"
    assert {one._state.text() for one in head.parties.rows.values()} == {"hears music"}
    assert not head.parties.leave.isVisible()
    assert not any(one.drop.isVisible() for one in head.parties.rows.values())


def test_what_is_left_without_the_caller_is_said(desk):
    left = (PartyView(party="s1", number="+34612345671"),)
    window, _, _ = desk((conference(verbs=(Verb.CLEAR,), consult="", parties=left),))
    panel = window.page().conversation.head.parties
    assert panel._title.text() == "The caller has hung up; you talk to"
    assert not panel.rows["s1"].drop.isVisible()
