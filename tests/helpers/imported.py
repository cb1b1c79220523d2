"""All of the bridge, imported once: what `forked` programs are forked from."""

from __future__ import annotations

import importlib
import pkgutil

import cti_bridge

LATER = ("cti_bridge.linkage", "cti_bridge.store.migrations")
"""Not imported by a bridge that serves."""

for _found in pkgutil.walk_packages(cti_bridge.__path__, "cti_bridge."):
    if not _found.name.endswith("__main__") and not _found.name.startswith(LATER):
        importlib.import_module(_found.name)
