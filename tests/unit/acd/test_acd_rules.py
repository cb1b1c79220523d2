"""Which queue a call goes to, however a number is written in bridge.toml."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cti_bridge.acd.interaction import Interaction
from cti_bridge.acd.rules import Rules
from cti_bridge.config.values import Asterisk, Config, Line, Queue
from cti_bridge.protocol.vocabulary import InteractionId, Verb
from cti_bridge.telephony.ports import WITHHELD, Caller, LineId, NumberKind

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def rules(*dnis: str) -> Rules:
    config = Config(
        queues=(
            Queue(id="rest", name="Rest"),
            Queue(id="sales", name="Sales", dnis=dnis),
            Queue(id="night", name="Night"),
        ),
        lines=(
            Line(id="pbx", extensions=(r"1\d{3}",)),
            Line(id="spare", queue="night"),
        ),
    )
    return Rules(config, frozenset())


@pytest.mark.parametrize(
    ("written", "delivered"),
    [
        ("+34910000000", "+34910000000"),
        ("910 00 00 00", "+34910000000"),
        ("910000000", "910000000"),
        ("0034 910.000.000", "+34910000000"),
        ("+34 910 000 000", "34910000000"),
        ("1003", "1003"),
        ("900100", "900100"),
        ("info", "INFO"),
    ],
)
def test_a_dialled_number_leads_to_its_queue_in_any_spelling(written: str, delivered: str) -> None:
    assert rules(written).queue_for(delivered, LineId("pbx")) == "sales"


@pytest.mark.parametrize(
    ("dnis", "first_dialled", "line", "queue"),
    [
        ("1003", "+34910000000", "pbx", "sales"),  # a PBX that forwarded the number to the line
        ("+34910000000", "+34910000001", "spare", "sales"),
        ("1003", "+34612345099", "spare", "night"),
        ("1003", "", "pbx", "rest"),
        ("", "", "unknown", "rest"),
    ],
)
def test_what_was_dialled_first_counts_where_nothing_else_does(
    dnis: str, first_dialled: str, line: str, queue: str
) -> None:
    assert rules("910000000").queue_for(dnis, LineId(line), first_dialled) == queue


def test_a_pbx_has_a_name_a_queue_and_extensions_as_a_line_has():
    config = Config(
        asterisk=(Asterisk(id="pbx", name="Office", queue="sales", extensions=(r"1\d{3}",)),),
        queues=(Queue(id="support", name="Support"), Queue(id="sales", name="Sales")),
    )
    rules = Rules(config, frozenset())
    assert rules.line_name(LineId("pbx")) == "Office"
    assert rules.queue_for("+34900000000", LineId("pbx")) == "sales"
    assert rules.read_number("1003").kind is NumberKind.EXTENSION


def test_what_can_be_done_is_asked_of_the_contacts_line():
    def of_line(line: LineId) -> frozenset[Verb]:
        return frozenset({Verb.LISTEN} if line == "pbx" else ())

    both = Rules(Config(), frozenset({Verb.LISTEN, Verb.PLAY}), of_line)
    made = Interaction(
        id=InteractionId("i"), caller=Caller(number=WITHHELD), started_at=NOW, changed_at=NOW
    )
    assert both.can(replace(made, line=LineId("pbx"))) == {Verb.LISTEN}
    assert both.can(replace(made, line=LineId("sip"))) == frozenset()
    assert both.can(made) == both.verbs
