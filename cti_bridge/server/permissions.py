"""The one place that asks what a frame class declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import ROLE_PERMISSIONS, Permission

if TYPE_CHECKING:
    from cti_bridge.protocol.frames import Frame
    from cti_bridge.protocol.vocabulary import Role

BEFORE_SIGN_IN: Final = frozenset({Permission.ANYONE})
WATCHING: Final = frozenset({Permission.ANYONE, Permission.SIGNED_IN, Permission.WATCH})
"""What a watching session may do: look, and nothing else."""


def granted(role: Role, *, watch: bool) -> frozenset[Permission]:
    """What a session of this role may send and be shown."""
    held = ROLE_PERMISSIONS[role]
    return held & WATCHING if watch else held


def permits(held: frozenset[Permission], frame: Frame | type[Frame]) -> bool:
    """Whether a session that holds these permissions may send, or be shown, the frame."""
    return frame.permission in held
