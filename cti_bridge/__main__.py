"""`cti-bridge` and `python -m cti_bridge`."""

from __future__ import annotations

from cti_bridge.cli.main import app


def main() -> None:
    app()


if __name__ == "__main__":
    main()
