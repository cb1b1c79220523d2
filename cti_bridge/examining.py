"""What a configuration names, looked at before anything starts: nothing of it is opened here."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cti_bridge.acd.announcements import every_sound
from cti_bridge.channels.web.tls import server_context as public_context
from cti_bridge.config.certificates import HOW_AUTHORITY, authority_fault
from cti_bridge.config.errors import ConfigError, Mistake
from cti_bridge.sealed import keys_of
from cti_bridge.server.tls import server_context
from cti_bridge.telephony.media.sounds import SoundError, Sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from cti_bridge.config.values import Asterisk, Config, Mailbox


def sounds_of(config: Config) -> Sounds:
    """Ficha's, and those of the site's own folder."""
    return Sounds(own=Path(config.site.sounds) if config.site.sounds else None)


def examine(config: Config, sounds: Sounds | None = None) -> None:
    """What the file alone cannot tell: certificates that fit their keys, sounds that are there
    (and are read now, not under the first caller). Raises ConfigError with every mistake."""
    if found := faults(config, sounds):
        raise ConfigError(found[0].about, *found)


def faults(
    config: Config, sounds: Sounds | None = None, told: Collection[str] = ()
) -> list[Mistake]:
    """Every mistake of that kind. `told`: the places in the file that are known to be wrong, and
    of which nothing more is said."""
    found: list[Mistake] = []
    for keys, check in _checks(config):
        if not any(one in keys for one in told):
            try:
                check()
            except ConfigError as error:
                found += [replace(one, about=error.file) for one in error.mistakes]
    if "site.sounds" not in told:
        found += _sounds(config, sounds or sounds_of(config))
    return found


def _checks(config: Config) -> Iterator[tuple[tuple[str, ...], Callable[[], object]]]:
    """Each with the keys that it looks at."""
    yield (
        ("server.host", "server.tls_certificate", "server.tls_key"),
        partial(server_context, config.server),
    )
    yield ("privacy.key_file",), partial(keys_of, config)
    if config.web.enabled:
        yield (
            ("web.host", "web.tls_certificate", "web.tls_key"),
            partial(public_context, config.web),
        )
    # one that cannot be read is told with its line, where the file is read
    yield from (((), partial(_trusts, one)) for one in config.mailboxes if _there(one.ca_file))
    yield from (((), partial(_believes, one)) for one in config.asterisk if _there(one.ca_file))
    yield ("site.spool",), partial(_spool, config)


def _there(file: str) -> bool:
    return bool(file) and os.access(file, os.R_OK)


def _believes(node: Asterisk) -> None:
    if why := authority_fault(node.ca_file):
        what = f'asterisk "{node.id}": {why}.'
        raise ConfigError("asterisk", Mistake(what=what, fix=HOW_AUTHORITY))


def _spool(config: Config) -> None:
    if not usable(config.site.spool):
        what = f"the folder {config.site.spool} for recordings cannot be made or written to."
        fix = "Set site.spool to a folder that the bridge may write to."
        raise ConfigError("site", Mistake(what=what, fix=fix))


def _sounds(config: Config, sounds: Sounds) -> Iterator[Mistake]:
    for line in config.lines:
        yield from _hear(sounds, "lines", f'line "{line.id}": hold_music', line.hold_music)
    for menu in config.menus:
        yield from _hear(sounds, "menus", f'menu "{menu.id}"', menu.music, *menu.say)
    spoken: dict[str, Mistake] = {}  # the prompts are the same for each queue
    for queue in config.queues:
        where, waiting = f'queue "{queue.id}"', queue.waiting
        named = (waiting.music, *waiting.welcome, *waiting.sounds)
        yield from _hear(sounds, "queues", f"{where}: waiting", *named)
        after = (one.sound for one in queue.overflow)
        yield from _hear(sounds, "queues", f"{where}: overflow", *after)
        if not spoken and (waiting.kind == "music" or queue.overflow):
            spoken = {one.what: one for one in _hear(sounds, "queues", where, *every_sound())}
    yield from spoken.values()


def usable(folder: str) -> bool:
    """Whether files can be made there, now or once the folder is made."""
    path = Path(folder)
    while not path.exists() and path != path.parent:
        path = path.parent
    return path.is_dir() and os.access(path, os.W_OK | os.X_OK)


def _trusts(box: Mailbox) -> None:
    from cti_bridge.channels.mail.ports import BoxError  # with every protocol of e-mail
    from cti_bridge.channels.mail.servers import tls_context

    try:
        tls_context(box)
    except BoxError as error:
        what = f'mailbox "{box.id}": {error}.'
        raise ConfigError("mailboxes", Mistake(what=what, fix="")) from error


def _hear(sounds: Sounds, section: str, where: str, *names: str) -> Iterator[Mistake]:
    for name in dict.fromkeys(names):
        try:
            sounds.preload(*filter(None, (name,)))
        except SoundError as error:
            fix = "Name one of those, or leave the key out."
            yield Mistake(what=f"{where}: {error}.", fix=fix, about=section)
