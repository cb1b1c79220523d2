"""A bridge that notes when each call passes which stage, for `bench_pbx_stages`.

`staged_bridge serve …` writes `{stage: {number: nanoseconds}}` to the file that BENCH_STAGES names
as it ends; with BENCH_PROFILE it is run under cProfile, whose figures go to that file. A stage is
noted once for a number, so callers must have each their own. What is wrapped costs some
microseconds a call; under cProfile everything takes twice as long.
"""

from __future__ import annotations

import cProfile
import json
import os
import time
from collections import defaultdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cti_bridge.__main__ import main
from cti_bridge.acd.inputs import Arrived
from cti_bridge.acd.matching import Matcher
from cti_bridge.acd.writer import Writer
from cti_bridge.acd.writes import SaveInteraction
from cti_bridge.protocol.events import OfferMade
from cti_bridge.server import auth
from cti_bridge.server.hub import Hub
from cti_bridge.store.acd import SqlAcdStore
from cti_bridge.store.sqlite import SqliteDatabase
from cti_bridge.telephony.asterisk.ari.events import EventReader, StasisStart
from cti_bridge.telephony.asterisk.happenings import Happenings
from cti_bridge.telephony.asterisk.telephones import Telephones
from tests.bench.pbx_product import key
from tests.helpers.quick_bridge import cheap_hasher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

noted: Final[dict[str, dict[str, int]]] = defaultdict(dict)


def note(stage: str, numbers: Iterable[str]) -> None:
    now = time.monotonic_ns()
    for number in numbers:
        noted[stage].setdefault(key(number), now)


def around(
    owner: type,
    name: str,
    *,
    begins: str = "",
    ends: str = "",
    of: Callable[[tuple[Any, ...], Any], list[str]],
) -> None:
    """Wraps a method; `of` gives the numbers that its arguments and its result are about (the
    result is None as it begins)."""
    was = getattr(owner, name)

    @wraps(was)
    def plain(*args: Any, **more: Any) -> Any:
        if begins:
            note(begins, of(args, None))
        done = was(*args, **more)
        if ends:
            note(ends, of(args, done))
        return done

    @wraps(was)
    async def awaited(*args: Any, **more: Any) -> Any:
        if begins:
            note(begins, of(args, None))
        done = await was(*args, **more)
        if ends:
            note(ends, of(args, done))
        return done

    setattr(owner, name, awaited if was.__code__.co_flags & 0x80 else plain)


def _entered(event: object) -> list[str]:
    return [event.channel.caller.number] if isinstance(event, StasisStart) else []


def _stored(writes: Iterable[object]) -> list[str]:
    return [
        one.interaction.caller.number.value for one in writes if isinstance(one, SaveInteraction)
    ]


def wrap() -> None:
    around(EventReader, "read", ends="event read", of=lambda _args, event: _entered(event))
    around(Happenings, "happened", begins="event handled", of=lambda args, _: _entered(args[2]))
    around(
        Matcher,
        "now",
        begins="look-up begun",
        ends="looked up",
        of=lambda args, _: [args[1].number.value],
    )
    around(
        Writer,
        "_try_now",
        begins="turn begun",
        of=lambda args, _: [
            one.given.event.caller.number.value
            for one in args[1]
            if isinstance(one.given, Arrived)
        ],
    )
    around(
        SqlAcdStore,
        "commit",
        begins="commit begun",
        ends="stored",
        of=lambda args, _: _stored(args[1]),
    )
    around(
        Hub,
        "publish",
        ends="told",
        of=lambda args, _: (
            [args[1].offer.interaction.ani] if isinstance(args[1], OfferMade) else []
        ),
    )
    _telephones()
    _threads()


def _telephones() -> None:
    was = Telephones.ring

    async def ring(self: Telephones, *args: Any, **more: Any) -> None:
        number = more["call"].shown_number
        note("dialling", [number])
        await was(self, *args, **more)
        note("dialled", [number])

    Telephones.ring = ring  # type: ignore[method-assign]


def _threads() -> None:
    """What the store's threads themselves take, beside what waiting for them does."""
    was = SqliteDatabase._transact

    def transact(self: SqliteDatabase, engine: Any, work: Any) -> Any:
        began = time.monotonic_ns()
        try:
            return was(self, engine, work)
        finally:
            kind = "written" if engine is self._writer else "read"
            noted[f"thread: {kind}"][str(began)] = time.monotonic_ns() - began

    SqliteDatabase._transact = transact  # type: ignore[method-assign]


if __name__ == "__main__":
    auth.new_hasher = cheap_hasher
    wrap()
    profile = cProfile.Profile(time.thread_time) if os.environ.get("BENCH_PROFILE") else None
    try:
        if profile is not None:
            profile.enable()
        main()
    finally:
        if profile is not None:
            profile.disable()
            profile.dump_stats(os.environ["BENCH_PROFILE"])
        Path(os.environ["BENCH_STAGES"]).write_text(json.dumps(noted))
