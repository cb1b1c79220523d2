"""Which queue a call goes to, however a number is written in bridge.toml."""

from __future__ import annotations

import pytest

from cti_bridge.acd.rules import Rules
from cti_bridge.config.values import Asterisk, Config, Line, Queue
from cti_bridge.telephony.ports import LineId, NumberKind


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
