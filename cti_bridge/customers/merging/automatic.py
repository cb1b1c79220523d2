"""Which of the pairs on record may become one without anybody looking: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.customers.duplicates.deciding import decide
from cti_bridge.customers.duplicates.values import Agreement, Field, Pair, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.customers.merging.ports import StoredPair

BY: Final = "automatic"
"""Who merged, where nobody did."""


def unseen(pairs: Sequence[StoredPair], threshold: float) -> tuple[StoredPair, ...]:
    """As `duplicates.deciding` has it: never on a shared telephone alone. A pair of another
    version's words is left to people."""
    readable = {pair.rows: (pair, read) for pair in pairs if (read := _read(pair)) is not None}
    decision = decide([read for _, read in readable.values()], threshold)
    return tuple(readable[one.a, one.b][0] for one in decision.pairs)


def _read(pair: StoredPair) -> Pair | None:
    try:
        reasons = tuple(
            Reason(field=Field(one.field), agreement=Agreement(one.agreement), weight=one.weight)
            for one in pair.reasons
        )
    except ValueError:
        return None
    a, b = pair.rows
    return Pair(a=a, b=b, probability=pair.probability, reasons=reasons)
