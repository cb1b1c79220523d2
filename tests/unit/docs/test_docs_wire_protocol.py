"""docs/wire-protocol.md against the frames that are spoken."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from cti_bridge.protocol.codec import AUDIO_BYTES, AudioFrame, encode_audio
from cti_bridge.protocol.commands import AnyCommand, AnyReply
from cti_bridge.protocol.events import AnyEvent
from cti_bridge.protocol.vocabulary import RefusalCode
from cti_bridge.server.limits import Close

TEXT = (Path(__file__).parents[3] / "docs" / "wire-protocol.md").read_text()


def chapter(title: str) -> str:
    return re.split(r"^## ", TEXT.split(f"\n## {title}\n")[1], flags=re.MULTILINE)[0]


def tag(frame: Any) -> str:
    return str(frame.__struct_config__.tag)


@pytest.mark.parametrize(("title", "frames"), [("Commands", AnyCommand), ("Events", AnyEvent)])
def test_every_frame_is_listed_with_its_permission(title: str, frames: Any) -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \|", chapter(title), flags=re.MULTILINE)
    assert dict(rows) == {tag(frame): str(frame.permission) for frame in get_args(frames)}
    assert len(rows) == len(get_args(frames))


def test_every_reply_is_listed() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", chapter("Replies"), flags=re.MULTILINE)
    assert sorted(rows) == sorted(tag(frame) for frame in get_args(AnyReply))


def test_every_refusal_is_listed() -> None:
    told = re.findall(r"`(\w+)`", chapter("Refusals"))
    assert sorted(word for word in told if word not in {"field", "detail"}) == sorted(RefusalCode)


def test_every_close_code_is_listed() -> None:
    codes = {
        int(code) for code in re.findall(r"^\| (\d{4}) \|", chapter("Close codes"), re.MULTILINE)
    }
    assert codes == {code for name, code in vars(Close).items() if name.isupper()} | {1009}


def test_the_size_of_a_voice_frame() -> None:
    frame = encode_audio(AudioFrame(sequence=0, timestamp=0, pcm=bytes(AUDIO_BYTES)))
    assert f"{len(frame)} bytes each 20 ms" in TEXT
