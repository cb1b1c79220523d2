"""Who works where: the source's word against what stands on file."""

from __future__ import annotations

import pytest

from cti_bridge.customers.sources.relating import STAYS, Employment, Move, employment

SOL, LUNA = Employment(at=1, role="clerk"), Employment(at=2, role="clerk")
CHIEF = Employment(at=1, role="chief")


@pytest.mark.parametrize(
    ("says", "made", "roles", "follows"),
    [
        (SOL, None, {}, Move(write=SOL)),
        (SOL, None, {1: ""}, Move(write=SOL)),  # the file has a gap
        (SOL, None, {1: "owner"}, STAYS),
        (SOL, None, {2: "owner"}, Move(write=SOL)),  # somebody may work at two places
        (SOL, SOL, {1: "clerk"}, STAYS),
        (SOL, SOL, {}, STAYS),  # taken away by somebody
        (CHIEF, SOL, {1: "clerk"}, Move(write=CHIEF)),
        (CHIEF, SOL, {1: "owner"}, STAYS),  # written otherwise by somebody
        (CHIEF, SOL, {}, STAYS),
        (Employment(at=1), SOL, {1: "clerk"}, STAYS),  # says nothing of the role
        (LUNA, SOL, {1: "clerk"}, Move(write=LUNA, leave=1)),
        (LUNA, SOL, {1: "clerk", 2: "owner"}, Move(leave=1)),
        (LUNA, SOL, {1: "owner"}, STAYS),
        (LUNA, SOL, {}, STAYS),
    ],
)
def test_whose_word_counts(
    says: Employment, made: Employment | None, roles: dict[int, str], follows: Move
) -> None:
    assert employment(says, made, roles) == follows
