"""What people write, made safe to keep and to show as plain text: pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.customers.text import clean_line

if TYPE_CHECKING:
    from cti_bridge.channels.conversation.ports import Message

MAX_TEXT: Final = 2_000_000
"""Characters of one message that are kept; the original of an e-mail has them all."""
MAX_NAME: Final = 200
MAX_ATTACHMENTS: Final = 100

# C0 and C1 controls but tab and line feed, the directional overrides, lone surrogates, the byte
# order mark; marks and isolates of right-to-left scripts stay
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Line breaks are `\\n`; what cannot be seen and may mislead is gone."""
    text = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("", text)


def bounded(message: Message) -> Message:
    """As it may be kept."""
    return replace(
        message,
        text=clean(message.text),
        name=clean_line(message.name[: MAX_NAME * 4])[:MAX_NAME],
        attachments=message.attachments[:MAX_ATTACHMENTS],
    )
