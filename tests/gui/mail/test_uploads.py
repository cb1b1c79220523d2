"""Files on their way up: pieces, refusals, cuts, limits."""

from __future__ import annotations

import pytest

from agent_desktop.link import LinkState
from agent_desktop.state import Store
from agent_desktop.viewmodels.uploads import MAX_FILES, PIECE, Uploads
from cti_bridge.protocol.codec import MAX_COMMAND_BYTES, encode
from cti_bridge.protocol.commands import Done, Refused, UploadPart
from cti_bridge.protocol.vocabulary import RefusalCode
from tests.helpers import page_values
from tests.helpers.desktop import FakeLink


@pytest.fixture
def desk(qapp):
    link = FakeLink()
    store = Store(link)
    link.emit(page_values.signed_in(settings=page_values.site(max_attachment_bytes=3_000_000)))
    return Uploads(link, store), link


def taken(link, blob=""):
    link.reply_to(UploadPart, Done(request_id=0, id=blob))


def test_a_file_goes_up_in_order_and_becomes_a_blob(desk):
    uploads, link = desk
    data = bytes(range(256)) * (PIECE // 256) + b"end"
    uploads.start("chat i1", "a.bin", data)
    taken(link)
    (file,) = uploads.of("chat i1")
    assert (file.sent, file.busy) == (PIECE, True)
    taken(link, "b7")
    assert uploads.blobs("chat i1") == ("b7",)
    first, last = link.sent_of(UploadPart)
    assert first.data + last.data == data
    assert (first.offset, first.last, last.offset, last.last) == (0, False, PIECE, True)
    assert first.upload_id == last.upload_id


def test_a_piece_fits_a_frame(desk):
    uploads, link = desk
    uploads.start("x", "n" * 500, b"\xff" * PIECE)
    assert len(encode(link.sent_of(UploadPart)[0])) <= MAX_COMMAND_BYTES


@pytest.mark.parametrize(("size", "error"), [(0, "empty"), (3_000_001, "too_large")])
def test_what_cannot_go_is_said_and_not_sent(desk, size, error):
    uploads, link = desk
    assert uploads.start("x", "a", b"x" * size).error == error
    assert not link.sent_of(UploadPart)


def test_there_are_not_too_many(desk):
    uploads, _link = desk
    for _ in range(MAX_FILES):
        uploads.start("x", "a", b"1")
    assert uploads.start("x", "a", b"1").error == "too_many"


def test_a_file_of_the_desk(desk, tmp_path):
    uploads, link = desk
    (tmp_path / "carta.txt").write_bytes(b"hola")
    uploads.start_file("x", tmp_path / "carta.txt")
    assert link.sent_of(UploadPart)[0].data == b"hola"
    for bad, error in ((tmp_path, "unreadable"), (tmp_path / "none", "unreadable")):
        assert uploads.start_file("x", bad).error == error
    (tmp_path / "nothing").write_bytes(b"")
    assert uploads.start_file("x", tmp_path / "nothing").error == "empty"
    with (tmp_path / "large").open("wb") as file:
        file.truncate(3_000_001)
    assert uploads.start_file("x", tmp_path / "large").error == "too_large"


def test_a_refused_file_can_be_tried_again_or_taken_out(desk):
    uploads, link = desk
    file = uploads.start("x", "a.exe", b"1")
    link.reply_to(UploadPart, Refused(request_id=0, code=RefusalCode.STORE_AWAY))
    assert uploads.of("x")[0].error == "store_away"
    assert not uploads.busy("x")
    uploads.retry(file.upload_id)
    assert uploads.busy("x")
    taken(link, "b1")
    uploads.remove(file.upload_id)
    assert uploads.of("x") == ()


def test_after_a_cut_it_begins_anew_under_another_name(desk):
    uploads, link = desk
    uploads.start("x", "a", b"1" * (PIECE + 1))
    taken(link)
    link.set_state(LinkState.OFFLINE)
    assert uploads.of("x")[0].error == ""
    link.set_state(LinkState.ONLINE)
    parts = link.sent_of(UploadPart)
    assert parts[-1].offset == 0
    assert parts[-1].upload_id != parts[0].upload_id
    taken(link)
    taken(link, "b1")
    assert uploads.blobs("x") == ("b1",)


def test_what_was_taken_out_meanwhile_is_not_gone_on_with(desk):
    uploads, link = desk
    file = uploads.start("x", "a", b"1" * (PIECE + 1))
    uploads.remove(file.upload_id)
    taken(link)
    assert len(link.sent_of(UploadPart)) == 1


def test_nothing_of_one_agent_is_left_for_the_next(desk):
    uploads, link = desk
    uploads.start("x", "a", b"1")
    link.set_state(LinkState.SIGNED_OUT)
    assert uploads.of("x") == ()
