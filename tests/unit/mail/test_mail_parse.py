"""Mail as bytes → what is shown: every charset, every break, and what means harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.channels.mail.parse import MAX_FILES, Parsed, parse
from tests.helpers.peers import CORPORA

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    b"From: Marta <marta@example.net>\r\nTo: help@example.org\r\nSubject: S\r\n"
    b"MIME-Version: 1.0\r\n"
)


def read(*pieces: bytes) -> Parsed:
    """Parsed whole, and each of its files decoded."""
    said = parse(pieces)
    for file in said.files:
        for _ in file.pieces():
            pass
    return said


@pytest.mark.parametrize(
    ("charset", "written", "shown"),
    [
        ("utf-8", "España", "España"),
        ("iso-8859-1", "España", "España"),
        ("windows-1252", "10 €", "10 €"),
        ("iso-8859-15", "10 €", "10 €"),
        ("koi8-r", "Привет", "Привет"),
        ("gb2312", "你好", "你好"),
        ("shift_jis", "こんにちは", "こんにちは"),
        ("iso-2022-jp", "こんにちは", "こんにちは"),
        ("euc-kr", "안녕", "안녕"),
        ("big5", "你好", "你好"),
        ("utf-16", "España", "España"),
        ("utf-7", "España", "España"),
        ("windows-1256", "مرحبا", "مرحبا"),
    ],
)
def test_charsets(charset: str, written: str, shown: str) -> None:
    import base64

    body = base64.b64encode(written.encode(charset))
    head = HEAD + f"Content-Type: text/plain; charset={charset}\r\n".encode()
    assert read(head + b"Content-Transfer-Encoding: base64\r\n\r\n" + body).text == shown


@pytest.mark.parametrize(
    ("said", "data", "shown"),
    [
        ("us-ascii", "España".encode(), "España"),  # a lie: it is UTF-8
        ("iso-8859-1", "España".encode(), "España"),  # another
        ("utf-8", "España".encode("latin-1"), "España"),  # a third
        ("klingon", "España".encode(), "España"),
        ("", "España".encode("cp1252"), "España"),
        ("zlib", b"plain", "plain"),  # a codec, and none of text
        ("idna", b"plain", "plain"),
        ('"utf-8"; x=1', "España".encode(), "España"),
    ],
)
def test_a_charset_that_lies(said: str, data: bytes, shown: str) -> None:
    head = HEAD + f"Content-Type: text/plain; charset={said}\r\n".encode()
    assert read(head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + data).text == shown


def test_words_in_headers() -> None:
    said = read(
        b"From: =?utf-8?q?Jos=C3=A9?= =?iso-8859-1?q?_N=FA=F1ez?= <JOSE@Example.NET>\r\n"
        b'To: "Doe, Jane" <jane@example.org>, undisclosed:;\r\n'
        b"Subject: =?utf-8?b?0J/RgNC40LLQtdGC?= =?broken?x?y?=\r\n\r\nx"
    )
    assert said.sender is not None
    assert (said.sender.name, said.sender.address) == ("José Núñez", "jose@example.net")
    assert said.to[0].name == "Doe, Jane"
    assert said.subject.startswith("Привет")


def test_control_and_direction_characters_leave_the_headers() -> None:
    subject = "=?utf-8?q?a=0D=0ABcc=3A_x=E2=80=AEfdp=2Eexe?="
    said = read(f"From: a@b.es\r\nSubject: {subject}\r\n\r\nx".encode())
    assert said.subject == "a Bcc: xfdp.exe"


def test_text_and_html_and_a_picture_inside() -> None:
    said = read(
        HEAD
        + b"Content-Type: multipart/related; boundary=R\r\n\r\n--R\r\n"
        + b"Content-Type: multipart/alternative; boundary=A\r\n\r\n--A\r\n"
        + b"Content-Type: text/plain\r\n\r\nHello\r\n--A\r\n"
        + b'Content-Type: text/html\r\n\r\n<b>Hello</b><img src="cid:p@x">'
        + b'<img src="http://t.example/1.gif">\r\n--A--\r\n'
        + b"--R\r\nContent-Type: image/png\r\nContent-ID: <p@x>\r\n"
        + b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--R--\r\n"
    )
    assert said.text == "Hello"
    assert 'src="cid:p@x"' in said.html
    assert 'src="remote:http://t.example/1.gif"' in said.html
    assert said.remote_images == 1
    [picture] = said.files
    assert picture.content_id == "p@x"
    assert b"".join(picture.pieces()) == b"\x89PNG\r\n\x1a\n"


def test_html_alone_becomes_text() -> None:
    html = (
        b"<style>p{}</style><p>Hello <a href='https://x.es/a'>here</a></p><ul><li>one<li>two</ul>"
    )
    said = read(HEAD + b"Content-Type: text/html\r\n\r\n" + html)
    assert said.text == "Hello here (https://x.es/a)\n\n• one\n• two"


def test_a_mail_in_a_mail_is_a_file() -> None:
    said = read(
        HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n"
        b"Content-Type: text/plain\r\n\r\nsee below\r\n--B\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Subject: Inner\r\nFrom: x@y.es\r\n\r\nhi\r\n--B--\r\n"
    )
    [inner] = said.files
    assert inner.name == "Inner.eml"
    assert b"Subject: Inner" in b"".join(inner.pieces())
    assert said.text == "see below"


def test_outlook_s_own_format_is_just_a_file() -> None:
    said = read(
        HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n"
        b"Content-Type: text/plain\r\n\r\nhello\r\n--B\r\nContent-Type: application/ms-tnef; "
        b"name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+Ig==\r\n--B--\r\n"
    )
    assert said.files[0].name == "winmail.dat"


@pytest.mark.parametrize(
    "body",
    [b"aGVsbG8gd29ybGQ", b"aGVs\r\nbG8g!!!d29y=bGQ=", b"  aGVsbG8gd29ybGQ==\r\n-- footer"],
)
def test_base64_with_junk_in_it(body: bytes) -> None:
    said = read(HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + body)
    assert said.text.startswith("hello world")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n",
        b"\x00" * 1000,
        bytes(range(256)) * 200,
        b"no header at all",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nnever closed",
        b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n',
        b"Content-Type: text/plain; charset*0*=utf-8''%ZZ; charset*2=x\r\n\r\nx",
        b"Content-Disposition: attachment; filename*=utf-9'x'%FF%00\r\n\r\nx",
        b"Content-Disposition: attachment; filename*1=b; filename*0*=x''a\r\n\r\nx",
        b"Content-Type: message/rfc822\r\n\r\n" * 300,
        b"Content-Type: message/delivery-status\r\n\r\n\r\n\r\nx\r\n",
        b"From: " + b"<" * 50_000 + b"\r\nDate: " + b"(" * 50_000 + b"\r\n\r\nx",
        b"Message-ID: " + b"<a" * 50_000 + b"\r\nReferences: " + b"<" * 50_000 + b"\r\n\r\nx",
        b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\r\n\r\nx",
        b"Content-Type: text/plain" + b';"' * 100_000 + b"\r\n\r\nx",
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 666 a\r\n",
        b"From \xff\xfe: \x80\r\n\xff: x\r\n\r\n\xff",
    ],
)
def test_nothing_raises(data: bytes) -> None:
    assert read(data).digest


def test_a_hundred_deep() -> None:
    nest = b"".join(
        b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (n, n)
        for n in range(100)
    )
    said = read(HEAD + nest + b"Content-Type: text/plain\r\n\r\ndeep\r\n")
    assert said.subject == "S"
    assert said.files


def test_nested_beyond_what_can_be_read_the_headers_are_shown() -> None:
    nest = b"".join(
        b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (n, n)
        for n in range(3000)
    )
    said = read(HEAD + nest)
    assert said.subject == "S"
    assert said.broken
    assert said.text


def test_ten_thousand_recipients() -> None:
    people = b",\r\n ".join(b'"P, %d" <p%d@example.com>' % (n, n) for n in range(10_000))
    said = read(b"From: a@b.es\r\nTo: " + people + b"\r\n\r\nx")
    assert said.recipients == 10_000
    assert len(said.to) == 50


def test_a_header_of_a_megabyte_and_sixty_of_them() -> None:
    assert read(b"X-A: " + b"x" * 1_000_000 + b"\r\nSubject: ok\r\n\r\nhi").subject == "ok"
    said = read(b"Subject: ok\r\n" + b"X-A: yyyyyyyyyyyyyyyyyyyyy\r\n" * 200_000 + b"\r\nhi")
    assert (said.subject, said.text) == ("ok", "hi")


def test_ten_thousand_parts() -> None:
    part = b"--B\r\nContent-Type: image/png\r\n\r\nx\r\n"
    said = read(HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + part * 10_000)
    assert len(said.files) == MAX_FILES
    assert said.left_out == 10_000 - MAX_FILES


def test_copies_have_one_digest_whatever_way_they_took() -> None:
    mail = HEAD + b"Message-ID: <a@b>\r\n\r\nhello\r\n"
    copy = b"Received: from x by y\r\nDelivered-To: z@example.org\r\n" + mail
    assert read(mail).digest == read(copy).digest
    assert read(mail).digest == read(mail[:50], mail[50:]).digest
    assert read(mail).digest != read(mail.replace(b"hello", b"Hello")).digest


@pytest.mark.parametrize(
    "mail",
    [
        HEAD + b"hello\r\n",
        HEAD + b"hello\r\n\r\nbye\r\n",
        HEAD.replace(b"\r\n", b"\r") + b"\rhello\r",
        b"hello",
        b"hello\r\n\r\nbye\r\n",
        b"\r\nhello\r\n",
    ],
    ids=["no blank line", "a later one", "returns alone", "no header", "nor there", "blank first"],
)
def test_two_mails_are_two_wherever_their_headers_end(mail: bytes) -> None:
    """Told apart by their bodies: taken for copies, the second would be lost."""
    other = mail.replace(b"hello", b"Hello")
    assert read(mail).digest != read(other).digest
    assert read(mail).digest == read(mail[:7], mail[7:]).digest
    assert "hello" in read(mail).text


def test_headers_that_a_piece_cuts_in_two_are_headers() -> None:
    first = b"X-Filler: " + b"y" * 5_000 + b"\r\nSub"
    assert read(first, b"ject: whole\r\n\r\nhi").subject == "whole"


def test_who_is_answered_is_reply_to_and_ids_are_read() -> None:
    said = read(
        b"From: a@b.es\r\nReply-To: Form <c@d.es>\r\nMessage-ID: <1@x>\r\n"
        b"In-Reply-To: =?utf-8?q?=3C2=40x=3E?=\r\nReferences: <3@x>\r\n <2@x>\r\n\r\nx"
    )
    assert said.reply_to is not None
    assert said.reply_to.address == "c@d.es"
    assert (said.header_id, said.in_reply_to, said.references) == ("1@x", "2@x", ("3@x", "2@x"))


def _corpus(folder: Path, *patterns: str) -> list[Path]:
    return sorted(file for one in patterns for file in folder.rglob(one) if file.is_file())


@pytest.mark.peer("libpython-testsuite")
def test_the_mails_of_cpython_s_own_tests() -> None:
    mails = _corpus(CORPORA["libpython-testsuite"], "msg_*.txt")
    assert len(mails) > 40
    for file in mails:
        said = read(file.read_bytes())
        assert not said.broken, file.name
        empty = not file.read_bytes().partition(b"\n\n")[2].strip()
        assert said.subject or said.text or said.files or said.html or empty, file.name


@pytest.mark.peer("mail-parser")
def test_the_mails_of_mail_parser_s_tests() -> None:
    mails = _corpus(CORPORA["mail-parser"], "mails/mail_*")
    assert len(mails) > 10
    for file in mails:
        said = read(file.read_bytes())
        assert not said.broken, file.name
        empty = not file.read_bytes().partition(b"\n\n")[2].strip()
        assert said.subject or said.text or said.files or said.html or empty, file.name
