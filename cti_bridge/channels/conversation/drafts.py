"""An e-mail that is being written, as it may be kept: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from cti_bridge.channels.conversation.texts import clean
from cti_bridge.customers.text import clean_line
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import Address
from cti_bridge.protocol.vocabulary import RefusalCode

if TYPE_CHECKING:
    from cti_bridge.protocol.values import Draft

MAX_TEXT: Final = 200_000
MAX_SUBJECT: Final = 500
MAX_ADDRESSES: Final = 100
MAX_ADDRESS: Final = 320
"""Characters: of an address 64 + 1 + 255 (RFC 5321 section 4.5.3.1), whether it is one or not
yet: a draft is kept as it is typed."""
MAX_ATTACHMENTS: Final = 50


def bounded(draft: Draft) -> Draft:
    """Raises CommandRefused(TOO_LARGE) with the field at fault."""
    for field, size, most in (
        ("text", len(draft.text), MAX_TEXT),
        ("subject", len(draft.subject), MAX_SUBJECT),
        ("attachments", len(draft.attachments), MAX_ATTACHMENTS),
        ("files", len(draft.files), MAX_ATTACHMENTS),
        ("to", len(draft.to), MAX_ADDRESSES),
        ("cc", len(draft.cc), MAX_ADDRESSES),
        ("bcc", len(draft.bcc), MAX_ADDRESSES),
    ):
        if size > most:
            raise CommandRefused(RefusalCode.TOO_LARGE, f"over {most}", field=f"draft.{field}")
    kept = frozenset(draft.attachments)
    return replace(
        draft,
        to=_addresses(draft.to),
        cc=_addresses(draft.cc),
        bcc=_addresses(draft.bcc),
        subject=clean_line(draft.subject),
        text=clean(draft.text),
        files=tuple(one for one in draft.files if one.blob_id in kept),
    )


def _addresses(several: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(
        Address(
            address=clean_line(one.address[: MAX_ADDRESS * 2])[:MAX_ADDRESS],
            name=clean_line(one.name[:400])[:200],
        )
        for one in several
    )
