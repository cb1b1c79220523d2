"""Hostile mail: nothing is fetched, no file is read, no picture is too large, nothing opens."""

from __future__ import annotations

import struct
import zlib

import pytest
from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QImage

from agent_desktop.viewmodels.blobs import Blobs
from agent_desktop.views import pictures
from agent_desktop.views.email.images import MailImages, RemoteImages, may_fetch, plain_request
from agent_desktop.views.email.mail_view import MailView
from agent_desktop.views.email.original import headers_of
from cti_bridge.protocol.commands import BlobPart, FetchBlob, Refused
from cti_bridge.protocol.vocabulary import RefusalCode
from tests.helpers import screens_mail as made
from tests.helpers.desktop import FakeLink


@pytest.fixture
def view(qtbot, dressed):
    shown = MailView()
    qtbot.addWidget(shown)
    shown.resize(500, 300)
    shown.show()
    return shown


class NoNetwork(RemoteImages):
    """Would fetch; says what."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def fetch(self, address, asker, on_done) -> None:
        self.asked.append(address)
        on_done(None)


HOSTILE = (
    "<html><head><link rel='stylesheet' href='https://evil.example/x.css'>"
    "<style>@import url(file:///etc/passwd)</style>"
    "<script>alert(1)</script></head>"
    "<body background='https://evil.example/bg.png' onload='alert(2)'>"
    "<img src='https://evil.example/px.png'><img src='file:///etc/passwd'>"
    "<img src='/etc/passwd'><img src='//server/share/x.png'><img src='qrc:/x.png'>"
    "<img src='data:image/png;base64,AAAA'><iframe src='https://evil.example'></iframe>"
    "<object data='file:///etc/passwd'></object>texto</body></html>"
)


@pytest.mark.styled
def test_a_hostile_mail_reads_and_fetches_nothing(qtbot, view, tmp_path, monkeypatch):
    secret = tmp_path / "secret.png"
    QImage(40, 40, QImage.Format.Format_RGB32).save(str(secret))
    monkeypatch.chdir(tmp_path)
    wanted: list[str] = []
    view.image_wanted.connect(wanted.append)
    local = f"<img src='{secret.as_uri()}'><img src='secret.png'><img src='{secret}'>"
    assert view.show_html(HOSTILE + local)
    qtbot.wait(20)
    view.grab()
    assert "texto" in view.toPlainText()
    assert "alert" not in view.toPlainText()
    for name in (secret.as_uri(), "secret.png", str(secret), "https://evil.example/px.png"):
        image = view.loadResource(2, QUrl(name))
        assert isinstance(image, QImage)
        assert image.size() == QSize(1, 1)  # never null: Qt would read the file itself
        drawn = view.document().resource(2, QUrl(name))
        assert drawn.width() == 1, name
    assert len(wanted) == len(set(wanted))


@pytest.mark.styled
def test_qt_itself_would_have_read_the_file(qtbot, dressed, tmp_path):
    """What the test above guards against: without our answer the file is shown."""
    from PySide6.QtWidgets import QTextBrowser

    secret = tmp_path / "secret.png"
    QImage(40, 40, QImage.Format.Format_RGB32).save(str(secret))
    plain = QTextBrowser()
    qtbot.addWidget(plain)
    plain.setHtml("x")
    assert plain.document().resource(2, QUrl(secret.as_uri())).width() == 40


@pytest.mark.parametrize("html", ["<div>" * 3_000 + "x", "<b", "y" * 3_000_000])
def test_what_cannot_be_laid_out_is_left_to_the_plain_text(view, html):
    assert not view.show_html(html)


def test_plain_text_is_never_html(view):
    view.show_text("<b>no</b> <img src='https://evil.example/x.png'> https://ejemplo.es")
    assert "<b>no</b>" in view.toPlainText()
    assert view.loadResource(3, QUrl("https://evil.example/x.css")).data().strip() == b""


def test_letters_are_no_larger_than_a_heading_and_follow_the_zoom(view):
    view.show_html("<p style='font-size:900px'>enorme</p><p style='font-size:20px'>normal</p>")
    assert sizes(view) == [48, 20]
    view.set_zoom(2.0)
    assert sizes(view) == [48, 40]


def sizes(view) -> list[int]:
    found, block = [], view.document().begin()
    while block.isValid():
        fragment = block.begin().fragment()
        found.append(fragment.charFormat().font().pixelSize())
        block = block.next()
    return found


def test_a_link_is_asked_for_with_its_words_and_not_followed(qtbot, view):
    view.show_html("<a href='https://evil.example/'>banco.example</a>")
    cursor = view.textCursor()
    cursor.setPosition(3)
    view.setTextCursor(cursor)
    with qtbot.waitSignal(view.link_asked) as asked:
        view.anchorClicked.emit(QUrl("https://evil.example/"))
    assert asked.args == ["https://evil.example/", "banco.example"]
    assert view.toPlainText() == "banco.example"


@pytest.mark.styled
def test_its_height_is_its_texts_and_bounded(qtbot, view):
    view.show_text("una línea")
    low = view.height()
    view.show_text("línea\n" * 40)
    high = view.height()
    assert low < 60 < high
    view.show_text("línea\n" * 5_000)
    assert view.height() < 12_100


# -- pictures


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        bomb(60_000, 60_000),
        bomb(2_000_000, 1),
        bomb(100, 100)[:40],
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
    ],
    ids=["empty", "text", "huge", "wide", "cut", "svg"],
)
def test_what_is_no_fair_picture_is_not_decoded(qapp, data):
    assert pictures.decode(data, QSize(100, 100)) is None


@pytest.mark.styled
def test_a_picture_is_no_larger_than_asked(qapp):
    image = pictures.decode(made.picture(800, 200), QSize(100, 100))
    assert image is not None
    assert (image.width(), image.height()) == (100, 25)


# -- images of a mail


@pytest.fixture
def images(qapp):
    link, remote = FakeLink(), NoNetwork()
    return MailImages(Blobs(link), remote), remote, link


def test_an_inline_image_comes_from_its_attachment(qtbot, images):
    found, _remote, link = images
    found.show_message(made.mail(0, attachments=made.files(), html="x"), remote=False)
    found.want("cid:unknown")
    assert not link.sent_of(FetchBlob)
    found.want("cid:logo1")
    data = made.picture()
    with qtbot.waitSignal(found.came) as came:
        link.reply_to(FetchBlob, BlobPart(request_id=0, data=data, size=len(data), last=True))
    assert came.args[0] == "cid:logo1"


def test_remote_images_wait_to_be_asked_for(images):
    found, remote, _link = images
    found.show_message(made.mail(0), remote=False)
    found.want("remote:https://img.example/a.png")
    found.want("https://img.example/b.png")  # a name that the bridge never writes
    assert remote.asked == []
    found.show_message(made.mail(0), remote=True)
    found.want("remote:https://img.example/a.png")
    assert remote.asked == ["https://img.example/a.png"]
    for number in range(200):
        found.want(f"remote:https://img.example/{number}.png")
    assert len(remote.asked) <= 80


def test_an_image_for_a_message_that_is_gone_is_dropped(qtbot, images):
    found, _remote, link = images
    found.show_message(made.mail(0, attachments=made.files()), remote=False)
    found.want("cid:logo1")
    found.show_message(made.mail(2), remote=False)
    with qtbot.assertNotEmitted(found.came):
        link.reply_to(FetchBlob, BlobPart(request_id=0, data=made.picture(), size=1, last=True))


@pytest.mark.parametrize(
    "url",
    [
        "http://img.example/a.png",
        "file:///etc/passwd",
        "ftp://img.example/a.png",
        "https://localhost/a.png",
        "https://router/a.png",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "https://2130706433/",
        "https://intranet.local/a",
        "https://user:pw@img.example/a",
        "https://",
        "",
    ],
)
def test_the_own_house_is_never_asked(url):
    assert not may_fetch(QUrl(url))


def test_a_remote_image_is_asked_for_without_a_trace(qapp):
    assert may_fetch(QUrl("https://img.example/a.png"))
    request = plain_request(QUrl("https://img.example/a.png"))
    names = {bytes(n.data()).lower() for n in request.rawHeaderList()}
    assert b"referer" not in names
    assert b"cookie" not in names
    assert b"ficha" not in bytes(request.rawHeader("User-Agent").data()).lower()
    assert request.transferTimeout() == 10_000


def test_what_may_not_be_fetched_is_not(qapp):
    got: list[object] = []
    remote = RemoteImages()
    remote.fetch("https://localhost/a.png", remote, got.append)
    assert got == [None]


def test_headers_end_at_the_first_empty_line():
    mail = b"From: a@b.es\r\nSubject: \xf1and\xfa\r\n\r\nBcc: not a header"
    assert headers_of(mail) == "From: a@b.es\nSubject: \\xf1and\\xfa"
    assert headers_of(b"") == ""
    assert len(headers_of(b"x" * 1_000_000)) == 64 * 1024


# -- fetching by pieces


def test_a_blob_comes_in_pieces_and_is_kept(qapp):
    link = FakeLink()
    blobs, got = Blobs(link), []
    blobs.fetch("b1", blobs, got.append)
    blobs.fetch("b1", blobs, got.append)
    link.reply_to(FetchBlob, BlobPart(request_id=0, data=b"ab", size=4, last=False))
    assert link.sent_of(FetchBlob)[-1].offset == 2
    assert blobs.progress("b1") == 2
    link.reply_to(FetchBlob, BlobPart(request_id=0, data=b"cd", size=4, last=True))
    assert got == [b"abcd", b"abcd"]
    blobs.fetch("b1", blobs, got.append)
    assert len(link.sent_of(FetchBlob)) == 2
    assert got[-1] == b"abcd"


@pytest.mark.parametrize(
    "reply",
    [
        Refused(request_id=0, code=RefusalCode.NOT_FOUND),
        BlobPart(request_id=0, data=b"", size=4, last=False),
    ],
)
def test_a_blob_that_does_not_come_is_said_and_asked_for_anew(qapp, reply):
    link = FakeLink()
    blobs, got = Blobs(link), []
    blobs.fetch("b1", blobs, got.append)
    link.reply_to(FetchBlob, reply)
    assert got == [None]
    blobs.fetch("b1", blobs, got.append)
    assert len(link.sent_of(FetchBlob)) == 2
