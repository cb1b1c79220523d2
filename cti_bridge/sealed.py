"""The key file as the configuration names it, against what the database holds."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from cti_bridge.config.errors import ConfigError, Mistake
from cti_bridge.store.keyfile import KeyFile, KeyFileError

if TYPE_CHECKING:
    from cti_bridge.config.values import Config
    from cti_bridge.store.engine import Database

logger = logging.getLogger(__name__)


def key_file(config: Config) -> KeyFile | None:
    """None: files are kept as they are. Nothing is read yet."""
    return KeyFile(Path(config.privacy.key_file)) if config.privacy.key_file else None


def keys_of(config: Config) -> KeyFile | None:
    """Read and right; raises ConfigError."""
    keys = key_file(config)
    if keys is not None:
        try:
            keys.load()
        except KeyFileError as error:
            raise ConfigError("privacy", Mistake(what=error.what, fix=error.fix)) from error
    return keys


async def check_keys(database: Database, keys: KeyFile | None) -> None:
    """Says of files that nobody can open, or that are not sealed, before anybody asks for one.

    Without a key file nothing new may be written plain beside what is sealed: raises
    ConfigError. A key that was lost stops no call: it is logged as an error at each start.
    """
    from cti_bridge.store.sealing import key_use  # with the database: not to look at a key file

    use = await key_use(database)
    sealed = sum(use.by_key.values())
    if keys is None:
        if sealed:
            raise ConfigError(
                "privacy",
                Mistake(
                    what=f"{sealed:,} recordings and attachments are sealed, and "
                    "privacy.key_file names no key file.",
                    fix="Set privacy.key_file as it was.",
                ),
            )
        return
    for key, count in use.missing(one.id for one in keys.load().keys).items():
        logger.error(
            "%s recordings and attachments are sealed under the key %s, which is not in %s: "
            "nobody can open them. Put that key back from its copy; without it they are lost",
            f"{count:,}",
            key,
            keys.path,
        )
    if use.plain:
        logger.warning(
            "%s recordings and attachments are not sealed yet: cti-bridge privacy seal",
            f"{use.plain:,}",
        )
