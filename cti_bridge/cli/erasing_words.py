"""What an erasure does, in words: tables are named as people know what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cti_bridge.privacy.erasing import Preview

GOES: Final = {
    "customers": "files, with those merged into it",
    "identities": "numbers, addresses and references",
    "addresses": "postal addresses",
    "customer_notes": "notes",
    "relations": "relations to others",
    "consents": "consents",
    "customer_changes": "changes of the file",
    "messages": "messages, e-mails and voicemails",
    "blobs": "recordings and attachments",
    "conversations": "drafts",
}
STAYS: Final = {
    "interactions": "contacts: times, queue, agent and outcome",
    "segments": "parts of contacts: who had them, and how long",
    "missed_calls": "missed calls, without their number",
    "chats": "chats: their times and ratings",
    "access_log": "entries of the access log, without their words",
    "source_records": "keys of imports, so that they do not come back",
    "offers": "offers: their times and agents",
    "suppressions": "entries of the no-contact list",
    "legal_holds": "holds by law",
}
REST: Final = "entries of indexes and lists"


def lines(preview: Preview) -> Iterator[str]:
    """What goes, then what stays, each with how many; what serves the database only is one."""
    yield "Goes:"
    yield from _counted(preview.deleted, GOES, REST)
    if stays := {**preview.blanked, **preview.kept}:
        yield "Stays, and names nobody:"
        yield from _counted(stays, STAYS, "")


def _counted(counts: Mapping[str, int], words: Mapping[str, str], rest: str) -> Iterator[str]:
    said = [(words[name], counts[name]) for name in words if counts.get(name)]
    said += [(rest, sum(count for name, count in counts.items() if name not in words))]
    width = max(len(f"{count:,}") for _, count in said)
    for what, count in said:
        if what and count:
            yield f"  {count:>{width},}  {what}"
