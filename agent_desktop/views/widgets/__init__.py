"""The few parts that every screen is built of."""

from __future__ import annotations

from agent_desktop.views.widgets.buttons import Button, Chip, ChipGroup, ElidedLink
from agent_desktop.views.widgets.fields import Field, Kbd, SearchField
from agent_desktop.views.widgets.flow import FlowLayout
from agent_desktop.views.widgets.marks import Avatar, IconLabel, IconTag, StateDot, Tag
from agent_desktop.views.widgets.notices import EmptyState, Notice, Toast
from agent_desktop.views.widgets.surfaces import Card, Panel, Rule, column, row, scrolled
from agent_desktop.views.widgets.text import Elided, Text, Timer

__all__ = [
    "Avatar",
    "Button",
    "Card",
    "Chip",
    "ChipGroup",
    "Elided",
    "ElidedLink",
    "EmptyState",
    "Field",
    "FlowLayout",
    "IconLabel",
    "IconTag",
    "Kbd",
    "Notice",
    "Panel",
    "Rule",
    "SearchField",
    "StateDot",
    "Tag",
    "Text",
    "Timer",
    "Toast",
    "column",
    "row",
    "scrolled",
]
