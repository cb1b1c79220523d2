"""What is said of a configuration that can be used, and was hardly meant so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent_desktop.viewmodels.canned import KNOWN
from cti_bridge.config.errors import ConfigError
from cti_bridge.config.hints import VARIABLES
from cti_bridge.config.reader import read

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = '[[queues]]\nid = "q"\nname = "Q"\n'
BOX = '[[mailboxes]]\nid = "m"\naddress = "a@example.org"\nqueue = "q"\nuser = "a"\n'
CHAT = '[[chats]]\nid = "shop"\nqueue = "q"\norigins = ["https://www.example.org"]\n'


def warnings(folder: Path, text: str) -> tuple[str, ...]:
    file = folder / "bridge.toml"
    file.write_text(QUEUE + text)
    file.chmod(0o600)
    return read(file, {"PASSWORD": "secret"}).warnings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CHAT, "set web.enabled = true"),
        ("[web]\nenabled = true\n", "there is no chat"),
        (f'{BOX}imap = "i"\npassword_env = "PASSWORD"\n', "nobody can answer from it"),
        (f'{BOX}smtp = "s"\noauth2_token_file = "token"\n', "no token yet in"),
        (
            '[[replies]]\ncode = "hi"\ntitle = "Hi"\ntext = "Hola {nombre}"\n',
            "{nombre} stays as it is written. Known: {customer}",
        ),
        ('[[privacy.mask]]\nfields = ["sensitive"]\n', "the sensitive fields, but none is"),
        ('[[sources]]\nname = "crm"\nlocation = "crm.csv"\n', "there is no file yet at"),
    ],
)
def test_what_was_hardly_meant_is_said(tmp_path: Path, text: str, said: str) -> None:
    [one] = warnings(tmp_path, text)
    assert said in one


def test_what_is_whole_is_not_talked_about(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t")
    text = f'[web]\nenabled = true\n{CHAT}{BOX}imap = "i"\nsmtp = "s"\n'
    text += 'oauth2_token_file = "token"\n[[replies]]\ncode = "hi"\ntitle = "Hi"\n'
    assert warnings(tmp_path, text + 'text = "{greeting}, {first_name}"\n') == ()


def test_the_desktop_fills_in_what_is_known() -> None:
    assert set(VARIABLES) == KNOWN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[queues.overflow]]\nwhen = "waited"\nover = 9\ndo = "queue"\n',
            'queue "q" overflows into a queue, but names none. Add another',
        ),
        (
            '[[replies]]\ncode = "hi"\ntitle = "A"\ntext = "a"\n' * 2,
            'replies: "hi" is there twice',
        ),
    ],
)
def test_a_mistake_is_named_as_it_is(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        warnings(tmp_path, text)
    assert said in str(wrong.value)
