"""What of a row goes into the file: the rules of survivorship, for each field and number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cti_bridge.customers.sources.survivorship import DEFAULT, Rule, survivor
from cti_bridge.customers.text import fold_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cti_bridge.customers.sources.rows import ImportRow, Key
    from cti_bridge.customers.sources.said import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the file says."""

    values: Mapping[str, Any]
    imported: bool  # an import wrote it last, so nobody has touched it since
    written_at: datetime

    def by_hand(self, name: str, said: Said | None) -> bool:
        """Whether a person wrote the field: where this source had said it before, what differs
        from that was corrected; else who wrote the file last is believed to have written it."""
        if said is not None and name in said.values:
            return bool(self.values[name] != said.values[name]) and not self.imported
        return not self.imported


def single_values(
    rules: Mapping[str, Rule], row: ImportRow, said: Said | None, standing: Standing
) -> dict[str, Any]:
    """Each field of the row with one value, as it stands from now on."""
    values = {}
    for name, says in row.values.items():
        stands = standing.values[name]
        if name == "name" and fold_words(says) == fold_words(stands):
            says = stands  # but for case and accents
        values[name] = survivor(
            rules.get(name, DEFAULT),
            said=said.values.get(name) if said is not None else None,
            says=says,
            stands=stands,
            by_hand=standing.by_hand(name, said),
            changed_at=row.changed,
            written_at=standing.written_at,
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
