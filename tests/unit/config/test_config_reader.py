"""Every mistake in bridge.toml is told with its line."""

from __future__ import annotations

import itertools
import logging
import random
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy.engine import make_url

from cti_bridge.config.errors import ConfigError
from cti_bridge.config.locate import locate
from cti_bridge.config.reader import load, read
from cti_bridge.config.values import Config, Queue, Section
from tests.helpers.hostile import mutated

EXAMPLE = Path(__file__).parents[3] / "resources" / "bridge.example.toml"
LINE = '[[lines]]\nid = "pbx"\nserver = "10.0.0.5"\nuser = "u"\n'
TRUNK = '[[lines]]\nid = "t"\nmode = "trunk"\nport = 5060\npeers = ["10.0.0.5"]\n'


QUEUE = '[[queues]]\nid = "a"\nname = "A"\n'
HOURS = '[[hours]]\nid = "office"\nmonday = ["09:00-18:00"]\n'
OVERFLOW = '[[queues.overflow]]\nwhen = "nobody"\n'
OVERFLOW_WHEN = '[[queues.overflow]]\nwhen = "{}"\ndo = "hang_up"\n'
REPLY = '[[replies]]\ncode = "hi"\ntitle = "Hi"\ntext = "Hello"\n'
CHAT = '[[chats]]\nid = "shop"\nqueue = "main"\norigins = ["https://www.example.com"]\n'
MAIL = (
    '[[mailboxes]]\nid = "info"\naddress = "info@example.com"\nqueue = "main"\n'
    'imap = "imap.example.com"\nsmtp = "smtp.example.com"\nuser = "info"\n'
    'folder = "INBOX"\n'
)


@pytest.fixture
def toml(tmp_path):
    def write(text):
        path = tmp_path / "bridge.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(0o600)
        return path

    return write


def mistakes(path, environment=None):
    with pytest.raises(ConfigError) as raised:
        load(path, environment or {})
    return raised.value.mistakes


MISTAKES = {
    # what is typed: (text, line, what is said)
    "no TOML": ("[site]\nname = \n", 2, "Invalid value"),
    "unclosed string": ('[site]\nname = "x\n', 2, "Illegal character"),
    "unclosed list": ("[[lines]]\npeers = [\n", 2, "Invalid value"),
    "key twice": ("[site]\nname = 'a'\nname = 'b'\n", 3, "Cannot overwrite"),
    "table twice": ("[site]\n[log]\n[site]\n", 3, "twice"),
    "unknown table": ("\n[sites]\nname = 'x'\n", 2, 'Did you mean "site"?'),
    "unknown list": ('[[line]]\nid = "a"\n', 1, 'Did you mean "lines"?'),
    "unknown key": ("[server]\nprot = 1\n", 2, 'Did you mean "port"?'),
    "unknown key in a list": (LINE + "passwd = 'x'\n", 5, 'Did you mean "password"?'),
    "key in no table": ("port = 1\n", 1, "It belongs in [server]."),
    "unknown key, nothing near": ("[log]\nzzz = 1\n", 2, "Known here: level, format."),
    "not a number": ('[server]\nport = "80"\n', 2, "a whole number from 0 to 65535"),
    "fraction": ("[server]\nport = 80.5\n", 2, "not 80.5"),
    "out of range": ("[server]\n\nport = 70000\n", 3, "not 70000"),
    "negative seconds": ("[server]\nsession_grace = -1\n", 2, "a number from 0 to 86400"),
    "not a time": ("[server]\nsession_grace = nan\n", 2, "a number from 0 to 86400"),
    "endless": ("[server]\nsession_grace = inf\n", 2, "a number from 0 to 86400"),
    "not a choice": ('[log]\nlevel = "loud"\n', 2, '"debug" or "error" or "info"'),
    "not true or false": (LINE + 'trust_identity = "yes"\n', 5, "true or false"),
    "name empty": ('[site]\nname = ""\n', 2, "text of 1 to 80 characters"),
    "name too long": (f'[site]\nname = "{"x" * 81}"\n', 2, "text of 1 to 80 characters"),
    "bad code": ('[[queues]]\nid = "Main Queue"\nname = "M"\n', 2, "a short code"),
    "required missing": ('[[queues]]\nid = "a"\n', 1, "queues[1].name is missing"),
    "list, not table": ("[[server]]\nport = 1\n", 1, "Write [server]."),
    "table, not list": ('[queues]\nid = "a"\n', 1, "Write [[queues]]."),
    "entry no table": ("queues = [\n 1,\n]\n", 2, "is a table"),
    "element of a list": (
        '[[queues]]\nid = "a"\nname = "A"\ndnis = [\n  "1",\n  2,\n]\n',
        6,
        "queues[1].dnis[2] must be text",
    ),
    "no codec": (LINE + 'codecs = ["g729"]\n', 5, '"pcma" or "pcmu"'),
    "codec twice": (LINE + 'codecs = ["pcma", "pcma"]\n', 5, "each of its codecs once"),
    "codecs empty": (LINE + "codecs = []\n", 5, "each of its codecs once"),
    "line twice": (LINE + LINE, 6, '"pbx" is there twice (first on line 2)'),
    "queue twice": (
        '[[queues]]\nid = "a"\nname = "A"\n[[queues]]\nid = "a"\nname = "B"\n',
        5,
        '"a" is there twice',
    ),
    "reason twice": ('[[reasons]]\ncode="a"\nes="x"\nen="x"\n' * 2, 6, '"a" is there twice'),
    "disposition twice": (
        '[[dispositions]]\ncode="a"\nes="x"\nen="x"\n' * 2,
        6,
        '"a" is there twice',
    ),
    "agent twice": ('[[agents]]\nlogin="Ana"\n[[agents]]\nlogin="ana"\n', 4, "there twice"),
    "unknown queue of a line": (LINE + 'queue = "sales"\n', 5, 'no queue "sales". Known: main.'),
    "unknown queue of an agent": (
        '[[agents]]\nlogin = "ana"\nqueues = ["main",\n "sales"]\n',
        4,
        'no queue "sales"',
    ),
    "no queue": ("queues = []\n", 1, "there is no queue"),
    "no disposition": ("dispositions = []\n", 1, "there is no disposition"),
    "number that nobody can dial": (
        '[[queues]]\nid="a"\nname="A"\ndnis=["abc"]\n',
        4,
        '"abc" is no dialled number',
    ),
    "number of two queues": (
        '[[queues]]\nid="a"\nname="A"\ndnis=["1"]\n[[queues]]\nid="b"\nname="B"\ndnis=["1"]\n',
        8,
        'belongs to queue "a"',
    ),
    "number of two queues, written in two ways": (
        '[[queues]]\nid="a"\nname="A"\ndnis=["910 00 00 00"]\n'
        '[[queues]]\nid="b"\nname="B"\ndnis=["+34910000000"]\n',
        8,
        'belongs to queue "a"',
    ),
    "pattern in double quotes": ('[[lines]]\nextensions = ["1\\d{3}"]\n', 2, "in single quotes"),
    "text without quotes": ("[site]\nname = Talleres\n", 2, "straight double quotes"),
    "key twice, in words": ('[site]\nname = "a"\nname = "b"\n', 3, "twice in its section"),
    "section twice": ("[site]\n[log]\n[site]\n", 3, "section is there twice"),
    "offer of no time": (
        '[[queues]]\nid="a"\nname="A"\noffer_seconds=0\n',
        4,
        "at least 1 second",
    ),
    "no such country": ('[site]\nregion = "ZZ"\n', 2, "no country"),
    "country in small letters": ('[site]\nregion = "es"\n', 2, "two capital letters"),
    "no such country of a line": (LINE + 'region = "XX"\n', 5, "no country"),
    "TLS missing": ('[server]\nhost = "0.0.0.0"\n', 2, "without TLS"),
    "TLS missing on every address": ('[server]\nhost = ""\n', 2, "without TLS"),
    "TLS missing by name": ('[server]\nhost = "bridge.example.com"\n', 2, "without TLS"),
    "TLS without key": ('[server]\ntls_certificate = "c.pem"\n', 2, "without server.tls_key"),
    "TLS without certificate": ('[server]\ntls_key = "k.pem"\n', 2, "without server.tls_cert"),
    "TLS file missing": (
        '[server]\ntls_certificate = "c.pem"\ntls_key = "k.pem"\n',
        2,
        'c.pem" cannot be read',
    ),
    "password file missing": (LINE + 'password_file = "none"\n', 5, "cannot be read (No such"),
    "password not in the environment": (LINE + 'password_env = "PBX"\n', 5, '"PBX" is not set'),
    "two passwords": (LINE + 'password = "x"\npassword_env = "HOME"\n', 6, "Keep one of them."),
    "store file missing": ('[store]\nurl_file = "none"\n', 2, "cannot be read"),
    "store not in the environment": ('[store]\nurl_env = "DB"\n', 2, '"DB" is not set'),
    "store twice outside": ('[store]\nurl_file = "a"\nurl_env = "b"\n', 3, "Keep one of them."),
    "no such database": ('[store]\nurl = "mysql://x/y"\n', 2, '"mysql" is no database'),
    "no database server": ('[store]\nurl = "postgresql://"\n', 2, "names no server"),
    "bad database server": ('[store]\nurl = "postgresql://[::1/x"\n', 2, "names no server"),
    "bad database port": ('[store]\nurl = "postgresql://u:p@h:sql/x"\n', 2, "has a port that is"),
    "database port too high": ('[store]\nurl = "postgresql://h:70000/x"\n', 2, "has a port that"),
    "database in memory": ('[store]\nurl = "sqlite:///:memory:"\n', 2, "names no file"),
    "no database file": ('[store]\nurl = "sqlite://"\n', 2, "names no file"),
    "control character": ('[store]\nurl_file = "a\\u0000b"\n', 2, "a control character"),
    "control character in a list": (LINE + 'peers = ["\\u0007"]\n', 5, "a control character"),
    "bound that may be left out": (
        "[duplicates]\nmerge_above = 0.5\n",
        2,
        "must be a number from 0.9 to 1, not 0.5. It may be left out.",
    ),
    "no URL": ('[store]\nurl = "ficha.db"\n', 2, "no database"),
    "line without server": ('[[lines]]\nid = "a"\nuser = "u"\n', 1, "has no server"),
    "line without user": ('[[lines]]\nid = "a"\nserver = "s"\n', 1, "has no user"),
    "trunk that nobody may call on": (
        '[[lines]]\nid = "a"\nmode = "trunk"\nport = 5060\n',
        1,
        "nobody may call on",
    ),
    "bad server port": (LINE.replace("10.0.0.5", "pbx:sip"), 3, "no host or host:port"),
    "bad bind": (LINE + 'bind = "here"\n', 5, "no address to listen on"),
    "bad advertise": (LINE + 'advertise = "a b"\n', 5, "no address or host name"),
    "bad peer": (LINE + 'peers = ["10.0.0.5", "pbx"]\n', 5, '"pbx" is no address'),
    "peer on its own line": (LINE + 'peers = [\n "10.0.0.5", # the PBX\n "x",\n]\n', 7, '"x"'),
    "network with host bits": (
        LINE + 'peers = ["10.0.0.5/24"]\n',
        5,
        'Did you mean "10.0.0.0/24"?',
    ),
    "bad pattern": (LINE + "extensions = ['[1-4']\n", 5, "no regular expression"),
    "endless pattern": (LINE + f"extensions = ['{'a' * 300}']\n", 5, "too long"),
    "RTP range turned round": (LINE + "rtp_ports = [30000, 20000]\n", 5, "no range of ports"),
    "RTP range privileged": (LINE + "rtp_ports = [80, 2000]\n", 5, "no range of ports"),
    "RTP range too high": (LINE + "rtp_ports = [60000, 70000]\n", 5, "no range of ports"),
    "RTP range odd": (LINE + "rtp_ports = [20001, 21999]\n", 5, "even port"),
    "RTP range too small": (LINE + "rtp_ports = [20000, 20009]\n", 5, "30 calls need 60 ports"),
    "RTP range of three": (LINE + "rtp_ports = [1, 2, 3]\n", 5, "a list of 2"),
    "RTP ranges overlap": (
        LINE + TRUNK + "rtp_ports = [21000, 22999]\n",
        10,
        'of lines "pbx" and "t" overlap',
    ),
    "SIP port twice": (
        LINE + "port = 5060\n" + TRUNK,
        9,
        'lines "pbx" and "t" both listen on port 5060',
    ),
    "SIP port among RTP ports": (LINE + "port = 20500\n", 5, "lies in the rtp_ports"),
    "server and metrics port": ("[server]\nport = 9000\nmetrics_port = 9000\n", 3, "both 9000"),
    # nested tables
    "unknown key in a nested list": (
        QUEUE + '[[queues.overflow]]\nwhen = "nobody"\ndo = "hang_up"\nsond = "x"\n',
        7,
        'Did you mean "sound"?',
    ),
    "not a choice in a nested list": (
        QUEUE + '[[queues.overflow]]\nwhen = "nobody"\ndo = "fly"\n',
        6,
        'queues[1].overflow[1].do must be "announce" or',
    ),
    "required in a nested list": (
        QUEUE + '[[queues.overflow]]\nwhen = "nobody"\n',
        4,
        "queues[1].overflow[1].do is missing",
    ),
    "nested list written as a table": (
        QUEUE + '[queues.overflow]\nwhen = "nobody"\n',
        4,
        "Write [[queues.overflow]].",
    ),
    "nested table written as a list": (
        QUEUE + '[[queues.waiting]]\nkind = "music"\n',
        4,
        "Write [queues.waiting].",
    ),
    "in a nested table": (QUEUE + "[queues.waiting]\nevery = -1\n", 5, "from 0 to 86400"),
    "inline nested table": (QUEUE + 'waiting = { kind = "noise" }\n', 4, '"ringing"'),
    "inline entry": (
        QUEUE + 'relax = [\n { after = 1, skill = "x" },\n { after = -1, skill = "x" },\n]\n',
        6,
        "queues[1].relax[2].after",
    ),
    "value of a table": (QUEUE + "[queues.skills]\nfrench = 5\ngerman = 11\n", 6, "from 1 to 10"),
    "inline value of a table": (QUEUE + "skills = { french = true }\n", 4, "a whole number"),
    "no table of values": (QUEUE + "skills = 5\n", 4, "a table, each value of it a whole"),
    "list in a table": (HOURS + '[hours.exceptions]\n"2026-12-24" = 9\n', 5, "a list, each"),
    "element of a list in a table": (
        HOURS + '[hours.exceptions]\n"2026-12-24" = [\n"09:00-10:00",\n 9]\n',
        7,
        "must be text",
    ),
    "control character in a table": (
        '[[chats]]\nid="a"\nqueue="main"\norigins=["https://a.example"]\n'
        '[chats.title]\nes = "a\\u0000"\n',
        6,
        "a control character",
    ),
    # hours
    "no hours": (QUEUE + 'hours = "office"\n', 4, 'no hours "office". Add [[hours]]'),
    "other hours": (HOURS + QUEUE + 'hours = "ofice"\n', 7, "Known: office."),
    "hours twice": (HOURS + HOURS, 5, '"office" is there twice'),
    "no zone": (HOURS + 'zone = "Europe/Bilbao"\n', 4, "no time zone"),
    "zone that is a folder": (HOURS + 'zone = "Europe"\n', 4, "no time zone"),
    "zone that climbs": (HOURS + 'zone = "../../etc/passwd"\n', 4, "no time zone"),
    "no period": (HOURS + 'friday = ["9-14"]\n', 4, '"9-14" is wrong: no period'),
    "no minute": (HOURS + 'friday = ["09:00-09:60"]\n', 4, "is wrong"),
    "no length": (HOURS + 'friday = ["09:00-09:00"]\n', 4, "begins when it ends"),
    "after the day's end": (HOURS + 'friday = ["09:00-24:01"]\n', 4, "no time of the day"),
    "periods overlap": (HOURS + 'friday = ["09:00-14:00", "13:00-15:00"]\n', 4, "overlap"),
    "no holiday": (HOURS + 'holidays = ["12-25",\n "31-12"]\n', 5, '"31-12" is no date'),
    "no such date": (HOURS + 'holidays = ["2026-02-30"]\n', 4, "no date"),
    "no exception": (HOURS + '[hours.exceptions]\n"12-24" = []\n', 5, "no date"),
    "period of an exception": (
        HOURS + '[hours.exceptions]\n"2026-12-24" = ["x"]\n',
        5,
        '"x" is wrong',
    ),
    "never open": ('[[hours]]\nid = "x"\n', 1, "never open"),
    # skills
    "skill relaxed that is not asked": (
        QUEUE + 'skills = { french = 5 }\n[[queues.relax]]\nafter = 1\nskill = "german"\n',
        7,
        "Known: french.",
    ),
    "skill relaxed to more": (
        QUEUE + 'skills = { x = 5 }\n[[queues.relax]]\nafter = 1\nskill = "x"\nlevel = 5\n',
        8,
        "no less",
    ),
    "skill relaxed twice": (
        QUEUE + "skills = { x = 5 }\n" + '[[queues.relax]]\nafter = 1\nskill = "x"\n' * 2,
        9,
        "twice after 1 seconds",
    ),
    "no name of a skill": (QUEUE + 'skills = { "Good French" = 5 }\n', 4, "no name of a skill"),
    "skill mistyped": (
        QUEUE + 'skills = { french = 5 }\n[[agents]]\nlogin = "ana"\nskills = { frenhc = 5 }\n',
        7,
        'Did you mean "french"?',
    ),
    "preferred twice": (QUEUE + 'prefer = ["owner", "owner"]\n', 4, "the same twice"),
    "no language": (QUEUE + 'language = "eo"\n', 4, 'no texts in "eo". Known: es, en.'),
    # what callers hear
    "no key": (QUEUE + '[queues.waiting]\ncallback_key = "one"\n', 5, "no key of a telephone"),
    "one key for two": (
        QUEUE + '[queues.waiting]\ncallback_key = "1"\nvoicemail_key = "1"\n',
        6,
        "one key",
    ),
    "offer without key": (
        QUEUE + '[queues.waiting]\nsay = ["callback_offer"]\n',
        5,
        "no key asks",
    ),
    "announcements without end": (QUEUE + "[queues.waiting]\nevery = 2\n", 5, "never end"),
    # overflow
    "overflow into itself": (
        QUEUE + OVERFLOW + 'do = "queue"\nqueue = "a"\n',
        7,
        "overflows into itself",
    ),
    "overflow into no queue": (
        QUEUE + '[[queues]]\nid="b"\nname="B"\n' + OVERFLOW + 'do = "queue"\nqueue = "c"\n',
        10,
        'no queue "c" to overflow into. Known: a.',
    ),
    "overflow to nowhere": (QUEUE + OVERFLOW + 'do = "queue"\n', 4, "names none. Add another"),
    "queue without use": (
        QUEUE + OVERFLOW + 'do = "voicemail"\nqueue = "a"\n',
        7,
        "leads to no queue",
    ),
    "no reply": (QUEUE + OVERFLOW + 'do = "email"\nreply = "away"\n', 7, 'no reply "away"'),
    "closed without hours": (QUEUE + OVERFLOW_WHEN.format("closed"), 5, "never closed"),
    "full without limit": (QUEUE + OVERFLOW_WHEN.format("full"), 5, "never full"),
    "position without number": (QUEUE + OVERFLOW_WHEN.format("position"), 4, "is always"),
    "number without use": (QUEUE + OVERFLOW + 'do = "hang_up"\nover = 3\n', 7, "is not counted"),
    "announcement without sound": (QUEUE + OVERFLOW + 'do = "announce"\n', 6, "nothing is announ"),
    "sound without use": (
        QUEUE + OVERFLOW + 'do = "callback"\nsound = "x"\n',
        7,
        "nothing is said",
    ),
    "e-mail hung up on": (
        QUEUE + OVERFLOW + 'do = "hang_up"\nchannels = ["voice", "email"]\n',
        7,
        '"hang_up" does nothing to email. It is for: voice, chat.',
    ),
    "e-mail answered with nothing": (
        QUEUE + OVERFLOW + 'do = "email"\nchannels = ["email"]\n',
        6,
        "answered with nothing",
    ),
    # capacity
    "nobody can do anything": (
        "[capacity]\nvoice=0\nchat=0\nemail=0\ncallback=0\nvoicemail=0\n",
        1,
        "nobody could take anything",
    ),
    "no channel": ('[capacity.interrupted_by]\nfax = ["voice"]\n', 2, 'no channel "fax"'),
    "interrupted by no channel": (
        '[capacity]\ninterrupted_by = { email = ["voice", "fax"] }\n',
        2,
        'no channel "fax"',
    ),
    "interrupted by itself": (
        '[capacity]\ninterrupted_by = { chat = ["chat"] }\n',
        2,
        "would have no end",
    ),
    "capacity of an agent for no channel": (
        '[[agents]]\nlogin = "ana"\ncapacity = { fax = 1 }\n',
        3,
        'no channel "fax"',
    ),
    # replies
    "reply twice": (REPLY + REPLY, 6, "is there twice"),
    "reply in no language": (REPLY + 'language = "English"\n', 5, "no language"),
    "reply of no queue": (REPLY + 'queues = ["nowhere"]\n', 5, 'no queue "nowhere"'),
    "reply with a control character": (REPLY[:-2] + 'x\\u0007"\n', 4, "a control character"),
    # secrets and paths of the other sections
    "public listener without TLS": (
        '[web]\nenabled = true\nport = 8766\nhost = "0.0.0.0"\n',
        4,
        "public listener",
    ),
    "public certificate without key": ('[web]\ntls_certificate = "c.pem"\n', 2, "web.tls_key"),
    "public certificate missing": (
        '[web]\ntls_certificate = "c.pem"\ntls_key = "k.pem"\n',
        2,
        'c.pem" cannot be read',
    ),
    "web secret not there": ('[web]\nsecret_env = "NONE"\n', 2, '"NONE" is not set'),
    "two web secrets": (
        '[web]\nsecret = "0123456789abcdef0123456789abcdef"\nsecret_file = "x"\n',
        3,
        "Keep one of them.",
    ),
    "chat secret not there": (CHAT + 'identity_secret_file = "none"\n', 5, "cannot be read"),
    "mail password not there": (MAIL + 'password_env = "NONE"\n', 9, '"NONE" is not set'),
    "mail authority not there": (MAIL + 'ca_file = "none.pem"\n', 9, "cannot be read"),
    "folder of sounds not there": ('[site]\nsounds = "none"\n', 2, "is no folder"),
    "not UTF-8": (b"[site]\n# caf\xe9\n", 2, "not UTF-8"),
}


@pytest.mark.parametrize(("text", "line", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line(toml, text, line, said):
    found = mistakes(toml(text))
    assert [one.line for one in found if said in f"{one.what} {one.fix}"] == [line], found


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(toml):
    path = toml('[server]\nport = 70000\nhots = "x"\n[log]\nlevel = 1\n' + LINE + "expires = 1\n")
    with pytest.raises(ConfigError) as raised:
        load(path)
    assert [mistake.line for mistake in raised.value.mistakes] == [2, 3, 5, 10]
    assert str(raised.value).startswith(f"{path}:2: server.port must be a whole number")


def test_a_wrong_queue_is_not_blamed_on_the_line_that_names_it(toml):
    found = mistakes(toml('[[queues]]\nid = "sales"\n' + LINE + 'queue = "sales"\n'))
    assert [one.where for one in found] == ["queues[1].name"]


def test_lines_are_right_after_an_entry_that_was_left_out(toml):
    found = mistakes(toml('[[lines]]\nname = "no id"\n' + LINE + 'region = "ZZ"\n'))
    assert [one.line for one in found] == [1, 7]


def test_no_mistake_shows_a_secret(toml):
    text = LINE + 'password = ["hunter2"]\n[store]\nurl = ["postgresql://u:hunter2@h/d"]\n'
    assert "hunter2" not in "".join(map(str, mistakes(toml(text))))
    assert "hunter2" not in "".join(
        map(str, mistakes(toml('[store]\nurl = "mysql://u:hunter2@h/d"\n')))
    )


def test_a_missing_file_says_what_to_do(tmp_path):
    (only,) = mistakes(tmp_path / "none.toml")
    assert "bridge.example.toml" in only.fix


def test_a_folder_is_no_file(tmp_path):
    (only,) = mistakes(tmp_path)
    assert "cannot be read" in only.what


def test_a_huge_file_is_not_read(toml):
    (only,) = mistakes(toml("#" * 1_100_000))
    assert "larger than" in only.what


def test_deep_nesting_ends_in_a_mistake(toml):
    assert mistakes(toml("x = " + "[" * 5000 + "]" * 5000))


def test_an_empty_file_is_the_defaults(toml, tmp_path):
    loaded, usual = load(toml("")), Config()
    assert loaded.site.spool == str(tmp_path / "spool")
    assert replace(loaded, store=usual.store, site=usual.site) == usual


def test_a_byte_order_mark_and_windows_line_ends_are_read(toml):
    path = toml(b'\xef\xbb\xbf[site]\r\nname = "X"\r\n[server]\r\nport = 1\r\n')
    assert load(path).site.name == "X"
    (only,) = mistakes(toml(b"\xef\xbb\xbf[site]\r\nnane = 1\r\n"))
    assert only.line == 2


def test_secrets_come_from_files_and_the_environment(toml, tmp_path):
    (tmp_path / "secret").write_text("from a file\n")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "url").write_text("postgresql://u:p@h/d\n")
    (tmp_path / "url").chmod(0o600)
    path = toml(
        LINE + 'password_file = "secret"\n'
        '[[lines]]\nid="b"\nserver="s"\nuser="u"\npassword_env="PBX"\n[store]\nurl_file="url"\n'
    )
    loaded = read(path, {"PBX": "from outside"})
    assert [line.password for line in loaded.config.lines] == ["from a file", "from outside"]
    assert loaded.config.store.url == "postgresql://u:p@h/d"
    assert loaded.warnings == ()


def test_the_secrets_of_web_chats_and_mailboxes_are_filled_in(toml, tmp_path):
    secret = "0123456789abcdef0123456789abcdef"
    for name in ("s", "ca.pem"):
        (tmp_path / name).write_text(f"{secret}\n")
        (tmp_path / name).chmod(0o600)
    path = toml(
        '[web]\nsecret_file = "s"\n'
        + CHAT
        + 'identity_secret_env = "SHOP"\n'
        + MAIL
        + 'password_file = "s"\nca_file = "ca.pem"\n'
        + MAIL.replace('"info', '"box')
        + 'oauth2_token_file = "later"\n'
    )
    config = load(path, {"SHOP": secret})
    assert (config.web.secret, config.chats[0].identity_secret) == (secret, secret)
    info, box = config.mailboxes
    assert (info.password, info.ca_file) == (secret, str(tmp_path / "ca.pem"))
    assert box.oauth2_token_file == str(tmp_path / "later")


@pytest.mark.parametrize(
    "section", ['[web]\nsecret_env = "S"\n', CHAT + 'identity_secret_env = "S"\n']
)
def test_a_short_secret_is_refused_wherever_it_stands(toml, section):
    with pytest.raises(ConfigError, match="has 7 characters: it can be guessed"):
        load(toml(section), {"S": "hunter2"})


def test_no_mistake_shows_a_secret_of_a_chat(toml):
    text = CHAT + 'identity_secret = ["hunter2"]\n[web]\nsecret = ["hunter2"]\n'
    assert "hunter2" not in "".join(map(str, mistakes(toml(text))))


def test_a_signature_names_who_writes_and_nobody_where_nobody_does():
    queue = Queue(id="q", name="Q", signature="Yours,\n{agent}\nThe team")
    assert queue.signed("Ana Ruiz") == "Yours,\nAna Ruiz\nThe team"
    assert queue.signed() == "Yours,\nThe team"
    assert Queue(id="q", name="Q").signed("Ana") == ""


def test_a_signature_and_a_reply_have_lines(toml):
    config = load(toml(REPLY[:-2] + '\\nYours,\\tFicha"\n' + QUEUE + 'signature = """\na\nb"""\n'))
    assert (config.replies[0].text, config.queues[0].signature) == ("Hello\nYours,\tFicha", "a\nb")


def test_nested_tables_are_read(toml):
    config = load(
        toml(
            HOURS
            + '[hours.exceptions]\n"2026-12-24" = ["09:00-13:00"]\n'
            + QUEUE
            + 'hours = "office"\nmax_waiting = 3\nskills = { french = 5 }\n'
            + '[queues.waiting]\nkind = "music"\ncallback_key = "1"\n'
            + '[[queues.relax]]\nafter = 5\nskill = "french"\nlevel = 1\n'
            + '[[queues.overflow]]\nwhen = "closed"\ndo = "voicemail"\n'
            + '[[queues.overflow]]\nwhen = "full"\ndo = "hang_up"\nsound = "es-busy"\n'
            + '[[agents]]\nlogin = "ana"\nskills = { french = 7 }\ncapacity = { chat = 2 }\n'
            + "[capacity]\nchat = 4\n[capacity.interrupted_by]\nchat = ['voice']\n"
        )
    )
    (queue,) = config.queues
    assert [step.do for step in queue.overflow] == ["voicemail", "hang_up"]
    assert (queue.relax[0].level, queue.waiting.callback_key) == (1, "1")
    assert config.hours[0].exceptions == {"2026-12-24": ("09:00-13:00",)}
    assert (config.agents[0].skills, config.agents[0].capacity) == ({"french": 7}, {"chat": 2})
    assert (config.capacity.chat, config.capacity.interrupted_by) == (4, {"chat": ("voice",)})


def test_lines_are_right_after_a_nested_entry_that_was_left_out(toml):
    found = mistakes(
        toml(QUEUE + '[[queues.overflow]]\nwhen = "nobody"\n' + OVERFLOW + 'do = "announce"\n')
    )
    assert [(one.line, one.where) for one in found] == [
        (4, "queues[1].overflow[1].do"),
        (8, "queues[1].overflow[2].do"),
    ]


def test_a_secret_that_everybody_can_read_is_warned_of(toml, tmp_path, caplog):
    secret = tmp_path / "secret"
    secret.write_text("x\n")
    secret.chmod(0o644)
    with caplog.at_level(logging.WARNING):
        load(toml(LINE + 'password_file = "secret"\n'))
    assert f"every user of this machine can read {secret}" in caplog.text


def test_a_password_in_a_file_that_everybody_can_read_is_warned_of(toml):
    path = toml(LINE + 'password = "x"\n')
    assert read(path).warnings == ()
    path.chmod(0o644)
    assert "holds a password" in read(path).warnings[0]


@pytest.mark.parametrize("content", [b"", b"\n", b"x" * 5000, b"\xff\xfe"])
def test_a_secret_file_that_holds_none(toml, tmp_path, content):
    (tmp_path / "secret").write_bytes(content)
    (only,) = mistakes(toml(LINE + 'password_file = "secret"\n'))
    assert only.line == 5


def test_a_folder_is_no_secret(toml, tmp_path):
    (tmp_path / "secret").mkdir()
    (only,) = mistakes(toml(LINE + 'password_file = "secret"\n'))
    assert (only.line, "cannot be read" in only.what) == (5, True)


def test_tls_files_are_found_from_the_folder_of_the_configuration(toml, tmp_path):
    for name in ("c.pem", "k.pem"):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(0o600)
    path = toml('[server]\nhost="0.0.0.0"\ntls_certificate="c.pem"\ntls_key="k.pem"\n')
    assert load(path).server.tls_key == str(tmp_path / "k.pem")


def test_lines_may_share_the_very_same_rtp_range(toml):
    assert len(load(toml(LINE + TRUNK)).lines) == 2


def test_a_trunk_on_any_port_is_warned_of(toml):
    assert "any free port" in read(toml(TRUNK.replace("5060", "0"))).warnings[0]


def test_the_example_is_right_and_shows_every_key():
    text = EXAMPLE.read_text()
    loaded = load(EXAMPLE)
    assert replace(loaded, store=Config().store, site=Config().site) == Config()
    assert replace(loaded.site, spool="spool") == Config().site
    assert loaded.store.url == f"sqlite:///{EXAMPLE.parent}/ficha.db"
    shown = {line.strip("# ").partition(" =")[0] for line in text.splitlines()}
    keys = set(itertools.chain(*(s.__struct_fields__ for s in Section.__subclasses__())))
    secrets = {"password", "password_env", "secret", "identity_secret"}
    headed = {
        "overflow",
        "relax",
        "waiting",
        "form",
        "rules",
        "keys",
        "mask",
    }  # under a heading of their own
    assert all(f"queues.{name}]" in text for name in ("overflow", "relax", "waiting"))
    assert all(
        f"[[{name}]]" in text
        for name in ("chats.form", "mailboxes.rules", "menus.keys", "privacy.mask")
    )
    assert keys - set(Config.__struct_fields__) - secrets - headed <= shown


def test_the_example_is_right_uncommented(tmp_path):
    """Each commented line of the example is TOML that the reader accepts."""
    lines = []
    for line in EXAMPLE.read_text().splitlines():
        bare = line.removeprefix("# ")
        is_setting = " = " in bare or bare.startswith("[")
        lines.append(bare if is_setting and not bare.startswith(("#", " ")) else line)
    for name in ("pbx.password", "asterisk.password"):
        (tmp_path / name).write_text("x\n")
    for name in ("info.password", "web.secret", "shop.secret"):
        (tmp_path / name).write_text(f"{'x' * 40}\n")
    (tmp_path / "store.url").write_text("sqlite:///x.db\n")
    text = re.sub(r'(?m)^\w+_env = ".*$', "", "\n".join(lines))
    text = re.sub(r'(?m)^tls_(certificate|key) = ".*$', "", text)
    path = tmp_path / "bridge.toml"
    path.write_text(text)
    config = load(path)
    lists = (config.lines, config.asterisk, config.agents, config.reasons, config.hours)
    written = (config.replies, config.chats, config.mailboxes)
    assert [len(one) for one in (*lists, *written)] == [1] * 8
    (queue,) = config.queues
    assert (len(queue.relax), len(queue.overflow), queue.waiting.kind) == (1, 1, "music")
    assert (len(config.chats[0].form), len(config.mailboxes[0].rules)) == (1, 1)


@pytest.mark.parametrize(
    ("given", "file"),
    [("sqlite:///ficha.db", "ficha.db"), ("sqlite:///data/f.db?cache=private", "data/f.db")],
)
def test_a_database_is_found_from_the_file_s_folder(toml, tmp_path, monkeypatch, given, file):
    """Else a bridge that a service manager starts and a `user add` typed somewhere would each
    have a database of their own."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = toml(f'[store]\nurl = "{given}"\n')
    monkeypatch.chdir(elsewhere)
    url = make_url(load(path).store.url)
    assert url.database == str(tmp_path / file)
    monkeypatch.chdir(tmp_path)
    assert make_url(load(Path("bridge.toml")).store.url).database == str(tmp_path / file)


@pytest.mark.parametrize("url", ["sqlite:////srv/ficha.db", "postgresql://u@h/n"])
def test_other_databases_stay_as_they_are_written(toml, url):
    assert load(toml(f'[store]\nurl = "{url}"\n')).store.url == url


def test_the_usual_database_lies_beside_the_file(toml, tmp_path):
    assert make_url(load(toml("")).store.url).database == str(tmp_path / "ficha.db")


# -- the locator ---------------------------------------------------------------------------------

KEY = st.from_regex(r"[a-z]{1,3}", fullmatch=True)
SCALAR = st.one_of(
    st.integers(-9, 9).map(str),
    st.sampled_from(
        ['"a # b"', "'c]'", '"""x\n]\n"y" z"""', "'''q\n[t]\n'''", "true", '"\\""', "1.5"]
    ),
)
ARRAY = st.lists(SCALAR, max_size=3).map(lambda items: "[ # c\n" + ",\n".join(items) + "\n]")
INLINE = st.lists(SCALAR, max_size=2).map(
    lambda items: "{" + ", ".join(f"k{n} = {x}" for n, x in enumerate(items)) + "}"
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["[{}]", "[[{}]]", "[ {}.sub ]"]),
            KEY,
            st.lists(st.tuples(KEY, st.one_of(SCALAR, ARRAY, INLINE)), max_size=3),
        ),
        max_size=5,
    )
)
def test_each_key_of_any_document_has_the_line_it_stands_on(tables):
    text = ""
    for header, name, pairs in tables:
        text += header.format(name) + "  # [not] = a table\n\n"
        text += "".join(f"{key} = {value} # end\n" for key, value in pairs)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines, places = text.split("\n"), locate(text)
    for path in _paths(data, ()):
        assert path in places, (path, text)
        if isinstance(path[-1], str):
            assert path[-1] in lines[places[path] - 1]


def _paths(value, path):
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(one, dict | list):
            yield from _paths(one, (*path, key))


@given(st.text(alphabet="[]{}=.,\"'#\n a\\", max_size=60))
def test_what_is_no_toml_does_not_hang_the_locator(text):
    assert isinstance(locate(text), dict)


def test_a_password_is_not_asked_for_of_ssl(toml, tmp_path):
    """An encrypted key fails at the start and asks nobody."""
    from cti_bridge.config.values import Server
    from cti_bridge.server.tls import server_context

    key, certificate = tmp_path / "k.pem", tmp_path / "c.pem"
    command = "openssl req -x509 -newkey rsa:2048 -days 2 -subj /CN=localhost -passout pass:abcd"
    subprocess.run(
        [*command.split(), "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    with pytest.raises(ConfigError, match="cannot be used"):
        server_context(Server(tls_certificate=str(certificate), tls_key=str(key)))


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///ficha.db",
        "sqlite:////var/lib/ficha/ficha.db?timeout=1",
        "postgresql://ficha@db.example/ficha",
        "postgresql+asyncpg://ficha:p/w:?#x@[::1]:5432/ficha?ssl=require",
        "postgresql:///ficha?host=/run/postgresql",
        "postgres://10.0.0.7",
    ],
)
def test_what_names_a_database_is_taken(toml, url):
    load(toml(f'[store]\nurl = "{url}"\n'), {})


FUZZ = 100
AWKWARD = ('""', "-1", "nan", "[]", "{}", "true", "[[1]]", "1979-05-27", '"\\u0000"', '["", ""]',
           '"' + "a" * 5000 + '"', '"postgresql://[::1"', "[1, 2]")  # fmt: skip


def test_a_fuzz_of_the_example_raises_nothing_but_its_mistakes(toml):
    draw = random.Random(2119)
    example = EXAMPLE.read_text()
    lines = re.sub(r"(?m)^# (?=[\[\w]+.*[=\]])", "", example).split("\n")
    keys = [at for at, line in enumerate(lines) if re.match(r"\w+ *=", line)]
    refused = 0
    for turn in range(FUZZ):
        if turn % 2:
            data = mutated(draw, [example.encode(), "\n".join(lines).encode()])
        else:
            changed = list(lines)
            for at in draw.sample(keys, 3):
                changed[at] = f"{lines[at].partition('=')[0]}= {draw.choice(AWKWARD)}"
            data = "\n".join(changed).encode()
        try:
            load(toml(data), {})
        except ConfigError:
            refused += 1
    assert refused > FUZZ // 2
