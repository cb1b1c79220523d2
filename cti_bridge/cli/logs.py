"""The log on stderr: for people or as JSON lines, and never with a secret in it."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Final, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from structlog.typing import EventDict, Processor, WrappedLogger

    from cti_bridge.config.values import Log

SECRETS: Final = ("password", "passwd", "token", "secret", "authorization")
BURST: Final = 200  # lines from one place in the program, at once
LINES_PER_SECOND: Final = 1.0  # from that place after them
# at "debug" some of them write passwords, frames or whole e-mails
QUIET: Final = ("aiohttp", "alembic", "asyncio", "imapclient", "sqlalchemy", "websockets")


def set_up(config: Log, stream: TextIO | None = None) -> None:
    """Sends every logger of the process, structlog's and the library's, through one formatter."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    last: list[Processor] = (
        [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if config.format == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(),
                # the pretty one prints the values of variables: passwords, customers
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    )
    handler = logging.StreamHandler(stream)
    handler.addFilter(Thinning(time.monotonic))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(config.level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class Thinning(logging.Filter):
    """What strangers send must not fill a disk: lines of one place in the program come at its
    rate, and the next one that does come says how many were left out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._places: dict[tuple[str, int], tuple[float, float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now, place = self._clock(), (record.pathname, record.lineno)
        tokens, at, left_out = self._places.get(place, (float(BURST), now, 0))
        tokens = min(float(BURST), tokens + (now - at) * LINES_PER_SECOND)
        if tokens < 1:
            self._places[place] = tokens, now, left_out + 1
            return False
        self._places[place] = tokens - 1, now, 0
        if left_out:
            record.msg = f"{record.getMessage()} ({left_out} such lines were left out before)"
            record.args = ()
        return True


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Whatever a log call names like a secret is not written."""
    for key in event:
        if any(word in key.lower() for word in SECRETS):
            event[key] = "…"
    return event
