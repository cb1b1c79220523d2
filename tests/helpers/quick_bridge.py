"""`python -m tests.helpers.quick_bridge serve …`: the bridge, with passwords that cost nothing.

A sign-in is a tenth of a second of a core by design; hundreds of them, or a life of two seconds,
would measure argon2 and nothing else.
"""

from __future__ import annotations

from argon2 import PasswordHasher

from cti_bridge.__main__ import main
from cti_bridge.server import auth


def cheap_hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


if __name__ == "__main__":
    auth.new_hasher = cheap_hasher
    main()
