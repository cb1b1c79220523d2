"""Whether two files may become one without anybody looking: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.customers.merging.ports import ReasonLike

BY: Final = "automatic"
"""Who merged, where nobody did."""
SHARED: Final = frozenset({"home", "place", "email", "employer", "phone", "address", "kinship"})
"""What a household or a company shares: alone it says nothing of one person."""
AGAINST: Final = frozenset({"different", "relatives"})


def automatic(probability: float, reasons: Sequence[ReasonLike], threshold: float | None) -> bool:
    """At least `threshold` (None: never), for a reason that is not shared by several people, and
    with nothing that differs outright."""
    if threshold is None or probability < threshold:
        return False
    own = [one for one in reasons if one.weight > 0 and str(one.field) not in SHARED]
    against = [one for one in reasons if str(one.agreement) in AGAINST and one.weight < 0]
    return bool(own) and not [one for one in against if str(one.field) not in SHARED]
