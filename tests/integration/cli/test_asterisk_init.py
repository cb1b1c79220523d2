"""`cti-bridge asterisk init` as an administrator types it."""

from __future__ import annotations

import stat
import wave

import pytest

from cti_bridge.telephony.asterisk.setup.files import FILES, passwords_in
from cti_bridge.telephony.media.sounds import Sounds

BRIDGE = (
    '[[asterisk]]\nid = "office"\npassword_file = "secrets/office"\n'
    '[[agents]]\nlogin = "ana"\nphone = "1003"\n'
)
OTHER = '[[asterisk]]\nid = "b"\napp = "two"\npassword_file = "secrets/b"\n'


@pytest.fixture
def bridge(tmp_path):
    (tmp_path / "bridge.toml").write_text(BRIDGE)
    return tmp_path


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_has_everything_and_nobody_else_reads_it(cli, bridge):
    done = cli("asterisk", "init", "--out", "pbx")
    assert (done.exit_code, "README.txt" in done.output) == (0, True), done.output
    out, secret = bridge / "pbx", bridge / "secrets" / "office"
    assert {file.name for file in out.iterdir()} == {*FILES, "sounds"}
    assert {mode(out / name) for name in FILES} == {0o600}
    assert (mode(out), mode(secret)) == (0o700, 0o600)
    assert f"password = {secret.read_text().strip()}\n" in (out / "ari.conf").read_text()
    assert "La puerta de Ficha" in (out / "ari.conf").read_text()
    given = [secret.read_text().strip(), *passwords_in((out / "pjsip.conf").read_text()).values()]
    assert len(given) == 2
    assert not [one for one in given if one in done.output]


def test_every_sound_is_one_that_asterisk_plays(cli, bridge):
    own = bridge / "own"
    own.mkdir()
    (bridge / "bridge.toml").write_text(f'[site]\nsounds = "own"\n{BRIDGE}')
    with wave.open(str(own / "wide.wav"), "wb") as writer:
        writer.setparams((2, 2, 44_100, 0, "NONE", ""))
        writer.writeframes(b"\0\0\0\0" * 44_100)
    assert cli("asterisk", "init", "--out", "pbx").exit_code == 0
    folder = bridge / "pbx" / "sounds" / "ficha"
    assert {file.stem for file in folder.glob("*.wav")} == {*Sounds(own=own).names()}
    for file in (*folder.glob("*.wav"), folder / "music" / "hold.wav"):
        with wave.open(str(file)) as reader:
            assert reader.getparams()[:3] == (1, 2, 8000), file
    with wave.open(str(folder / "wide.wav16")) as reader:
        assert reader.getparams()[:3] == (1, 2, 16_000)
    assert not (folder / "es-busy.wav16").exists()


def test_what_is_there_is_overwritten_only_by_force_and_telephones_keep_their_passwords(
    cli, bridge
):
    assert cli("asterisk", "init", "--out", "pbx").exit_code == 0
    file = bridge / "pbx" / "pjsip.conf"
    before = passwords_in(file.read_text())
    secret = (bridge / "secrets" / "office").read_text()
    again = cli("asterisk", "init", "--out", "pbx")
    assert (again.exit_code, "add --force" in again.output) == (2, True)
    done = cli("asterisk", "init", "--out", "pbx", "--force", "--language", "en", "--port", "5070")
    assert done.exit_code == 0, done.output
    assert passwords_in(file.read_text()) == before
    assert "bind = 0.0.0.0:5070" in file.read_text()
    assert "Ficha's door" in (bridge / "pbx" / "ari.conf").read_text()
    assert (bridge / "secrets" / "office").read_text() == secret


def test_without_a_folder_it_is_printed(cli, bridge):
    done = cli("asterisk", "init", "--language", "en")
    assert done.exit_code == 0
    assert all(f";;;; {name}" in done.output for name in FILES)


def test_nothing_is_made_where_the_configuration_is_wrong(cli, bridge):
    (bridge / "bridge.toml").write_text(BRIDGE + 'node = "b"\n')
    done = cli("asterisk", "init", "--out", "pbx")
    assert (done.exit_code, 'no [[asterisk]] "b"' in done.output) == (2, True)
    assert not (bridge / "secrets").exists()
    assert not (bridge / "pbx").exists()


@pytest.mark.parametrize(
    ("toml", "words", "said"),
    [
        ("", (), "There is no [[asterisk]] in the configuration"),
        (BRIDGE, ("--node", "b"), "Known: office"),
        (f'{BRIDGE}node = "b"\n{OTHER}', (), "There are several"),
        (BRIDGE.replace("1003", "global"), (), 'cannot be called "global"'),
    ],
    ids=["none", "no such", "several", "telephone of a reserved name"],
)
def test_what_is_told_in_place_of_files(cli, bridge, toml, words, said):
    (bridge / "bridge.toml").write_text(toml)
    done = cli("asterisk", "init", *words)
    assert (done.exit_code, said in done.output) == (2, True), done.output


def test_a_folder_that_cannot_be_made_is_told(cli, bridge):
    (bridge / "file").write_text("")
    done = cli("asterisk", "init", "--out", "file/pbx")
    assert (done.exit_code, "cannot be written" in done.output) == (2, True), done.output


def test_only_an_address_is_written_as_one(cli, bridge):
    done = cli("asterisk", "init", "--out", str(bridge.parent / "out"), "--bind", "pbx:5060")
    assert done.exit_code == 2
    assert '--bind: "pbx:5060" is no IP address.' in done.stderr
    assert not (bridge.parent / "out").exists()


def test_the_help_names_the_section(cli):
    assert "[[asterisk]]" in cli("asterisk", "doctor", "--help").stdout
