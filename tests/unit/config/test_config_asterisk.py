"""[[asterisk]] and the telephones of agents: every mistake with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.config.errors import ConfigError
from cti_bridge.config.reader import read

if TYPE_CHECKING:
    from pathlib import Path

    from cti_bridge.config.errors import Mistake
    from cti_bridge.config.values import Config

NODE = '[[asterisk]]\nid = "a"\npassword = "x"\n'
OTHER = '[[asterisk]]\nid = "b"\npassword = "x"\napp = "two"\n'
LINE = '[[lines]]\nid = "a"\nserver = "10.0.0.5"\nuser = "u"\n'
QUEUE = '[[queues]]\nid = "q"\nname = "Q"\n'
ANA = '[[agents]]\nlogin = "ana"\nphone = "1003"\n'
EVA = '[[agents]]\nlogin = "eva"\nphone = "1003"\n'

MISTAKES = {
    # what is typed: (text, line, what is said)
    "id twice": (NODE + NODE, 5, 'asterisk: "a" is there twice (first on line 2)'),
    "id of a line": (LINE + NODE, 6, "the id of one of [[lines]] already"),
    "no such queue": (NODE + 'queue = "sales"\n', 4, 'no queue "sales". Known: main.'),
    "no such country": (NODE + 'region = "XX"\n', 4, '"XX" is no country'),
    "no address": (NODE + 'url = "pbx:8088"\n', 4, "begin with http:// or https://"),
    "no scheme": (NODE + 'url = "127.0.0.1"\n', 4, "begin with http:// or https://"),
    "no such port": (NODE + 'url = "http://127.0.0.1:99999"\n', 4, "it cannot be read"),
    "two dots": (NODE + 'url = "https://pbx..example.com"\n', 4, '"pbx..example.com" is no name'),
    "ARI itself": (NODE + 'url = "http://127.0.0.1:8088/ari/"\n', 4, "so leave it away"),
    "port 0": (NODE + 'url = "http://127.0.0.1:0"\n', 4, "port 0 is none"),
    "a query": (NODE + 'url = "http://127.0.0.1:8088/?x=1"\n', 4, "must end after the port"),
    "user in the address": (
        NODE + 'url = "https://ficha:hunter2@pbx.example.com"\n',
        4,
        "user and password have keys of their own",
    ),
    "no TLS": (NODE + 'url = "http://10.0.0.5:8088"\n', 4, "cross the network without TLS"),
    "no TLS, by name": (NODE + 'url = "http://pbx:8088"\n', 4, "Begin url with https://"),
    "one application of one Asterisk": (
        NODE + OTHER.replace("two", "ficha"),
        7,
        "are one application of one Asterisk",
    ),
    "no password": ('[[asterisk]]\nid = "a"\n', 1, "asterisk init makes the file"),
    "two passwords": (NODE + 'password_env = "HOME"\n', 4, "Keep one of them."),
    "password file missing": (
        '[[asterisk]]\nid = "a"\npassword_file = "none"\n',
        3,
        "cannot be read (No such",
    ),
    "password not set": ('[[asterisk]]\nid = "a"\npassword_env = "NO"\n', 3, '"NO" is not set'),
    "no authority": (NODE + 'ca_file = "none.pem"\n', 4, "cannot be read"),
    "no user": (NODE + 'user = ""\n', 4, "is no name of a user"),
    "user that is a section": (NODE + 'user = "general"\n', 4, "is no name of a user"),
    "user with a bracket": (NODE + 'user = "a]b"\n', 4, "is no name of a user"),
    "extension without number": (NODE + 'extension = "PJSIP/100"\n', 4, "must have {number}"),
    "number twice": (NODE + 'outside = "PJSIP/{number}@{number}"\n', 4, "must have {number}"),
    "wrong part": (NODE + 'phone = "PJSIP/{number}"\n', 4, "must have {phone}"),
    "two to dial": (
        NODE + 'outside = "PJSIP/{number}@trunk&PJSIP/1001"\n',
        4,
        "one channel to dial",
    ),
    "a function": (NODE + 'phone = "PJSIP/${EVAL({phone})}"\n', 4, "one channel to dial"),
    "nothing dialled": (NODE + 'phone = "{phone}"\n', 4, "one channel to dial"),
    "endless template": (NODE + f'phone = "PJSIP/{{phone}}{"x" * 300}"\n', 4, "one channel"),
    "bad pattern": (NODE + "extensions = ['1', '[1-4']\n", 4, "no regular expression"),
    "endless pattern": (NODE + f"extensions = ['{'a' * 300}']\n", 4, "too long"),
    "no variable": (NODE + 'variables = ["customer",\n "a b"]\n', 5, '"a b" is no name of a'),
    "variable is a function": (NODE + 'variables = ["CALLERID(num)"]\n', 4, "is a function"),
    "variable of the bridge": (NODE + 'variables = ["ficha_call"]\n', 4, "the bridge's own"),
    "variable twice": (NODE + 'variables = ["a", "A"]\n', 4, "is there twice"),
    "many variables": (
        NODE + f"variables = {[f'v{n}' for n in range(21)]}\n",
        4,
        "more than 20 variables",
    ),
    "no class of music": (NODE + 'hold_music = "a b"\n', 4, "is no class of music"),
    "caller id": (NODE + 'caller_id = "Ventas"\n', 4, '"Ventas" is no number to show'),
    "caller id of a queue": (QUEUE + 'caller_id = "x"\n', 4, 'queue "q": "x" is no number'),
    "direct without TLS": (
        NODE + 'headset = "direct"\ndirect_url = "ws://10.0.0.5:8088"\n',
        5,
        "voices would cross the network without TLS",
    ),
    "direct is no address": (
        NODE + 'headset = "direct"\ndirect_url = "https://pbx.example.com"\n',
        5,
        "begin with ws:// or wss://",
    ),
    "direct with a password": (
        NODE + 'headset = "direct"\ndirect_url = "wss://ficha:hunter2@pbx.example.com"\n',
        5,
        "user and password have keys of their own",
    ),
    "direct of a relay": (
        NODE + 'direct_url = "wss://pbx.example.com:8089"\n',
        4,
        'direct_url is of no use: its headsets are "relay"',
    ),
    "no such headset": (NODE + 'headset = "straight"\n', 4, "relay"),
    "telephone at nothing": (ANA, 3, "is at no [[asterisk]]"),
    "telephone at no such": (NODE + ANA + 'node = "b"\n', 7, 'no [[asterisk]] "b". Known: a.'),
    "node of nothing": ('[[agents]]\nlogin = "ana"\nnode = "b"\n', 3, "There is none"),
    "telephone at any": (NODE + OTHER + ANA, 10, 'Say which: node = "a"'),
    "telephone of two": (NODE + ANA + EVA, 9, 'belongs to agent "ana" already'),
    "telephone with a bracket": (NODE + ANA.replace("1003", "a]"), 6, "letters, digits, dots"),
}


def load(folder: Path, text: str) -> Config:
    file = folder / "bridge.toml"
    file.write_text(text)
    file.chmod(0o600)
    return read(file, {"HOME": "x"}).config


def mistakes(folder: Path, text: str) -> tuple[Mistake, ...]:
    with pytest.raises(ConfigError) as raised:
        load(folder, text)
    return tuple(raised.value.mistakes)


@pytest.mark.parametrize(("text", "line", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    found = mistakes(tmp_path, text)
    assert [one.line for one in found if said in f"{one.what} {one.fix}"] == [line], found
    assert all("hunter2" not in f"{one.what} {one.fix}" for one in found)


def test_one_mistake_is_told_once(tmp_path: Path) -> None:
    assert len(mistakes(tmp_path, '[[asterisk]]\nurl = "http://127.0.0.1"\n' + ANA)) == 1


RIGHT = {
    "on this machine": NODE + 'url = "http://127.0.0.1:8088"\n',
    "with a prefix": NODE + 'url = "https://pbx.example.com:8089/asterisk"\n',
    "IPv6": NODE + 'url = "http://[::1]:8088"\n',
    "through the dial plan": NODE + 'outside = "Local/{number}@from-internal/n"\n',
    "a SIP address": NODE + 'outside = "PJSIP/trunk/sip:{number}@10.0.0.5:5060"\n',
    "a short caller id": NODE + 'caller_id = "1003"\n',
    "a caller id as written": QUEUE + 'caller_id = "910 00 00 00"\n',
    "one telephone number at two": NODE + OTHER + ANA + 'node = "a"\n' + EVA + 'node = "b"\n',
    "two applications of one Asterisk": NODE + OTHER,
    "direct": NODE + 'headset = "direct"\n',
    "direct by another name": NODE
    + 'headset = "direct"\ndirect_url = "wss://pbx.example.com:8089/asterisk"\n',
    "direct on this machine": NODE + 'headset = "direct"\ndirect_url = "ws://127.0.0.1:8088"\n',
    "variables": NODE + 'variables = ["customer", "Ticket_2"]\n',
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_read(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text)


def test_a_number_of_two_queues_is_seen_by_the_extensions_of_an_asterisk(tmp_path: Path) -> None:
    queues = "".join(
        f'[[queues]]\nid = "{name}"\nname = "Q"\ndnis = ["{dnis}"]\n'
        for name, dnis in (("q", "12 34"), ("r", "1234"))
    )
    assert load(tmp_path, queues.replace("12 34", "5"))
    assert (
        "belongs to queue" in mistakes(tmp_path, NODE + "extensions = ['1...']\n" + queues)[0].what
    )


def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    (tmp_path / "secret").chmod(0o600)
    node = load(tmp_path, '[[asterisk]]\nid = "a"\npassword_file = "secret"\n').asterisk[0]
    assert node.password == "s3cret"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ('password = "  "', 'the password of asterisk "a" is blank'),
        ('password_file = "secret"', "is blank"),
        ('password_env = "BLANK"', 'variable "BLANK" is blank'),
    ],
)
def test_a_blank_password_is_none(tmp_path: Path, keys: str, words: str) -> None:
    (tmp_path / "secret").write_text(" \t\n")
    file = tmp_path / "bridge.toml"
    file.write_text(f'[[asterisk]]\nid = "a"\n{keys}\n')
    with pytest.raises(ConfigError) as caught:
        read(file, {"BLANK": " "})
    assert words in caught.value.mistakes[0].what


def test_a_password_file_may_be_made_as_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "bridge.toml"
    file.write_text('[[asterisk]]\nid = "a"\npassword_file = "secret"\n')
    loaded = read(file, {}, lambda path: path.write_text("made\n") and path.chmod(0o600))
    assert loaded.config.asterisk[0].password == "made"


def test_no_password_file_is_made_where_something_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "bridge.toml"
    file.write_text('[[asterisk]]\nid = "a"\npassword_file = "secret"\nqueue = "sales"\n')
    made: list[Path] = []
    with pytest.raises(ConfigError):
        read(file, {}, made.append)
    assert made == []
