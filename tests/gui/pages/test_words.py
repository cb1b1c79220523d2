"""Every code of the wire has words in both languages; an unknown one is shown readably."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from agent_desktop.views import i18n, words
from cti_bridge.protocol import vocabulary as v
from cti_bridge.protocol.values import JourneyStep
from tests.helpers import page_values as made

TABLES = {
    words.channel: v.Channel,
    words.direction: v.Direction,
    words.state: v.InteractionState,
    words.offer_state: v.OfferState,
    words.mode: v.AgentMode,
    words.activity: v.AgentActivity,
    words.cause: v.ClearCause,
    words.identity_kind: v.IdentityKind,
    words.match_kind: v.MatchKind,
    words.match_reason: v.MatchReason,
    words.verb: v.Verb,
    words.role: v.Role,
    words.refusal: v.RefusalCode,
}
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("function", TABLES, ids=lambda f: f.__name__)
def test_every_code_is_worded(look, function):
    for code in TABLES[function]:
        said = function(code)
        assert said
        assert said[0].isupper(), said
        assert "_" not in said


@pytest.mark.parametrize("code", v.RefusalCode)
def test_refusals_are_sentences_in_both_languages(look, code):
    english = words.refusal(code)
    i18n.use_language("es")
    spanish = words.refusal(code)
    assert english.endswith(".")
    assert spanish.endswith(".")
    assert spanish != english


def test_the_languages_differ_where_they_should(look):
    same = {"Chat", "Supervisor", "No", "Agent"}
    english = {f: [f(c) for c in codes] for f, codes in TABLES.items()}
    i18n.use_language("es")
    for function, codes in TABLES.items():
        pairs = zip(english[function], [function(c) for c in codes], strict=True)
        assert not [e for e, s in pairs if e == s and e not in same]


def test_an_unknown_code_is_readable(look):
    assert words.cause("fell_off_the_table") == "fell off the table"
    assert words.language("") == ""
    assert words.language("tlh") == "tlh"


def test_a_choice_falls_back_to_another_language_then_to_its_code(look):
    assert words.choice(made.DISPOSITIONS, "case", "es") == "Abrir caso"
    assert words.choice(made.DISPOSITIONS, "case", "fr") == "Abrir caso"
    assert words.choice((), "nobody_knows", "es") == "nobody knows"
    assert words.choice((), "rona", "en") == "Did not answer"


@pytest.mark.parametrize(
    ("what", "detail", "code", "figures", "said"),
    [
        ("queued", "Support", "", {}, "Queued · Support"),
        ("delivered", "Central", "", {}, "Came in · Central"),
        ("match_one", "", "number_on_file", {}, "Customer identified · Number on file"),
        ("match_several", "", "", {"total": 3}, "Several customers match · 3 customers"),
        ("cleared", "", "caller_cleared", {}, "Hung up · The caller hung up"),
        (
            "offered",
            "Ana",
            "longest_idle",
            {"idle": 72, "able": 3},
            "Offered · Ana · free for 1\N{NO-BREAK SPACE}min, longest of 3",
        ),
        ("offered", "Ana", "longest_idle", {"able": 1}, "Offered · Ana · the only one free"),
        ("offered", "Ana", "asked_for", {}, "Offered · Ana · asked for by transfer"),
        ("shown", "", "", {"ms": 1_204}, "File on screen · 1,204 ms"),
        ("dialled", "Ana: +34612345099", "", {}, "Call placed · Ana: +34 612 34 50 99"),
        ("transferred", "+34612345099", "", {}, "Transferred · +34 612 34 50 99"),
        (
            "something_new",
            "{odd} %n",
            "a_new_code",
            {"odd": 1},
            "something new · {odd} %n · a new code",
        ),
        ("closed", "", "case", {}, "Finished · Open a case"),
        ("closed", "", "", {}, "Finished"),
    ],
)
def test_a_journey_reads_well(look, what, detail, code, figures, said):
    step = JourneyStep(at=made.NOW, what=what, detail=detail, code=code, figures=figures)
    assert words.journey(step, made.DISPOSITIONS, "en") == said


def test_every_step_that_the_distributor_writes_has_words():
    """Collected from its source: a new step without words fails here."""
    found = set()
    for path in (ROOT / "cti_bridge" / "acd").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                found |= _codes(node) if node.func.attr == "journey" else set()
    assert len(found) > 10
    assert found <= words.JOURNEY.keys()


def _codes(call: ast.Call) -> set[str]:
    if len(call.args) < 2:
        return set()
    return {
        node.value
        for node in ast.walk(call.args[1])
        if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_]{3,}(?<!_)", str(node.value))
    }
