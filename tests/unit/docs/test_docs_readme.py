"""README and docs against the keys, targets and commands that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from agent_desktop.app import parse
from agent_desktop.views.shortcuts import KEYS
from cti_bridge.cli.main import app
from tests.helpers.peers import NAMES

ROOT = Path(__file__).parents[3]
README = ROOT / "README.md"
PAGES = (README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
AGENT = README.read_text().split("### As an agent")[1].split("\n### ")[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_the_keys_of_the_agent_are_the_desktop_s() -> None:
    rows = re.findall(r"^\| (.+?) \| .+ \|$", AGENT, flags=re.MULTILINE)
    told = {
        key.strip().replace("Enter", "Return")
        for row in rows
        for key in row.split(",")
        if "…" not in key and key.strip() not in {"key", "---"}
    }
    told |= set(re.findall(r"\*\*(Ctrl\+\w+)\*\*", AGENT))
    assert len(told) > 8
    assert told <= set(KEYS.values())


def test_every_target_named_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set()
    for page in PAGES:
        named |= set(re.findall(r"(?:^|`)(?:sudo )?make ([a-z]+)", page.read_text(), re.MULTILINE))
    assert {"demo", "test", "check"} <= named <= targets


def test_every_command_and_option_named_is_known() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for page in PAGES:
        for line in re.findall(r"^(?:\$ )?cti-bridge ([^#|>\n]+)", page.read_text(), re.MULTILINE):
            known = commands
            words = line.split()
            command = known[words.pop(0)]
            while words and words[0] in getattr(command, "commands", {}):
                command = command.commands[words.pop(0)]
            options = {name for option in command.params for name in option.opts}
            given = {word.partition("=")[0] for word in words if word.startswith("-")}
            assert given <= options, line
            wanted = {one.opts[0] for one in command.params if one.required and "-" in one.opts[0]}
            assert wanted <= given, line


def test_the_desktop_takes_the_address_that_the_makefile_shows() -> None:
    [shown] = re.findall(r'^run: .*ARGS="(.+)"', (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert parse(shown.split()).url == "bridge.example.org"


def test_every_peer_is_named() -> None:
    [said] = re.findall(r"Not tried, not installed: ([^(]+) \(", README.read_text())
    assert tuple(re.split(r",\s+", said)) == NAMES
