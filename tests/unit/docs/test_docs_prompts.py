"""The list of prompts in docs/telephony.md against what is said, and against its words."""

from __future__ import annotations

import re
from pathlib import Path

from cti_bridge.acd.announcements import CODES
from cti_bridge.telephony.media.sounds import default_folder
from scripts.make_prompts import PROMPTS

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| `([a-z-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def test_each_prompt_is_listed_with_its_words() -> None:
    page = (ROOT / "docs" / "telephony.md").read_text()
    rows = ROW.findall(page.partition("### What is said")[2].partition("\n## ")[0])
    codes = [code for code in CODES if not code.startswith("n-")]
    assert [row[0] for row in rows] == codes
    assert [row[1:3] for row in rows] == [
        (PROMPTS["es"][code], PROMPTS["en"][code]) for code in codes
    ]


def test_each_prompt_is_there_in_both_languages() -> None:
    there = {file.stem for file in default_folder().glob("*.wav")}
    assert {f"{language}-{code}" for language in ("es", "en") for code in CODES} <= there
