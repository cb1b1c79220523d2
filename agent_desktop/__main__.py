"""`agent-desktop`: the command line."""

from __future__ import annotations

import logging
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
    return run(
        Options(
            url=wanted.url,
            login=wanted.login,
            ca=wanted.ca,
            language=wanted.language,
            theme=wanted.theme,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
