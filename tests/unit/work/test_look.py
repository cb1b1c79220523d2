"""The tokens keep what they promise: contrast, one scale, every icon there."""

from __future__ import annotations

import re
import tomllib

import pytest

from agent_desktop.paths import resource
from agent_desktop.preferences import Preferences
from agent_desktop.views.shortcuts import KEYS, SHORTCUTS

TOKENS = tomllib.loads(resource("style", "tokens.toml").read_text("utf-8"))
TEXT_ON = [
    (text, ground)
    for text in ("text", "text-2")
    for ground in ("bg", "surface", "raised", "hover")
] + [
    ("text-3", "surface"),
    ("text-3", "raised"),
    ("on-accent", "accent"),
    ("on-ok", "ok-strong"),
    ("on-ok", "ok-hover"),
    *((tone, f"{tone}-soft") for tone in ("ok", "warn", "bad", "wrap", "accent")),
    *((tone, "surface") for tone in ("ok", "warn", "bad", "wrap", "accent")),
    *((tone, "raised") for tone in ("bad", "warn")),
]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_words_can_be_read(mode, text, ground):
    colours = TOKENS[mode]
    assert contrast(colours[text], colours[ground]) >= 4.5  # WCAG 2.1 AA


def test_both_modes_have_the_same_roles_and_the_sheet_names_no_other():
    assert TOKENS["light"].keys() == TOKENS["dark"].keys()
    known = {*TOKENS["light"], *TOKENS["type"], *TOKENS["shape"]}
    sheet = resource("style", "desktop.qss").read_text("utf-8")
    assert set(re.findall(r"@([a-z0-9-]+)", sheet)) <= known
    assert "#" not in re.sub(r"/\*.*?\*/", "", sheet)  # no colour but by its role


def test_the_scales_are_those_of_the_design():
    assert sorted(TOKENS["space"].values()) == [4, 8, 12, 16, 24]
    assert sorted(TOKENS["type"].values()) == [12, 14, 16, 20, 28]


def test_no_key_has_two_meanings():
    assert len({s.keys for s in SHORTCUTS}) == len(SHORTCUTS) == len(KEYS)


def test_preferences_keep_texts_and_survive_a_broken_file(tmp_path):
    file = tmp_path / "desk.ini"
    Preferences(file).set_text("login", "ana")
    assert Preferences(file).text("login") == "ana"
    with pytest.raises(KeyError):
        Preferences(file).set_text("password", "secret")
    file.write_bytes(b"\x00\xff[[[=\n")
    assert Preferences(file).text("login") == ""
