"""What a configuration names, looked at before anything starts: nothing of it is opened here."""

from __future__ import annotations

import os
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
    from cti_bridge.config.values import Config, Mailbox


def sounds_of(config: Config) -> Sounds:
    """Ficha's, and those of the site's own folder."""
    return Sounds(own=Path(config.site.sounds) if config.site.sounds else None)


def examine(config: Config, sounds: Sounds | None = None) -> None:
    """What the file alone cannot tell: certificates that fit their keys, sounds that are there
    (and are read now, not under the first caller). Raises ConfigError."""
    server_context(config.server)
    keys_of(config)
    if config.web.enabled:
        public_context(config.web)
    for box in config.mailboxes:
        if box.ca_file:
            _trusts(box)
    for node in config.asterisk:
        if node.ca_file and (why := authority_fault(node.ca_file)):
            what = f'asterisk "{node.id}": {why}.'
            raise ConfigError("asterisk", Mistake(what=what, fix=HOW_AUTHORITY))
    if not usable(config.site.spool):
        what = f"the folder {config.site.spool} for recordings cannot be made or written to."
        fix = "Set site.spool to a folder that the bridge may write to."
        raise ConfigError("site", Mistake(what=what, fix=fix))
    _hear_all(config, sounds or sounds_of(config))


def _hear_all(config: Config, sounds: Sounds) -> None:
    for line in config.lines:
        _hear(sounds, "lines", f'line "{line.id}": hold_music', line.hold_music)
    for menu in config.menus:
        _hear(sounds, "menus", f'menu "{menu.id}"', menu.music, *menu.say)
    for queue in config.queues:
        where, waiting = f'queue "{queue.id}"', queue.waiting
        _hear(
            sounds, "queues", f"{where}: waiting", waiting.music, *waiting.welcome, *waiting.sounds
        )
        _hear(sounds, "queues", f"{where}: overflow", *(one.sound for one in queue.overflow))
        if waiting.kind == "music" or queue.overflow:
            _hear(sounds, "queues", where, *every_sound())


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


def _hear(sounds: Sounds, section: str, where: str, *names: str) -> None:
    try:
        sounds.preload(*(name for name in names if name))
    except SoundError as error:
        what = f"{where}: {error}."
        fix = "Name one of those, or leave the key out."
        raise ConfigError(section, Mistake(what=what, fix=fix)) from error
