"""`agent-desktop`: the command line."""

from __future__ import annotations

import logging
import os
import sys

from agent_desktop.app import Options, parse, run


def main(arguments: list[str] | None = None) -> int:
    wanted = parse(arguments)
    logging.basicConfig(
        level=logging.INFO if wanted.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    if wanted.demo:
        from agent_desktop.demo import run_demo

        return int(run_demo(wanted))
    if screen_is_missing():
        sys.stderr.write(
            "agent-desktop: there is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set.\n"
            "`agent-desktop --demo` runs without one.\n"
        )
        return 2
    return run(
        Options(
            url=wanted.url,
            login=wanted.login,
            ca=wanted.ca,
            language=wanted.language,
            theme=wanted.theme,
        )
    )


def screen_is_missing() -> bool:
    """Qt itself would end the program here, with advice about libraries."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
