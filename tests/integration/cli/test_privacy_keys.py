"""`cti-bridge privacy key …` and `privacy seal`, as an administrator types them."""

from __future__ import annotations

import asyncio
import logging

import pytest

from cti_bridge.app import open_bridge
from cti_bridge.config.errors import ConfigError
from cti_bridge.config.reader import load
from cti_bridge.store.blobs import SqlBlobs
from cti_bridge.store.engine import Database

TOML = '[store]\nurl = "sqlite:///ficha.db"\n[server]\nport = 0\n'
KEYED = f'{TOML}[privacy]\nkey_file = "ficha.key"\n'


@pytest.fixture
def keyed(cli, tmp_path):
    (tmp_path / "bridge.toml").write_text(KEYED)
    return cli


def plain(folder, *contents):
    async def work():
        database = await Database.open(f"sqlite:///{folder / 'ficha.db'}")
        try:
            return [await SqlBlobs(database).put(data) for data in contents]
        finally:
            await database.close()

    return asyncio.run(work())


def started(folder):
    async def work():
        bridge = await open_bridge(load(folder / "bridge.toml"))
        await bridge.stop()

    asyncio.run(work())


def ids(result):
    return [line.split("\t")[0] for line in result.stdout.splitlines()]


def test_without_a_key_file_the_commands_say_how_to_name_one(cli):
    for words in (["key", "new"], ["key", "list"], ["key", "rotate"], ["seal"]):
        result = cli("privacy", *words)
        assert result.exit_code == 2
        assert "privacy.key_file is not set" in result.stderr


def test_from_the_first_key_to_a_rotation(keyed, tmp_path):
    plain(tmp_path, b"a recording", b"an attachment" * 100_000)
    missing = keyed("check-config")
    assert missing.exit_code == 2
    assert "cti-bridge privacy key new" in missing.stderr

    made = keyed("privacy", "key", "new")
    assert made.exit_code == 0
    assert "Keep a copy" in made.stdout
    assert (tmp_path / "ficha.key").stat().st_mode & 0o777 == 0o600
    assert keyed("check-config").exit_code == 0
    assert keyed("privacy", "key", "new").exit_code == 2

    before = keyed("privacy", "key", "list")
    assert "2\tnot sealed" in before.stdout
    assert "2 files sealed" in keyed("privacy", "seal").stdout
    [first] = ids(keyed("privacy", "key", "list"))
    assert first in made.stdout

    rotated = keyed("privacy", "key", "rotate")
    assert rotated.exit_code == 0
    assert "2 files are under" in rotated.stdout
    listed = keyed("privacy", "key", "list").stdout.splitlines()
    assert [line.split("\t")[1:] for line in listed] == [["2", "in use"], ["0", "old"]]
    assert first in keyed("privacy", "key", "prune").stdout
    assert len(ids(keyed("privacy", "key", "list"))) == 1
    started(tmp_path)


def test_a_rotation_that_broke_off_is_finished_under_its_own_key(keyed, tmp_path):
    plain(tmp_path, b"one")
    keyed("privacy", "key", "new")
    keyed("privacy", "seal")
    keyed("privacy", "key", "rotate")
    keys = (tmp_path / "ficha.key").read_text().splitlines()
    # as a rotation leaves it that died after the file was written: the old key has the files
    (tmp_path / "ficha.key").write_text("\n".join([keys[3], keys[2]]))
    result = keyed("privacy", "key", "rotate")
    assert "going on under" in result.stderr
    assert "1 files are under" in result.stdout
    assert len(ids(keyed("privacy", "key", "list"))) == 2


def test_the_start_says_of_a_key_that_is_lost(keyed, tmp_path, caplog):
    plain(tmp_path, b"one", b"two")
    keyed("privacy", "key", "new")
    keyed("privacy", "seal")
    (tmp_path / "ficha.key").unlink()
    with pytest.raises(ConfigError, match="is not there"):
        started(tmp_path)
    keyed("privacy", "key", "new")
    with caplog.at_level(logging.ERROR):
        started(tmp_path)
    assert "2 recordings and attachments are sealed under the key" in caplog.text
    assert "without it they are lost" in caplog.text
    (tmp_path / "bridge.toml").write_text(TOML)
    with pytest.raises(ConfigError, match="names no key file"):
        started(tmp_path)


def test_a_start_says_what_is_not_sealed_yet(keyed, tmp_path, caplog):
    plain(tmp_path, b"one")
    keyed("privacy", "key", "new")
    with caplog.at_level(logging.WARNING):
        started(tmp_path)
    assert "1 recordings and attachments are not sealed yet" in caplog.text
