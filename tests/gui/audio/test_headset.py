"""The headset over a fake sound system."""

import struct

import pytest

from agent_desktop.audio.fake import FakeSound
from agent_desktop.audio.headset import Headset, loudness
from cti_bridge.protocol.codec import AudioFrame, decode_audio, encode_audio


@pytest.fixture
def sent():
    return []


@pytest.fixture
def headset(qtbot, sent):
    sound = FakeSound()
    headset = Headset(sound, sent.append)
    headset.fake = sound
    yield headset
    headset.close()


def test_nothing_leaves_the_microphone_without_a_call(qtbot, headset, sent):
    headset.meter(True)
    with qtbot.waitSignal(headset.level, timeout=30_000) as level:
        pass
    assert 0.5 < level.args[0] < 1.0
    assert sent == []


def test_a_call_sends_numbered_frames_and_plays_what_comes(qtbot, headset, sent):
    headset.set_active(True)
    loud = struct.pack("<160h", *[9000] * 160)
    for n in range(5):
        headset.receive(encode_audio(AudioFrame(sequence=n, timestamp=160 * n, pcm=loud)))
    qtbot.waitUntil(lambda: len(sent) >= 5 and loud in headset.fake.heard, timeout=30_000)
    frames = [decode_audio(data) for data in sent]
    assert [f.sequence for f in frames] == list(range(len(frames)))
    assert [f.timestamp for f in frames] == [160 * n for n in range(len(frames))]
    headset.set_active(False)
    count = len(sent)
    qtbot.wait(80)
    assert len(sent) == count


def test_without_a_sound_card_the_call_goes_on_with_silence(qtbot, sent):
    troubles = []
    headset = Headset(FakeSound(broken=True), sent.append)
    headset.trouble.connect(troubles.append)
    headset.set_active(True)
    qtbot.waitUntil(lambda: len(sent) >= 3, timeout=30_000)
    assert decode_audio(sent[0]).pcm == bytes(320)
    assert troubles == ["no_speaker"]
    headset.play_test()
    headset.close()


def test_a_device_pulled_out_in_a_call_is_replaced_when_another_comes(qtbot, headset, sent):
    headset.set_active(True)
    headset.fake.broken = True
    headset.fake.changed()
    qtbot.waitUntil(
        lambda: bool(sent) and decode_audio(sent[-1]).pcm == bytes(320), timeout=30_000
    )
    headset.fake.broken = False
    headset.fake.changed()
    qtbot.waitUntil(lambda: decode_audio(sent[-1]).pcm != bytes(320), timeout=30_000)


def test_frames_that_are_no_audio_are_dropped(headset):
    headset.receive(b"")
    headset.receive(b"\x02" + bytes(327))
    headset.receive(bytes(10_000))
    assert headset.figures().played == 0


def test_choosing_another_loudspeaker_reopens_it_in_the_call(headset):
    headset.set_active(True)
    opened = headset.fake.opened
    headset.select(output_id="fake-out")
    assert headset.fake.opened == opened + 1
    assert headset.output_id == "fake-out"


def test_the_test_sound_is_heard_and_then_ends(qtbot, headset):
    headset.play_test()
    qtbot.waitUntil(lambda: any(loudness(f) > 0.5 for f in headset.fake.heard), timeout=30_000)


def test_loudness_spans_sixty_decibels():
    assert loudness(bytes(320)) == 0.0
    assert loudness(struct.pack("<160h", *[32767, -32767] * 80)) == pytest.approx(1.0, abs=0.01)
    assert loudness(struct.pack("<160h", *[327, -327] * 80)) == pytest.approx(0.33, abs=0.02)
