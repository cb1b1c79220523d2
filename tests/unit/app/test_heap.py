"""The collector leaves alone what was there when the bridge began to serve."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import gc, weakref
from cti_bridge.app import settle_the_heap
class Knot: pass
before = len(gc.get_objects())
settle_the_heap()
assert before > 50_000 and len(gc.get_objects()) < 1000, (before, len(gc.get_objects()))
knot = Knot()
knot.itself = knot
gone = weakref.ref(knot)
del knot
gc.collect()
assert gone() is None, "what comes later is still collected"
"""


def test_the_heap_of_the_start_is_settled_and_later_garbage_is_not() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, timeout=60)
