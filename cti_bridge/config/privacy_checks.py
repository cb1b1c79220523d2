"""[privacy] in itself: fields that can be hidden, sources that a key may come from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cti_bridge.config.shape import Places
    from cti_bridge.config.values import Config

FIELDS: Final = (
    "phone",
    "email",
    "key",
    "notes",
    "card",
    "document",
    "iban",
    "born",
    "address",
    "sensitive",
)
_NAMED: Final = re.compile(r"^(key|custom):\S.{0,79}$")


def masks(config: Config, places: Places) -> None:
    own = {f"custom:{field.name}" for field in config.fields}
    spared = places.some_left_out("fields")  # a mistake in one of them is told already
    for number, rule in enumerate(config.privacy.mask):
        place = ("privacy", "mask", places.number(("privacy", "mask"), number))
        if not rule.roles:
            places.mistake((*place, "roles"), "privacy.mask hides from nobody.", "Name a role.")
        if not rule.fields:
            places.mistake((*place, "fields"), "privacy.mask hides nothing.", "Name a field.")
        for at, field in enumerate(rule.fields):
            if field not in FIELDS and not _NAMED.match(field):
                places.mistake(
                    (*place, "fields", at),
                    f'privacy.mask: there is no field "{field[:80]}".',
                    f"Known: {', '.join(FIELDS)}, key:SOURCE, custom:FIELD.",
                )
            elif field.startswith("custom:") and field not in own and not spared:
                # it would hide nothing, and nobody would know
                places.mistake(
                    (*place, "fields", at),
                    f'privacy.mask: there is no field "{field[7:]}".',
                    f"[[fields]] has: {', '.join(sorted(one[7:] for one in own)) or 'none'}.",
                )
