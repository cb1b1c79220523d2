"""E-mail that means harm, or is broken: each by what is wrong with it, as bytes."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING

from tests.helpers.peers import CORPORA

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "Honest words."  # stands in each of them that has a text
PROBE = "http://127.0.0.9/probe"  # where scripts and images would call


def corpus() -> Iterator[tuple[str, bytes]]:
    """The mails of CPython's own tests and of mail-parser's."""
    for name, pattern in (("libpython-testsuite", "msg_*.txt"), ("mail-parser", "mails/mail_*")):
        for file in sorted(CORPORA[name].rglob(pattern)):
            yield f"{name} {file.name}", file.read_bytes()


def _mail(
    key: str, body: bytes, kind: bytes = b"text/plain; charset=utf-8", *, extra: bytes = b""
) -> bytes:
    return (
        b"From: Eve <eve@example.net>\r\nTo: soporte@example.org\r\nSubject: "
        + key.encode()
        + b"\r\nMessage-ID: <"
        + key.replace(" ", "-").encode()
        + b"@evil.example>\r\nMIME-Version: 1.0\r\nContent-Type: "
        + kind
        + b"\r\n"
        + extra
        + b"\r\n"
        + body
    )


def _html(key: str, html: str) -> bytes:
    return _mail(key, html.encode("utf-8", "surrogatepass"), b"text/html; charset=utf-8")


def _parts(key: str, *parts: bytes) -> bytes:
    joined = b"".join(b"--B\r\n" + one + b"\r\n" for one in parts)
    return _mail(key, joined + b"--B--\r\n", b"multipart/related; boundary=B")


def _file(name: str, kind: str, data: bytes, *, inline: str = "") -> bytes:
    head = (
        f'Content-Disposition: attachment; filename="{name}"\r\n'
        if not inline
        else f"Content-Disposition: inline\r\nContent-ID: <{inline}>\r\n"
    )
    return (
        f"Content-Type: {kind}\r\n{head}Content-Transfer-Encoding: base64\r\n\r\n".encode()
        + base64.encodebytes(data)
    )


def picture_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of few bytes that claims, and would unpack to, gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


SVG = (
    f"<svg xmlns='http://www.w3.org/2000/svg' onload='fetch(\"{PROBE}\")'>"
    f"<script>fetch('{PROBE}')</script><image href='{PROBE}'/></svg>"
).encode()
TEXT = f"Content-Type: text/plain\r\n\r\n{MARK}".encode()
SCRIPTS = (
    f"<p>{MARK}</p><script>fetch('{PROBE}')</script><img src=x onerror=\"fetch('{PROBE}')\">"
    f"<svg onload=\"fetch('{PROBE}')\"><a href='javascript:fetch(\"{PROBE}\")'>link</a>"
    f"<iframe src='{PROBE}'></iframe><object data='{PROBE}'></object><base href='{PROBE}'>"
    f"<meta http-equiv=refresh content='0;url={PROBE}'><link rel=stylesheet href='{PROBE}'>"
    f"<form action='{PROBE}'><button>x</button></form><div style='background:url({PROBE})'>x</div>"
    f"<style>@import '{PROBE}';</style><img src='{PROBE}.png'>"
)


def letters() -> dict[str, bytes]:
    """By name, which is their subject too, as far as the subject is not what is wrong."""
    return {
        **_of_headers(),
        **_of_text(),
        **_of_html(),
        **_of_files(),
        **_of_shape(),
    }


def _of_headers() -> dict[str, bytes]:
    many = ", ".join(f'"Name {n}" <r{n}@example.com>' for n in range(10_000))
    smuggled = b"=?utf-8?q?Hola=0D=0ABcc:_victim=40example.com=0D=0A=0D=0ABody?="
    return {
        "ten thousand recipients": _mail(
            "ten thousand recipients", MARK.encode(), extra=f"Cc: {many}\r\n".encode()
        ),
        "header bomb": _mail(
            "header bomb",
            MARK.encode(),
            extra=b"".join(b"X-%d: y\r\n" % n for n in range(20_000)),
        ),
        "header of five megabytes": _mail(
            "header of five megabytes",
            MARK.encode(),
            extra=b"X-Long: " + b"y" * 5_000_000 + b"\r\n",
        ),
        "smuggled subject": (
            b"From: " + smuggled + b" <smuggler@example.net>\r\nTo: soporte@example.org\r\n"
            b"Subject: smuggled subject " + smuggled + b"\r\n\r\n" + MARK.encode()
        ),
        "smuggled address": (
            b"From: =?utf-8?q?x?= <a@b.example\r\n X: y>\r\nSubject: smuggled address\r\n"
            b'Reply-To: "a@b.example\r\n\tBcc: v@example.com" <r@example.net>\r\n\r\n'
            + MARK.encode()
        ),
        "no sender": b"Subject: no sender\r\n\r\n" + MARK.encode(),
        "forty senders": _mail(
            "forty senders", MARK.encode(), extra=b"From: other@example.net\r\n" * 40
        ),
        "date beyond time": _mail(
            "date beyond time", MARK.encode(), extra=b"Date: Fri, 31 Dec 9999 23:59:59 -2359\r\n"
        ),
        "raw bytes in headers": (
            b"From: \xff\xfe\x80 <raw@example.net>\r\nSubject: raw bytes in headers \xe9\xff\xc3("
            b"\r\nContent-Type: text/plain; charset=\xff\xfe\r\nX\xff: y\r\n\r\n" + MARK.encode()
        ),
        "references without end": _mail(
            "references without end",
            MARK.encode(),
            extra=b"References: " + b" ".join(b"<%d@x>" % n for n in range(50_000)) + b"\r\n",
        ),
    }


def _of_text() -> dict[str, bytes]:
    bidi = "\u202e\u2066txt.exe\u2069 \u200f" * 200
    zalgo = "H" + "\u0301\u0327\u0335" * 100_000  # sorted as it comes: half an hour
    storm = "👩‍👩‍👧‍👦🏳️‍🌈" * 5_000
    return {
        "one line of a megabyte": _mail("one line of a megabyte", b"x" * 1_000_000),
        "one word of links": _mail("one word of links", b"https://x.example/" * 50_000),
        "nul": _mail("nul", MARK.encode() + b"\x00" * 1000 + b"\x00after", extra=b"X: a\x00b\r\n"),
        "bidi": _mail(f"bidi {bidi[:40]}", (MARK + bidi).encode()),
        "emoji storm": _mail("emoji storm", (MARK + storm).encode()),
        "zalgo": _mail("zalgo", (MARK + zalgo).encode()),
        "surrogates": _mail(
            "surrogates", MARK.encode() + "\ud800\udfff".encode("utf-8", "surrogatepass") * 500
        ),
        "charset that lies": _mail(
            "charset that lies", "Año".encode("utf-16"), b"text/plain; charset=us-ascii"
        ),
        "charset that is a bomb": _mail(
            "charset that is a bomb", zlib.compress(bytes(10_000_000)), b"text/plain; charset=zlib"
        ),
        "quotes without end": _mail("quotes without end", b">" * 200_000 + b"\r\n> " * 50_000),
        "blank lines": _mail("blank lines", b"\r\n" * 300_000 + MARK.encode()),
        "base64 of nothing": _mail(
            "base64 of nothing", b"!!!!" * 1000, extra=b"Content-Transfer-Encoding: base64\r\n"
        ),
    }


def _of_html() -> dict[str, bytes]:
    cells = "<td colspan=999 rowspan=999>x</td>"
    return {
        "scripts": _html("scripts", SCRIPTS),
        "deep divs": _html("deep divs", "<div>" * 50_000 + MARK),
        "deep tables": _html("deep tables", "<table><tr><td>" * 3_000 + MARK),
        "deep lists": _html("deep lists", "<ul><li>" * 20_000 + MARK),
        "deep quotes": _html("deep quotes", "<blockquote>" * 149 + MARK + "</blockquote>" * 149),
        "deep fonts": _html("deep fonts", "<font><b><i><u><s>" * 30 + MARK),
        "giant table": _html(
            "giant table", f"{MARK}<table>" + f"<tr>{cells * 40}</tr>" * 200 + "</table>"
        ),
        "spans of a table": _html(
            "spans of a table",
            f"{MARK}<table>" + "<tr><td colspan=4000 rowspan=4000>x</td></tr>" * 300 + "</table>",
        ),
        "wide table": _html("wide table", f"{MARK}<table><tr>{'<td>x' * 20_000}</tr></table>"),
        "sizes": _html(
            "sizes",
            f"<p style='font-size:99999999px;margin:99999999px;line-height:9999999%'>{MARK}</p>"
            "<img src='cid:x' width=99999999 height=99999999><hr size=99999999>"
            "<table width=99999999 border=99999999 cellpadding=99999999><tr><td>x</table>"
            "<p style='margin:-99999px;letter-spacing:1e30px;text-indent:-9e9px'>y</p>",
        ),
        "css": _html(
            "css",
            f"<style>{'*{background:url(' + PROBE + ')}' * 5_000}</style>"
            f"<p style='position:fixed;top:0;left:0;{'color:red;' * 20_000}'>{MARK}</p>",
        ),
        "attributes": _html("attributes", f"<p {'a=b ' * 60_000}>{MARK}</p>"),
        "entities": _html("entities", MARK + "&amp;lt;" * 20_000 + "&#1114112;&#xD800;&#0;" * 500),
        "data urls": _html(
            "data urls",
            f"{MARK}<a href='data:text/html,<script>fetch(\"{PROBE}\")</script>'>x</a>"
            "<img src='data:image/svg+xml;base64," + base64.b64encode(SVG).decode() + "'>"
            "<img src='data:image/png;base64," + base64.b64encode(picture_bomb()).decode() + "'>",
        ),
        "remote images": _html(
            "remote images", MARK + "".join(f"<img src='{PROBE}/{n}.png'>" for n in range(3_000))
        ),
        "lists": _html("lists", f"{MARK}<ol start=2147483647>" + "<li>x" * 10_000 + "</ol>"),
        "half a tag": _html("half a tag", f"{MARK}<p><a href='" + "x" * 100_000),
        "one line of html": _html("one line of html", f"<p>{'x' * 250_000}</p>{MARK}"),
        "comments": _html("comments", f"{MARK}<!--" + "<!--" * 30_000 + "--><p>end</p>"),
    }


def _of_files() -> dict[str, bytes]:
    bomb = picture_bomb()
    return {
        "image bomb": _parts(
            "image bomb",
            f"Content-Type: text/html\r\n\r\n<p>{MARK}</p><img src='cid:bomb'>".encode(),
            _file("bomb.png", "image/png", bomb, inline="bomb"),
            _file("bomb.png", "image/png", bomb),
        ),
        "svg": _parts(
            "svg",
            f"Content-Type: text/html\r\n\r\n<p>{MARK}</p><img src='cid:svg'>".encode(),
            _file("x.svg", "image/svg+xml", SVG, inline="svg"),
            _file("x.png", "image/png", SVG),
        ),
        "file names": _parts(
            "file names",
            TEXT,
            _file("../../../../etc/passwd", "text/plain", b"x"),
            _file("C:\\\\Windows\\\\system32\\\\calc.exe", "text/plain", b"MZ"),
            _file("42.zip", "application/zip", b"PK\x03\x04" + bytes(200)),
            _file("zipbomb" + ".zip" * 40, "application/zip", b"PK\x03\x04" + bytes(200)),
            _file("CON", "text/plain", b"x"),
            _file("x" * 900 + ".pdf", "application/pdf", b"%PDF-1.4"),
            _file("=?utf-8?q?fact=E2=80=AEfdp.exe?=", "application/pdf", b"MZ"),
            _file("=?utf-8?q?a=0D=0Ab=00c=2Ftxt?=", "text/plain", b"x"),
            _file("..", "text/plain", b"x"),
        ),
        "three hundred files": _parts(
            "three hundred files",
            TEXT,
            *(_file(f"{n}.txt", "text/plain", b"x") for n in range(300)),
        ),
    }


def _of_shape() -> dict[str, bytes]:
    nested = b"x"
    for _ in range(100):
        nested = b"Content-Type: message/rfc822\r\n\r\n" + nested
    deep = b""
    for n in range(100):
        deep += b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (n, n)
    return {
        "mail in mail": b"From: eve@example.net\r\nSubject: mail in mail\r\n" + nested,
        "parts in parts": (
            b"From: eve@example.net\r\nSubject: parts in parts\r\n"
            + deep
            + b"\r\n"
            + MARK.encode()
        ),
        "thousands of parts": _parts("thousands of parts", *([TEXT] * 5_000)),
        "no boundary": _mail("no boundary", MARK.encode(), b"multipart/mixed"),
        "boundary of nothing": _mail(
            "boundary of nothing", b"--\r\n" * 5_000, b'multipart/mixed; boundary=""'
        ),
        "no headers": MARK.encode() + b"\r\n",
        "only headers": b"From: eve@example.net\r\nSubject: only headers\r\n",
        "line feeds alone": _mail("line feeds alone", MARK.encode()).replace(b"\r\n", b"\n"),
        "returns alone": _mail("returns alone", MARK.encode()).replace(b"\r\n", b"\r"),
        "noise": bytes(range(256)) * 2_000,
        "encrypted": _parts(
            "encrypted",
            b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
            b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----",
        ),
        "partial": _mail("partial", MARK.encode(), b'message/partial; id="x"; number=1; total=9'),
        "elsewhere": _mail(
            "elsewhere",
            b"",
            b'message/external-body; access-type=local-file; name="/etc/passwd"',
        ),
    }
