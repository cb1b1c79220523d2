"""`python -m cti_bridge.importer`, started by a bridge and by nobody else."""

from __future__ import annotations

import sys

from cti_bridge.importer.worker import main

if __name__ == "__main__":
    sys.exit(main())
