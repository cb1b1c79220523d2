"""A real Asterisk on what `asterisk init` wrote: it starts without a word, and the doctor sees
each thing that is broken, one at a time."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from cti_bridge.cli.main import app
from cti_bridge.config.reader import load
from cti_bridge.telephony.asterisk.setup.files import passwords_in
from cti_bridge.telephony.asterisk.switch import AsteriskSwitch
from cti_bridge.telephony.ports import (
    CallCleared,
    CallDelivered,
    CallEstablished,
    Device,
    LineUp,
)
from tests.helpers import sound
from tests.helpers.asterisk_own import OwnAsterisk, running
from tests.helpers.baresip import Baresip
from tests.helpers.ports import free_port
from tests.integration.telephony.asterisk_desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.peer("asterisk"), pytest.mark.timeout(600)]

BRIDGE = """
[[queues]]
id = "main"
name = "Main"
waiting = {{ kind = "music", music = "announcement" }}
[[asterisk]]
id = "office"
url = "http://127.0.0.1:{port}"
password_file = "secrets/office"
variables = ["customer"]
[[agents]]
login = "ana"
phone = "1003"
[[agents]]
login = "eva"
phone = "1004"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone:
    number: str
    password: str


class Place:
    """An administrator's folder, and the Asterisk that runs on what was written there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bridge.toml").write_text(BRIDGE.format(port=free_port()))
        self.bridge = folder / "bridge.toml"
        port = free_port()
        self.registrar = f"127.0.0.1:{port}"
        sip = ("--port", str(port), "--bind", "127.0.0.1")
        self.cli("init", "--out", str(folder / "out"), *sip)

    def telephone(self, number: str) -> Telephone:
        passwords = passwords_in((self.folder / "out" / "pjsip.conf").read_text())
        return Telephone(number=number, password=passwords[number])

    def cli(self, *words: str) -> str:
        done = CliRunner().invoke(
            app, ["asterisk", *words, "--config", str(self.bridge)], catch_exceptions=False
        )
        return f"{done.output}exit {done.exit_code}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("admin"))


@pytest.fixture(scope="module")
def pbx(place: Place) -> Iterator[OwnAsterisk]:
    with running(place.folder / "out") as own:
        yield own


def mistakes(said: str) -> list[str]:
    return [line for line in said.splitlines() if not line.startswith(("ok", "exit 1"))]


def test_it_starts_without_a_word_about_our_files(place: Place, pbx: OwnAsterisk) -> None:
    ours = {file.name for file in (place.folder / "out").glob("*.conf")} - {"README.txt"}
    bad = [line for line in pbx.first_words.splitlines() if re.search(r"WARNING|ERROR", line)]
    theirs = ("manager.d/*.conf", "users.conf is deprecated")  # of the package's own files
    assert [line for line in bad if not any(one in line for one in theirs)] == []
    assert not [line for line in bad for name in ours if name in line]
    listening = pbx.command("pjsip show transports") + pbx.command("http show status")
    assert "0.0.0.0" not in listening


def test_the_doctor_finds_all_well(place: Place, pbx: OwnAsterisk) -> None:
    said = place.cli("doctor")
    assert mistakes(said) == ["exit 0"], said
    assert len(said.splitlines()) == 14
    assert "it can record" in said
    assert list(pbx.recordings.iterdir()) == []
    assert "0 active channels" in pbx.command("core show channels")


def test_music_and_sounds_are_found_by_asterisk(pbx: OwnAsterisk) -> None:
    files = pbx.command("moh show files")
    assert "sounds/ficha/music/hold" in files
    assert "sounds/ficha/music-announcement/announcement" in files


@pytest.mark.peer("baresip")
async def test_telephones_register_and_ring_each_other(
    place: Place, pbx: OwnAsterisk, tmp_path: Path
) -> None:
    """With the passwords that were made for them; and without a bridge a caller is told so."""
    async with (
        Baresip.at(place.registrar, place.telephone("1003"), tmp_path) as ana,
        Baresip.at(place.registrar, place.telephone("1004"), tmp_path, answers=True) as eva,
    ):
        await ana.registered(within=60)
        await eva.registered(within=60)
        await ana.dial(f"sip:1004@{place.registrar}")
        await ana.happens("CALL_ESTABLISHED", within=60)
        said = await asyncio.to_thread(place.cli, "doctor")
        await ana.hang_up()
    assert "telephones: 2, registered now: 2" in said
    assert mistakes(said) == ["exit 0"]


@contextlib.contextmanager
def trunk(pbx: OwnAsterisk) -> Iterator[None]:
    """Telephones come in as a trunk does, and their customer is known."""
    file = pbx.etc / "extensions.conf"
    text = file.read_text()
    noted = re.sub(
        r"^; same => n,Set\(customer=.*", " same => n,Set(customer=C-7)", text, flags=re.M
    )
    file.write_text(noted.replace("[ficha-agents]", "[ficha-agents]\ninclude => ficha-in"))
    pbx.command("dialplan reload")
    try:
        yield
    finally:
        file.write_text(text)
        pbx.command("dialplan reload")


@pytest.mark.peer("baresip")
async def test_the_bridge_s_switch_takes_a_call_through_what_was_written(
    place: Place, pbx: OwnAsterisk, tmp_path: Path
) -> None:
    """The number dialled, the variable and the agent's telephone are found as they should."""
    switch = AsteriskSwitch(load(place.bridge).asterisk, region="ES")
    desk = Desk(switch)
    await switch.start(desk.sink)
    try:
        await desk.next(LineUp, within=60)
        with trunk(pbx):
            async with (
                Baresip.at(place.registrar, place.telephone("1003"), tmp_path) as caller,
                Baresip.at(
                    place.registrar, place.telephone("1004"), tmp_path, answers=True
                ) as eva,
            ):
                await caller.registered(within=60)
                await eva.registered(within=60)
                await caller.dial(f"sip:910000000@{place.registrar}")
                call = await desk.next(CallDelivered, within=60)
                await switch.answer(call.call, Device("phone:1004"))
                await desk.next(CallEstablished, within=60)
                await caller.hang_up()
                await desk.next(CallCleared, within=60)
    finally:
        await switch.stop()
    assert (call.dnis, dict(call.variables)) == ("+34910000000", {"customer": "C-7"})
    assert (call.line, call.caller.number.value, call.first_dialled) == ("office", "1003", "")


@pytest.mark.peer("baresip")
async def test_without_a_bridge_callers_hear_that_they_should_call_later(
    place: Place, pbx: OwnAsterisk, tmp_path: Path
) -> None:
    with trunk(pbx):
        async with Baresip.at(place.registrar, place.telephone("1003"), tmp_path) as caller:
            await caller.registered(within=60)
            await caller.dial(f"sip:910000000@{place.registrar}")
            closed = await caller.happens("CALL_CLOSED", within=60)
    assert "503" in str(closed["param"])  # Hangup(34)
    assert len(caller.heard()) > 2 * 16_000  # seconds of 16 bit
    assert sound.level(caller.heard()) > 0.01
    assert "es-busy" not in pbx.log  # it says so of a sound that it does not find


def test_a_wrong_password(place: Place, pbx: OwnAsterisk) -> None:
    secret = place.folder / "secrets" / "office"
    right = secret.read_text()
    secret.write_text("wrong\n")
    try:
        said = place.cli("doctor")
    finally:
        secret.write_text(right)
    assert "exit 1" in said
    [line] = mistakes(said)
    assert 'refuses user "ficha" or the password. Compare [ficha] of its ari.conf' in line


def test_sounds_that_are_missing(place: Place, pbx: OwnAsterisk) -> None:
    away = pbx.sounds / "ficha" / "es-busy.wav"
    away.rename(pbx.run / "es-busy.wav")
    pbx.command("module reload sounds")
    try:
        said = place.cli("doctor")
    finally:
        (pbx.run / "es-busy.wav").rename(away)
        pbx.command("module reload sounds")
    [line] = mistakes(said)
    assert "1 of 111 sounds are missing: es-busy. Write them with" in line


def test_a_telephone_that_is_missing(place: Place, pbx: OwnAsterisk) -> None:
    text = place.bridge.read_text()
    place.bridge.write_text(f'{text}[[agents]]\nlogin = "rosa"\nphone = "1009"\n')
    try:
        said = place.cli("doctor")
    finally:
        place.bridge.write_text(text)
    [line] = mistakes(said)
    assert "there is no telephone 1009 (rosa). Add [1009] to its pjsip.conf" in line


def test_recordings_that_cannot_be_written(place: Place, pbx: OwnAsterisk) -> None:
    shutil.rmtree(pbx.recordings)
    try:
        said = place.cli("doctor")
    finally:
        pbx.recordings.mkdir()
    [line] = mistakes(said)
    assert "its folder of recordings cannot be written. On its machine: install -d" in line


def test_what_a_restart_shows(place: Place, pbx: OwnAsterisk) -> None:
    """Several broken things cost one start: module, permission, music, sessions, dial plan."""
    names = [file.name for file in (place.folder / "out").glob("*.conf")]
    kept = {pbx.etc / name: (pbx.etc / name).read_text() for name in names}
    changes = (
        ("modules.conf", "load = res_pjsip_header_funcs.so", ""),
        ("musiconhold.conf", "[default]", "[other]"),
        ("http.conf", "sessionlimit = 400", "sessionlimit = 100"),
        ("extensions.conf", "[ficha-in]", "[from-carrier]"),
        ("pjsip.conf", "allow = alaw,ulaw,g722", "allow = gsm"),
    )
    for name, old, new in changes:
        assert old in kept[pbx.etc / name]
        (pbx.etc / name).write_text(kept[pbx.etc / name].replace(old, new))
    pbx.restart()
    try:
        broken = place.cli("doctor")
        (pbx.etc / "ari.conf").write_text(
            kept[pbx.etc / "ari.conf"].replace("read_only = no", "read_only = yes")
        )
        modules = kept[pbx.etc / "modules.conf"].replace("load = res_stasis_snoop.so", "")
        (pbx.etc / "modules.conf").write_text(modules)
        pbx.restart()
        locked = place.cli("doctor")
    finally:
        for file, text in kept.items():
            file.write_text(text)
        pbx.restart()
    for remedy in (
        "res_pjsip_header_funcs is missing. Add load = res_pjsip_header_funcs.so",
        'no class of music "default". Add [default]',
        "takes 100 HTTP connections at once, and each headset is one. Set sessionlimit = 400",
        "has no [ficha-in]",
        "telephone 1003 has none of the usual codecs",
    ):
        assert remedy in broken
    assert 'user "ficha" may read and do nothing. Set read_only = no in ari.conf.' in locked
    assert "res_stasis_snoop, res_ari_channels are missing" in locked
    assert "it can record" not in locked
    assert mistakes(place.cli("doctor")) == ["exit 0"]


def examined_with(place: Place, pbx: OwnAsterisk, old: str, new: str) -> str:
    """What the doctor says of another dial plan."""
    file = pbx.etc / "extensions.conf"
    text = file.read_text()
    file.write_text(text.replace(old, new))
    pbx.command("dialplan reload")
    try:
        return place.cli("doctor")
    finally:
        file.write_text(text)
        pbx.command("dialplan reload")


def test_a_dial_plan_that_is_somebody_else_s(place: Place, pbx: OwnAsterisk) -> None:
    said = examined_with(place, pbx, "[ficha-doctor]", "[elsewhere]")
    assert "has no [ficha-doctor]: dial plan, music, sessions, codecs and recordings" in said
    assert "exit 0" in said


def test_a_dial_plan_that_names_another_application(place: Place, pbx: OwnAsterisk) -> None:
    said = examined_with(place, pbx, "Stasis(ficha,", "Stasis(phisha,")
    [line, _] = [one for one in said.splitlines() if not one.startswith("ok")]
    assert line.startswith("mistake office: its dial plan hands calls to Stasis(phisha), in")
    assert 'in [ficha-in], and app is "ficha": they reach nobody. Write Stasis(ficha,…)' in line
    assert "exit 1" in said


def test_an_asterisk_that_is_down(place: Place, pbx: OwnAsterisk) -> None:
    pbx.stop()
    [line] = mistakes(place.cli("doctor"))
    assert "nothing listens on 127.0.0.1" in line
    pbx.start()
