"""A site's own voice goes before Ficha's; every prompt that may be said is there."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from cti_bridge.acd.announcements import every_sound
from cti_bridge.telephony.media.sounds import SoundError, Sounds, default_folder

if TYPE_CHECKING:
    from pathlib import Path


def test_every_prompt_can_be_played() -> None:
    sounds = Sounds()
    for name in every_sound():
        assert 0.1 < sounds.get(name).seconds < 8, name


def test_a_file_of_ones_own_goes_first(tmp_path: Path) -> None:
    shutil.copyfile(default_folder() / "beep.wav", tmp_path / "hold.wav")
    shutil.copyfile(default_folder() / "beep.wav", tmp_path / "our-welcome.wav")
    sounds = Sounds(own=tmp_path)
    assert sounds.get("hold").pcm == Sounds().get("beep").pcm
    assert sounds.get("busy").pcm == Sounds().get("busy").pcm
    assert "our-welcome" in sounds.names()


def test_one_that_is_nowhere_is_told_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match=r"no sound 'nix' in .* or .*\(there are: .*hold"):
        Sounds(own=tmp_path).get("nix")
