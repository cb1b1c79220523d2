"""The commands as a user types them: what they print, and how they end."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from cti_bridge.cli import import_telling, serving
from cti_bridge.config.errors import ConfigError, Mistake
from cti_bridge.customers.sources.runs import Counts
from cti_bridge.errors import StoreError
from cti_bridge.store.importing import Progress
from tests.helpers.command_line import PASSWORD, add


def test_help_names_the_exit_codes(cli):
    result = cli("--help")
    assert result.exit_code == 0
    assert "3 cannot connect or sign in" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    "words",
    [
        ["serve"],
        ["check-config"],
        ["check-mail"],
        ["user", "add"],
        ["user", "passwd"],
        ["user", "list"],
        ["user", "disable"],
        ["user", "enable"],
        ["customers", "import"],
        ["customers", "suppress", "import"],
        ["customers", "suppress", "list"],
        ["customers", "suppress", "remove"],
        ["customers", "sources", "list"],
        ["customers", "sources", "show"],
        ["customers", "sources", "remove"],
        ["watch"],
        ["test-agent"],
    ],
)
def test_every_command_has_help(cli, words):
    result = cli(*words, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_no_password_can_be_an_argument(cli):
    result = cli("user", "add", "ana", "--password", "long enough 1")
    assert result.exit_code == 2
    assert "No such option" in result.stderr


def test_check_config_says_right(cli):
    result = cli("check-config")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "bridge.toml: right. Lines: 0, queues: 1, chats: 0, mailboxes: 0.\nNo call can come"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[lines]]\nid = "t"\nmode = "trunk"\nport = 5060\npeers = ["10.0.0.1"]\n'
            'hold_music = "jazz"\n',
            'line "t": hold_music: there is no sound',
        ),
        (
            '[[queues]]\nid = "q"\nname = "Q"\n[[queues.overflow]]\nwhen = "waited"\nover = 9\n'
            'do = "announce"\nsound = "jazz"\n',
            'queue "q": overflow: there is no sound',
        ),
        (
            '[[queues]]\nid = "q"\nname = "Q"\n[[mailboxes]]\nid = "m"\nqueue = "q"\n'
            'address = "a@example.org"\nsmtp = "s"\nca_file = "c.pem"\n',
            'mailbox "m": ca_file',
        ),
        ('[site]\nspool = "c.pem"\n', "Set site.spool to a folder"),
        ('[server]\ntls_certificate = "c.pem"\ntls_key = "c.pem"\n', "c.pem"),
    ],
)
def test_check_config_tries_what_the_file_only_names(cli, tmp_path, text, said):
    (tmp_path / "bridge.toml").write_text(text)
    (tmp_path / "c.pem").write_text("nonsense")
    result = cli("check-config")
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


def test_check_config_names_each_line_at_fault(cli, tmp_path):
    (tmp_path / "bridge.toml").write_text('[server]\nport = "x"\n\n[lgo]\n')
    result = cli("check-config")
    assert result.exit_code == 2
    first, second = result.stderr.splitlines()
    assert first.startswith("bridge.toml:2: server.port must be a whole number")
    assert second.startswith('bridge.toml:4: lgo: no such key "lgo". Did you mean "log"?')


def test_check_config_tells_all_in_one_go(cli, tmp_path):
    (tmp_path / "c.pem").write_text("nonsense")
    (tmp_path / "bridge.toml").write_text(
        '[server]\ntls_certificate = "c.pem"\ntls_key = "c.pem"\n'
        '[[queues]]\nid = "q"\n'  # has no name
        '[[queues]]\nid = "r"\nname = "R"\nwaiting = { kind = "music", music = "jazz" }\n'
        '[[queues.overflow]]\nwhen = "waited"\nover = 9\ndo = "announce"\nsound = "swing"\n'
        '[[agents]]\nlogin = "ana"\nqueues = ["q", "nope"]\n'
        '[[asterisk]]\nid = "a"\npassword_file = "secrets/a"\nca_file = "c.pem"\n'
        '[[asterisk]]\nid = "b"\napp = "other"\npassword = "x"\nca_file = "none.pem"\n'
    )
    result = cli("check-config")
    assert result.exit_code == 2
    said = result.stderr.splitlines()
    for number, words in enumerate(
        (
            "bridge.toml:4: queues[1].name is missing",
            'bridge.toml:17: agent "ana": there is no queue "nope". Known: r.',
            "cti-bridge asterisk init makes it; or put the secret on its first line.",
            'none.pem" cannot be read',
            'server: the certificate "',
            'asterisk: asterisk "a": ca_file',
            'queues: queue "r": waiting: there is no sound',
            'queues: queue "r": overflow: there is no sound',
        )
    ):
        assert words in said[number], result.stderr
    assert len(said) == 8


def test_a_prompt_that_is_missing_is_told_once(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("cti_bridge.examining.every_sound", lambda: ("es-none", "es-none-2"))
    queue = '[[queues]]\nid = "{0}"\nname = "Q"\nwaiting = {{ kind = "music" }}\n'
    (tmp_path / "bridge.toml").write_text(queue.format("q") + queue.format("r"))
    said = cli("check-config").stderr
    assert said.count("es-none'") == 1
    assert said.count("es-none-2'") == 1


@pytest.mark.parametrize("words", [["serve"], ["user", "list"], ["check-config"]])
def test_a_missing_configuration_is_told(cli, tmp_path, words):
    (tmp_path / "bridge.toml").unlink()
    result = cli(*words)
    assert result.exit_code == 2
    assert "bridge.toml: there is no such file." in result.stderr


def test_the_configuration_may_be_named_in_the_environment(cli, tmp_path, monkeypatch):
    (tmp_path / "other.toml").write_text("[site]\nregion = 1\n")
    monkeypatch.setenv("FICHA_CONFIG", "other.toml")
    assert "other.toml:2:" in cli("check-config").stderr


def test_a_user_is_added_listed_disabled_and_enabled(cli):
    assert add(cli, "Ana", "--name", "Ana Ruiz").stdout == "ana added as agent.\n"
    assert add(cli, "sara", "--role", "supervisor").exit_code == 0
    assert cli("user", "disable", "sara").stdout == "sara disabled.\n"
    assert cli("user", "list").stdout == (
        "ana\tagent\tenabled\tAna Ruiz\nsara\tsupervisor\tdisabled\tsara\n"
    )
    assert cli("user", "enable", "sara").exit_code == 0
    assert "sara\tsupervisor\tenabled" in cli("user", "list").stdout


def test_an_empty_list_says_how_to_begin(cli):
    result = cli("user", "list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "cti-bridge user add" in result.stderr


def test_the_stored_password_is_argon2id_and_can_be_changed(cli, tmp_path):
    add(cli)
    (tmp_path / "secret").write_text("another one 2\n")
    assert cli("user", "passwd", "ana", "--password-file", "secret").exit_code == 0
    data = (tmp_path / "ficha.db").read_bytes()
    assert b"$argon2id$" in data
    assert b"another one 2" not in data


@pytest.mark.parametrize(
    ("words", "typed", "code", "said"),
    [
        (["user", "add", "ana", "--password-stdin"], "x\n", 1, "at least 10 characters"),
        (["user", "add", "ana", "--password-stdin"], "x" * 300, 1, "at most 256"),
        (["user", "add", "ana", "--password-stdin"], "aaaaaaaaaaaa\n", 1, "four different"),
        (["user", "add", "long-login-1", "--password-stdin"], "Long-Login-1\n", 1, "the login"),
        (["user", "add", "ana", "--password-stdin"], "", 2, "no password came in"),
        (["user", "add", "ana"], "", 2, "No terminal to ask on"),
        (["user", "add", "ana", "--password-file", "none"], "", 2, "cannot be read"),
        (
            ["user", "add", "ana", "--password-file", "f", "--password-stdin"],
            "",
            2,
            "exclude each other",
        ),
        (["user", "add", "a b", "--password-stdin"], f"{PASSWORD}\n", 1, "no spaces"),
        (["user", "add", "ana", "--role", "king"], "", 2, "king"),
        (["user", "passwd", "nobody", "--password-stdin"], "", 1, 'no user "nobody"'),
        (["user", "disable", "nobody"], "", 1, 'there is no user "nobody"'),
    ],
)
def test_a_user_that_cannot_be_made_or_found(cli, words, typed, code, said):
    result = cli(*words, typed=typed)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr


def test_a_login_that_is_taken(cli):
    add(cli, "ana")
    result = add(cli, "ANA")
    assert result.exit_code == 1
    assert "taken" in result.stderr


def test_a_database_that_is_none_ends_with_4(cli, tmp_path):
    (tmp_path / "ficha.db").write_bytes(b"not a database" * 1000)
    result = cli("user", "list")
    assert result.exit_code == 4
    assert "ficha.db" in result.stderr


# -- customers import ---------------------------------------------------------------------------


def test_an_import_and_its_repetition(cli, tmp_path):
    (tmp_path / "people.csv").write_text(
        "nombre;teléfono\nAna Ruiz;612345678\nLuis Gil;913456789\n"
    )
    first = cli("customers", "import", "people.csv")
    assert first.exit_code == 0
    assert "2 rows" in first.stdout
    assert "2 created" in first.stdout
    assert "100%" in first.stderr
    assert "0 created" in cli("customers", "import", "people.csv").stdout


def test_a_dry_run_writes_nothing(cli, tmp_path):
    (tmp_path / "people.csv").write_text("name,phone\nAna,612345678\n")
    assert "1 would be created" in cli("customers", "import", "people.csv", "--dry-run").stdout
    assert "1 created" in cli("customers", "import", "people.csv").stdout


def test_refused_rows_are_told_by_line_and_end_with_1(cli, tmp_path):
    (tmp_path / "people.csv").write_text("name,phone,shoe\nAna,612345678,40\nLuis,abc,41\n")
    result = cli("customers", "import", "people.csv")
    assert result.exit_code == 1
    assert "people.csv:3: phone:" in result.stderr
    assert "columns not used: shoe" in result.stderr
    assert "1 created" in result.stdout


def test_many_refused_rows_are_not_all_told(cli, tmp_path):
    rows = "".join(f"N{n},abc\n" for n in range(300))
    (tmp_path / "people.csv").write_text("name,phone\n" + rows)
    result = cli("customers", "import", "people.csv")
    assert result.exit_code == 1
    assert "… and 100 more." in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), (b"", "is empty"), (b"a,b\n1,2\n", "no column for the name")],
)
def test_an_unusable_file_ends_with_2(cli, tmp_path, content, said):
    if content is not None:
        (tmp_path / "people.csv").write_bytes(content)
    result = cli("customers", "import", "people.csv")
    assert result.exit_code == 2
    assert said in result.stderr


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    half = Progress(
        rows=1000,
        refused=0,
        counts=Counts(created=1000),
        fraction=0.5,
        rows_per_second=10_000,
        seconds_left=3_725,
    )
    for stream, mark in ((Terminal(), "\r[############............]"), (io.StringIO(), " 50%")):
        show = import_telling.progress_on(stream)
        for _ in range(3):
            show(half)
        assert stream.getvalue().count(mark) == 1
        show(replace(half, rows=2000, fraction=1.0, seconds_left=0))
        assert "2,000 rows" in stream.getvalue()
        assert "10,000 rows/s, 1 h 02 min left" in stream.getvalue()


# -- serve --------------------------------------------------------------------------------------


class FakeApp:
    def __init__(self, error=None):
        self.error = error

    async def run(self, config, *, ready):
        if self.error:
            raise self.error
        ready("ready: ws://127.0.0.1:1/v1")


class PortTaken(ConfigError):
    port_taken = True


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (None, 0, ""),
        (ConfigError("server", Mistake(what="x.", fix="do y.")), 2, "server: x. do y."),
        (PortTaken("server", Mistake(what="x.", fix="y.")), 5, "server: x. y."),
        (StoreError("locked", "is locked", where="ficha.db"), 4, "ficha.db: is locked"),
        (OSError(98, "Address already in use"), 5, "holds a port"),
        (KeyboardInterrupt(), 130, "Stopped."),
    ],
)
def test_serve_ends_as_its_trouble_says(cli, monkeypatch, error, code, said):
    monkeypatch.setattr(serving, "load_app", lambda: FakeApp(error))
    monkeypatch.setattr(serving.logs, "set_up", lambda _config: None)
    result = cli("serve")
    assert (result.exit_code, said in result.stderr) == (code, True)
    assert result.stdout == ("" if error else "cti-bridge ready: ws://127.0.0.1:1/v1\n")


def test_a_list_of_no_contact_is_imported_shown_and_shortened(cli, tmp_path):
    listed = tmp_path / "robinson.csv"
    listed.write_text("teléfono;motivo\n612 34 50 99;Robinson\n999999999999999999;x\n612345098;\n")
    done = cli("customers", "suppress", "import", str(listed), "--reason", "asked")
    assert done.exit_code == 1
    assert done.stdout == "2 added, 0 there already, 1 refused.\n"
    assert f"{listed}:3: phone: not a phone number (too long)" in done.stderr
    again = cli("customers", "suppress", "import", str(listed))
    assert again.stdout == "0 added, 2 there already, 1 refused.\n"
    shown = cli("customers", "suppress", "list", "34509")
    assert [line.split()[:2] for line in shown.stdout.splitlines()] == [
        ["phone", "+34612345098"],
        ["phone", "+34612345099"],
    ]
    assert "Robinson (robinson)" in shown.stdout
    assert "asked (robinson)" in shown.stdout
    gone = cli("customers", "suppress", "remove", "612 34 50 99")
    assert gone.stdout == "+34612345099 may be contacted again.\n"
    twice = cli("customers", "suppress", "remove", "612 34 50 99")
    assert (twice.exit_code, twice.stdout) == (1, "")
    assert "is not on the list" in twice.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "nothing.csv"), "nothing.csv: cannot be read: No such file or directory."),
        (("import", "."), ".: cannot be read: Is a directory."),
        (("import", "sheet.xlsx"), "sheet.xlsx: not a text in UTF-8. Export it as CSV in UTF-8."),
        (("import", "photo"), "photo: not a text in UTF-8. Export it as CSV in UTF-8."),
        (("import", "empty.csv"), "empty.csv: no number, address or key is in it."),
        (("import", "headed.csv"), "headed.csv: no number, address or key is in it."),
        (("remove", "ana@"), "ana@: not an e-mail address."),
        (("remove", "x", "--kind", "fax"), "--kind is phone, email or key, not 'fax'."),
    ],
)
def test_what_cannot_be_suppressed_is_said(cli, tmp_path, words, said):
    (tmp_path / "sheet.xlsx").write_bytes(b"PK\x03\x04rest")
    (tmp_path / "photo").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9)
    (tmp_path / "empty.csv").write_text("\n \n")
    (tmp_path / "headed.csv").write_text("phone,reason\n")
    result = cli("customers", "suppress", *words)
    assert result.exit_code == 2
    assert said in result.stderr
