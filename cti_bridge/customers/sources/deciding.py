"""What of a row goes into the file: the rules of survivorship, for each field and number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cti_bridge.customers.sources.survivorship import DEFAULT, Rule, survivor
from cti_bridge.customers.text import fold_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cti_bridge.customers.sources.rows import ImportRow, Key
    from cti_bridge.customers.sources.said import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Of a field: whether a person, and when."""

    by_hand: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the file says, and who wrote it: of each field that was ever changed, and of the rest
    who made the file."""

    values: Mapping[str, Any]
    maker: Writer
    writers: Mapping[str, Writer] = field(default_factory=dict)

    def writer(self, name: str) -> Writer:
        return self.writers.get(name, self.maker)


def single_values(
    rules: Mapping[str, Rule], row: ImportRow, said: Said | None, standing: Standing
) -> dict[str, Any]:
    """Each field that the row says, of those with one value, as it stands from now on."""
    values = {}
    for name, says in row.values.items():
        stands, writer = standing.values[name], standing.writer(name)
        if name == "name" and fold_words(says) == fold_words(stands):
            says = stands  # but for case and accents
        values[name] = survivor(
            rules.get(name, DEFAULT),
            said=said.values.get(name) if said is not None else None,
            says=says,
            stands=stands,
            by_hand=writer.by_hand,
            changed_at=row.changed,
            written_at=writer.at,
        )
    return values


def gone(rule: Rule, row: ImportRow, said: Said | None) -> Iterable[Key]:
    """Numbers and addresses that the source has replaced: it said them last, and says others of
    the same kind and label now. An empty cell replaces nothing."""
    if said is None or rule is Rule.ONLY_IF_EMPTY:
        return
    fresh: defaultdict[object, int] = defaultdict(int)
    for key, label in row.identities.items():
        if key not in said.identities:
            fresh[key[0], label] += 1
    for key, label in said.identities.items():
        if key not in row.identities and fresh[key[0], label] > 0:
            fresh[key[0], label] -= 1
            yield key


def consents(row: ImportRow, said: Said | None, known: Mapping[str, bool]) -> dict[str, bool]:
    """What is news, by channel: the source has turned it round since it last said it. The first
    time, a list that says yes does not undo a word that is on file; a no counts at once."""
    last = said.consents if said is not None else {}
    return {
        channel: given
        for channel, given in row.consents.items()
        if last.get(channel) != given
        and known.get(channel) != given
        and (channel in last or channel not in known or not given)
    }
