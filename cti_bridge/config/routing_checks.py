"""What no single key can tell of queues, hours, skills and capacity."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cti_bridge.config.outcomes import applies
from cti_bridge.config.periods import DAYS, overlaps, read_period
from cti_bridge.config.values import Config, Hours, Overflow, Queue
from cti_bridge.protocol.vocabulary import Channel

if TYPE_CHECKING:
    from cti_bridge.config.locate import Path
    from cti_bridge.config.shape import Places

Check: TypeAlias = Callable[[Config, "Places"], None]
QueueCheck: TypeAlias = Callable[[Config, Queue, "Path", "Places"], None]

LANGUAGES: Final = ("es", "en")
CHANNELS: Final = tuple(channel.value for channel in Channel)
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_EACH_YEAR: Final = re.compile(r"\d\d-\d\d")
_PERIOD_FIX: Final = 'Write ["09:00-14:00", "16:00-19:00"]; "24:00" is the day\'s end.'


# -- hours


def _hours(config: Config, places: Places) -> None:
    for number, hours in enumerate(config.hours):
        path = ("hours", places.number(("hours",), number))
        _zone(hours, path, places)
        for day, periods in _written(hours):
            _periods(hours, periods, (*path, *day), places)
        _dates(hours, path, places)
        if not any(periods for _, periods in _written(hours)):
            places.mistake(
                path, f'hours "{hours.id}" never open.', 'Give a day: monday = ["09:00-18:00"].'
            )


def _written(hours: Hours) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for day in DAYS:
        yield (day,), getattr(hours, day)
    for when, periods in hours.exceptions.items():
        yield ("exceptions", when), periods


def _zone(hours: Hours, path: Path, places: Places) -> None:
    try:
        ZoneInfo(hours.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        places.mistake(
            (*path, "zone"),
            f'hours "{hours.id}": "{hours.zone[:80]}" is no time zone.',
            'Write it as the IANA does: "Europe/Madrid". Where none is known, install tzdata.',
        )


def _periods(hours: Hours, periods: tuple[str, ...], path: Path, places: Places) -> None:
    right = True
    for number, text in enumerate(periods):
        try:
            read_period(text)
        except ValueError as error:
            right = False
            what = f'hours "{hours.id}": "{text[:40]}" is wrong: {error}.'
            places.mistake((*path, number), what, _PERIOD_FIX)
    if right and overlaps(periods):
        places.mistake(path, f'hours "{hours.id}": two periods overlap.', "Make them one.")


def _dates(hours: Hours, path: Path, places: Places) -> None:
    for number, text in enumerate(hours.holidays):
        each_year = f"2000-{text}" if _EACH_YEAR.fullmatch(text) else text
        if not _is_date(each_year):
            places.mistake(
                (*path, "holidays", number),
                f'hours "{hours.id}": "{text[:40]}" is no date.',
                'Write "2026-12-25", or "12-25" for each year\'s.',
            )
    for text in hours.exceptions:
        if not _is_date(text):
            places.mistake(
                (*path, "exceptions", text),
                f'hours "{hours.id}": "{text[:40]}" is no date.',
                'Write "2026-12-24" = ["09:00-14:00"].',
            )


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


# -- queues


def _queues(config: Config, places: Places) -> None:
    for number, queue in enumerate(config.queues):
        path = ("queues", places.number(("queues",), number))
        for check in QUEUE_CHECKS:
            check(config, queue, path, places)


def _known_hours(config: Config, queue: Queue, path: Path, places: Places) -> None:
    known = [one.id for one in config.hours]
    if queue.hours and queue.hours not in known and not places.left_out("hours", queue.hours):
        what = f'queue "{queue.id}": there are no hours "{queue.hours}".'
        places.mistake((*path, "hours"), what, _known(known, "Add [[hours]] with that id."))


def _skills(_: Config, queue: Queue, path: Path, places: Places) -> None:
    _codes(queue.skills, (*path, "skills"), places)
    seen: set[tuple[str, float]] = set()
    for number, step in enumerate(queue.relax):
        here = (*path, "relax", places.number((*path, "relax"), number))
        asked = queue.skills.get(step.skill)
        if asked is None:
            what = f'queue "{queue.id}" does not ask for the skill "{step.skill}" that it relaxes.'
            fix = _known(sorted(queue.skills), f"Add {step.skill} to its skills.")
            places.mistake((*here, "skill"), what, fix)
        elif step.level >= asked:
            what = f'queue "{queue.id}" asks {step.skill} {asked} anyway: {step.level} is no less.'
            places.mistake((*here, "level"), what, "Give a lower level; 0 asks for none.")
        if (step.skill, step.after) in seen:
            what = f'queue "{queue.id}" relaxes "{step.skill}" twice after {step.after:g} seconds.'
            places.mistake((*here, "after"), what, "Keep one of them.")
        seen.add((step.skill, step.after))


def _small_things(_: Config, queue: Queue, path: Path, places: Places) -> None:
    if queue.language not in ("", *LANGUAGES):
        what = f'queue "{queue.id}": there are no texts in "{queue.language[:20]}".'
        places.mistake((*path, "language"), what, _known(LANGUAGES))
    if len(set(queue.prefer)) != len(queue.prefer):
        what = f'queue "{queue.id}" prefers the same twice.'
        places.mistake((*path, "prefer"), what, 'Write ["last_agent", "owner"].')


def _treatment(_: Config, queue: Queue, path: Path, places: Places) -> None:
    waiting, here = queue.waiting, (*path, "waiting")
    for key in ("callback_key", "voicemail_key"):
        value = getattr(waiting, key)
        if value and not re.fullmatch(r"[0-9*#]", value):
            what = f'queue "{queue.id}": "{value[:20]}" is no key of a telephone.'
            places.mistake((*here, key), what, 'Write one of 0 to 9, "*" or "#".')
    if waiting.callback_key and waiting.callback_key == waiting.voicemail_key:
        what = f'queue "{queue.id}": one key for a call-back and for voicemail.'
        places.mistake((*here, "voicemail_key"), what, "Give each its own.")
    if "callback_offer" in waiting.say and not waiting.callback_key:
        what = f'queue "{queue.id}" offers a call-back, but no key asks for it.'
        places.mistake((*here, "say"), what, 'Give callback_key = "1".')
    if 0 < waiting.every < 5:
        what = f'queue "{queue.id}": announcements each {waiting.every:g} seconds never end.'
        places.mistake((*here, "every"), what, "At least 5; 45 is usual; 0 for none.")


# -- overflow


def _overflow(config: Config, queue: Queue, path: Path, places: Places) -> None:
    for number, step in enumerate(queue.overflow):
        here = (*path, "overflow", places.number((*path, "overflow"), number))
        _target(config, queue, step, here, places)
        _reply(config, queue, step, here, places)
        for fault, key, fix in _faults(queue, step):
            places.mistake((*here, key), f'queue "{queue.id}": {fault}.', fix)


def _target(config: Config, queue: Queue, step: Overflow, here: Path, places: Places) -> None:
    known = [one.id for one in config.queues if one.id != queue.id]
    key = (*here, "queue")
    if step.do != "queue" and step.queue:
        what = f'queue "{queue.id}": "{step.do}" leads to no queue.'
        places.mistake(key, what, f'Leave queue out, or write do = "queue" (not "{step.do}").')
    elif step.do == "queue" and step.queue == queue.id:
        places.mistake(key, f'queue "{queue.id}" overflows into itself.', _known(known))
    elif (
        step.do == "queue"
        and step.queue not in known
        and not places.left_out("queues", step.queue)
    ):
        what = f'queue "{queue.id}": there is no queue "{step.queue}" to overflow into.'
        if not step.queue:
            what = f'queue "{queue.id}" overflows into a queue, but names none.'
        fix = _known(known, "Add another [[queues]], and write its id here.")
        places.mistake(key if step.queue else here, what, fix)


def _reply(config: Config, queue: Queue, step: Overflow, here: Path, places: Places) -> None:
    known = sorted({one.code for one in config.replies})
    if step.reply and step.reply not in known and not places.left_out("replies", step.reply):
        what = f'queue "{queue.id}": there is no reply "{step.reply}".'
        places.mistake((*here, "reply"), what, _known(known, "Add [[replies]] with that code."))


Fault: TypeAlias = tuple[str, str, str]
"""What is wrong, the key that is to blame, what to do."""


def _faults(queue: Queue, step: Overflow) -> Iterator[Fault]:
    yield from _whens(queue, step)
    yield from _dos(step)
    for name in step.channels:
        if not applies(step.do, Channel(name)):
            yield f'"{step.do}" does nothing to {name}', "channels", f"{_fitting(step)}."


def _whens(queue: Queue, step: Overflow) -> Iterator[Fault]:
    if step.over and step.when not in ("waited", "position", "ratio"):
        yield f'"{step.when}" is not counted', "over", "Leave over out."
    if not step.over and step.when in ("position", "ratio"):
        yield f'"{step.when}" over 0 is always', "over", "Say over how much."
    if step.when == "full" and not queue.max_waiting:
        yield "it is never full", "when", "Give the queue max_waiting."
    if step.when == "closed" and not queue.hours:
        yield "it is never closed", "when", "Give the queue hours."


def _dos(step: Overflow) -> Iterator[Fault]:
    if step.do == "announce" and not step.sound:
        yield "nothing is announced", "do", "Give a sound."
    if step.sound and step.do not in ("announce", "voicemail", "hang_up"):
        yield f'nothing is said before "{step.do}"', "sound", "Leave sound out."
    if step.do == "email" and "email" in step.channels and not step.reply:
        yield "an e-mail is answered with nothing", "do", "Give a reply."


def _fitting(step: Overflow) -> str:
    names = (channel.value for channel in Channel if applies(step.do, channel))
    return f"It is for: {', '.join(names)}"


# -- capacity and agents


def _capacity(config: Config, places: Places) -> None:
    section = config.capacity
    if not any(getattr(section, name) for name in CHANNELS):
        places.mistake(("capacity",), "capacity: nobody could take anything.", "voice = 1")
    for name, others in section.interrupted_by.items():
        path = ("capacity", "interrupted_by", name)
        if name not in CHANNELS:
            places.mistake(path, f'capacity: there is no channel "{name[:40]}".', _known(CHANNELS))
        for number, other in enumerate(others):
            if other not in CHANNELS:
                what = f'capacity: there is no channel "{other[:40]}".'
                places.mistake((*path, number), what, _known(CHANNELS))
            elif other == name:
                what = f"capacity: {name} interrupted by {name} would have no end."
                places.mistake((*path, number), what, f"Raise {name} for more at once.")


def _agents(config: Config, places: Places) -> None:
    asked = {skill for queue in config.queues for skill in queue.skills}
    for number, agent in enumerate(config.agents):
        path = ("agents", places.number(("agents",), number))
        for name in agent.capacity:
            if name not in CHANNELS:
                what = f'agent "{agent.login}": there is no channel "{name[:40]}".'
                places.mistake((*path, "capacity", name), what, _known(CHANNELS))
        _codes(agent.skills, (*path, "skills"), places)
        for skill in agent.skills:
            near = difflib.get_close_matches(skill, asked, 1, 0.75)
            if skill not in asked and near:
                what = f'agent "{agent.login}": no queue asks for the skill "{skill}".'
                places.mistake((*path, "skills", skill), what, f'Did you mean "{near[0]}"?')


def _replies(config: Config, places: Places) -> None:
    known = [queue.id for queue in config.queues]
    for number, reply in enumerate(config.replies):
        path = ("replies", places.number(("replies",), number))
        if reply.language and not re.fullmatch(r"[a-z]{2}", reply.language):
            what = f'reply "{reply.code}": "{reply.language[:20]}" is no language.'
            places.mistake((*path, "language"), what, 'Write "es", "en", …, or leave it out.')
        for place, queue in enumerate(reply.queues):
            if queue not in known and not places.left_out("queues", queue):
                what = f'reply "{reply.code}": there is no queue "{queue}".'
                places.mistake((*path, "queues", place), what, _known(known))


def _codes(names: Iterable[str], path: Path, places: Places) -> None:
    for name in names:
        if not _CODE.fullmatch(name):
            what = f'"{name[:40]}" is no name of a skill.'
            places.mistake((*path, name), what, "Use a-z, 0-9, - and _, at most 40.")


def _known(names: Iterable[str], otherwise: str = "") -> str:
    listed = ", ".join(names)
    return f"Known: {listed}." if listed else otherwise


QUEUE_CHECKS: Final[tuple[QueueCheck, ...]] = (
    _known_hours,
    _skills,
    _small_things,
    _treatment,
    _overflow,
)
CHECKS: Final[tuple[Check, ...]] = (_hours, _queues, _capacity, _agents, _replies)
