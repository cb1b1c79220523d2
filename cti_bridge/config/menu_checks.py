"""What no single key can tell of menus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.config import dialled
from cti_bridge.telephony.numbers import read_number
from cti_bridge.telephony.ports import DialPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.config.locate import Path
    from cti_bridge.config.shape import Places
    from cti_bridge.config.values import Config, Menu, MenuKey


def _menus(config: Config, places: Places) -> None:
    seen: set[str] = set()
    for number, menu in enumerate(config.menus):
        path = ("menus", places.number(("menus",), number))
        if menu.id in seen:
            what = f'there are two menus "{menu.id}".'
            places.mistake((*path, "id"), what, "Give each its own id.")
        seen.add(menu.id)
        _asks(menu, path, places)
        _otherwise(config, menu, path, places)
        _keys(config, menu, path, places)
        _lines(config, menu, path, places)
    _numbers(config, places)
    _reached(config, places)
    _led_out(config, places)


def _asks(menu: Menu, path: Path, places: Places) -> None:
    if menu.collect and menu.keys:
        what = f'menu "{menu.id}" asks for a number and for a key at once.'
        places.mistake((*path, "collect"), what, "Make two menus of it.")
    if not menu.collect and not menu.keys:
        what = f'menu "{menu.id}" asks for nothing.'
        places.mistake(path, what, "Add [[menus.keys]], or collect = the name of a variable.")
    if not menu.say:
        what = f'menu "{menu.id}" says nothing.'
        places.mistake(path, what, 'Name its sounds: say = ["welcome"].')


def _otherwise(config: Config, menu: Menu, path: Path, places: Places) -> None:
    if menu.otherwise and not _is_queue(config, menu.otherwise, places):
        what = f'menu "{menu.id}": there is no queue "{menu.otherwise}".'
        places.mistake((*path, "otherwise"), what, _queues(config))


def _keys(config: Config, menu: Menu, path: Path, places: Places) -> None:
    seen: set[str] = set()
    for number, key in enumerate(menu.keys):
        here = (*path, "keys", places.number((*path, "keys"), number))
        where = f'menu "{menu.id}", key {key.key}'
        if key.key in seen:
            places.mistake((*here, "key"), f"{where}: it is there twice.", "Keep one of them.")
        seen.add(key.key)
        _does(config, key, where, here, places)


def _does(config: Config, key: MenuKey, where: str, here: Path, places: Places) -> None:
    named = [bool(key.queue), bool(key.menu), key.hang_up].count(True)
    if named != 1:
        what = f"{where} does {'nothing' if not named else 'two things'}."
        places.mistake(here, what, "Give one of queue, menu and hang_up = true.")
    if key.queue and not _is_queue(config, key.queue, places):
        what = f'{where}: there is no queue "{key.queue}".'
        places.mistake((*here, "queue"), what, _queues(config))
    menus = [one.id for one in config.menus]
    if key.menu and key.menu not in menus and not places.left_out("menus", key.menu):
        what = f'{where}: there is no menu "{key.menu}".'
        places.mistake((*here, "menu"), what, f"Known: {', '.join(menus)}.")


def _lines(config: Config, menu: Menu, path: Path, places: Places) -> None:
    known = [*(one.id for one in config.lines), *(one.id for one in config.asterisk)]
    for number, line in enumerate(menu.lines):
        here = (*path, "lines", number)
        others = [one.id for one in config.menus if line in one.lines and one is not menu]
        lines_told = places.left_out("lines", line) or places.left_out("asterisk", line)
        if line not in known and not lines_told:
            what = f'menu "{menu.id}": there is no line "{line}".'
            places.mistake(
                here, what, f"Known: {', '.join(known)}." if known else "Add [[lines]]."
            )
        elif others and others[0] < menu.id:
            what = f'menu "{menu.id}": line "{line}" has the menu "{others[0]}" already.'
            places.mistake(here, what, "A line has one menu.")


def _numbers(config: Config, places: Places) -> None:
    """A dialled number leads to one queue, or to one menu."""
    plan = DialPlan(region=config.site.region)
    taken = {
        read_number(number, plan).value: f'queue "{queue.id}"'
        for queue in config.queues
        for number in queue.dnis
    }
    for number, menu in enumerate(config.menus):
        for place, dnis in enumerate(menu.dnis):
            path = ("menus", places.number(("menus",), number), "dnis", place)
            if fault := dialled.fault(dnis):
                places.mistake(path, f'menu "{menu.id}": {fault}.', dialled.FIX)
                continue
            value = read_number(dnis, plan).value
            other = taken.setdefault(value, f'menu "{menu.id}"')
            if other != f'menu "{menu.id}"':
                what = f'menu "{menu.id}": {dnis[:40]} leads to {other} already.'
                places.mistake(path, what, "A number leads to one place.")


def _reached(config: Config, places: Places) -> None:
    led_to = {key.menu for menu in config.menus for key in menu.keys}
    for number, menu in enumerate(config.menus):
        if not (menu.dnis or menu.lines or menu.id in led_to):
            path = ("menus", places.number(("menus",), number))
            what = f'menu "{menu.id}" is reached by no number, no line and no key.'
            places.mistake(path, what, 'Give it dnis = ["910 00 00 00"], or lines.')


def _led_out(config: Config, places: Places) -> None:
    """Who presses keys must come to a queue, or to the end of the call."""
    known = {one.id for one in config.menus}
    out = {one.id for one in config.menus if not one.keys or any(map(_ends, one.keys))}
    while more := {
        one.id
        for one in config.menus
        if one.id not in out and any(key.menu in out or key.menu not in known for key in one.keys)
    }:
        out |= more
    for number, menu in enumerate(config.menus):
        if menu.id not in out:
            path = ("menus", places.number(("menus",), number), "keys")
            what = f'menu "{menu.id}": its keys lead to menus only, round and round.'
            places.mistake(path, what, "Give one of them a queue, or hang_up = true.")


def _ends(key: MenuKey) -> bool:
    return bool(key.queue) or key.hang_up


def _is_queue(config: Config, name: str, places: Places) -> bool:
    return any(one.id == name for one in config.queues) or places.left_out("queues", name)


def _queues(config: Config) -> str:
    return f"Known: {', '.join(one.id for one in config.queues)}."


CHECKS: Final[tuple[Callable[[Config, Places], None], ...]] = (_menus,)
