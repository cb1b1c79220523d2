"""[[mailboxes]] of bridge.toml: each mistake on its line, with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.config.errors import ConfigError
from cti_bridge.config.reader import load

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
[[queues]]
id = "support"
name = "Support"
[[mailboxes]]
id = "main"
address = "help@example.org"
queue = "support"
imap = "mail.example.org"
smtp = "mail.example.org:587"
user = "help"
password = "secret"
aliases = ["ventas@example.org"]
[[mailboxes.rules]]
to = "ventas@example.org"
queue = "support"
"""


def read(folder: Path, text: str) -> None:
    file = folder / "bridge.toml"
    file.write_text(text)
    file.chmod(0o600)
    load(file, {})


def test_a_good_mailbox(tmp_path: Path) -> None:
    read(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"help@example.org"', '"help"', "no e-mail address"),
        ('["ventas@example.org"]', '["ventas at example"]', "no e-mail address"),
        ('queue = "support"\nimap', 'queue = "sales"\nimap', 'no queue "sales"'),
        ('"mail.example.org"\n', '"mail.example.org:99999"\n', "no host or host:port"),
        ('"mail.example.org"\n', '"imap://mail.example.org/x"\n', "no host or host:port"),
        ('user = "help"', 'imap_security = "none"\nuser = "help"', "without TLS imap"),
        ('user = "help"', 'smtp_security = "none"\nuser = "help"', "without TLS smtp"),
        ('password = "secret"', "", "has no password"),
        ('user = "help"', "", "has no user"),
        ('password = "secret"', 'password = "s"\noauth2_token_file = "t"', "and an OAuth2 token"),
        ('imap = "mail.example.org"\nsmtp = "mail.example.org:587"', "", "neither imap nor smtp"),
        ('user = "help"', 'done = "move"\ndone_folder = "INBOX"\nuser = "help"', "another folder"),
        ('to = "ventas@example.org"', 'to = "x@example.org"', "none of its addresses"),
        ('to = "ventas@example.org"', "", "no condition"),
        ('to = "ventas@example.org"', 'sender = "example"', "no sender"),
        ('to = "ventas@example.org"', 'language = "spanish"', "no language"),
        ('queue = "support"\n', 'queue = "nowhere"\n', 'no queue "nowhere"'),
    ],
)
def test_mistakes_are_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError) as caught:
        read(
            tmp_path,
            new.join(GOOD.rsplit(old, 1)) if "nowhere" in new else GOOD.replace(old, new, 1),
        )
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


def test_one_address_in_two_mailboxes(tmp_path: Path) -> None:
    second = GOOD[GOOD.index("[[mailboxes]]") :].replace('"main"', '"second"')
    with pytest.raises(ConfigError, match="belongs to mailbox"):
        read(tmp_path, GOOD + second)
