"""What is no mistake and hardly meant: said as a warning, at the check and at the start."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cti_bridge.config.values import Config, Mailbox

VARIABLES: Final = ("customer", "first_name", "agent", "queue", "site", "date", "greeting")
"""What stands for something in a reply; the desktop fills it in."""


def hints(config: Config) -> list[str]:
    """Of a configuration whose paths are whole."""
    boxes = (said for box in config.mailboxes for said in _mailbox(box))
    return [*_chats(config), *boxes, *_replies(config), *_masks(config), *_sources(config)]


def _chats(config: Config) -> Iterator[str]:
    if config.chats and not config.web.enabled:
        yield "there are [[chats]], but no browser reaches them: set web.enabled = true."
    if config.web.enabled and not config.chats:
        yield "the public listener is open, but there is no chat: add [[chats]]."


def _mailbox(box: Mailbox) -> Iterator[str]:
    if not box.smtp:
        yield f'mailbox "{box.id}" is read, but nobody can answer from it: give smtp.'
    if box.oauth2_token_file and not os.access(box.oauth2_token_file, os.R_OK):
        yield (
            f'mailbox "{box.id}": there is no token yet in {box.oauth2_token_file}, or it cannot '
            "be read."
        )


def _masks(config: Config) -> Iterator[str]:
    meant = any("sensitive" in rule.fields for rule in config.privacy.mask)
    if meant and not any(field.sensitive for field in config.fields):
        yield (
            "privacy.mask hides the sensitive fields, but none is: give one of [[fields]] "
            "sensitive = true."
        )


def _sources(config: Config) -> Iterator[str]:
    """A file may come after the start: another program puts it there."""
    for source in config.sources:
        if "://" not in source.location and not os.access(source.location, os.R_OK):
            yield (
                f'source "{source.name}": there is no file yet at {source.location}, or it '
                "cannot be read."
            )


def _replies(config: Config) -> Iterator[str]:
    known = ", ".join(f"{{{name}}}" for name in VARIABLES)
    for reply in config.replies:
        for name in re.findall(r"\{(\w+)\}", f"{reply.subject} {reply.text}"):
            if name not in VARIABLES:
                yield f'reply "{reply.code}": {{{name}}} stays as it is written. Known: {known}.'
