"""Names and kinds of files that strangers send."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.channels.conversation.names import (
    MAX_NAME,
    SUSPICIONS,
    clean_name,
    extension,
    inspect,
)

PDF, PNG = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n\x00"
EXE, OLE = b"MZ\x90\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(*, locked: bool = False) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    data = bytearray(made.getvalue())
    data[6] |= locked
    return bytes(data)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("factura.pdf", "factura.pdf"),
        ("Año 2026 – Núñez.pdf", "Año 2026 – Núñez.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Windows\\system32\\calc.exe", "calc.exe"),
        ("C:\\autoexec.bat", "autoexec.bat"),
        ("/", "file"),
        ("", "file"),
        ("..", "file"),
        (" . ", "file"),
        (".bashrc", "bashrc"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("fac\u202efdp.exe", "facfdp.exe"),  # shown as facexe.pdf
        ("a\u200b\ufeffb.txt", "ab.txt"),
        ("\udcff.txt", "txt"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ('<img src=x onerror="alert(1)">.png', "_img src=x onerror=_alert(1)__.png"),
        ("a   \t  b.pdf", "a b.pdf"),
        ("x.pdf. . .", "x.pdf"),
        ("$(rm -rf ~).txt", "_(rm -rf ~).txt"),
        ("e\u0301.txt", "é.txt"),  # composed
    ],
)
def test_a_name_is_one_harmless_part(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


def test_a_long_name_keeps_its_extension() -> None:
    kept = clean_name("ñ" * 4_000 + ".docx")
    assert len(kept) == MAX_NAME
    assert kept.endswith("ñ.docx")
    assert len(clean_name("zip bomb " * 10_000)) <= MAX_NAME


@given(st.text(max_size=300))
def test_every_name_can_be_kept_and_cleaned_again(name: str) -> None:
    kept = clean_name(name)
    assert 0 < len(kept) <= MAX_NAME
    assert not set(kept) & set('/\\\x00\n\r<>:"|?*\u202e\u2066\u200b')
    assert kept not in {".", ".."}
    assert kept.encode()  # no half of a pair
    assert clean_name(kept) == kept


@given(st.text(max_size=80), st.binary(max_size=600), st.text(max_size=40))
def test_every_file_is_something(name: str, head: bytes, declared: str) -> None:
    kind = inspect(name, head, declared=declared)
    assert "/" in kind.media_type
    assert kind.suspicious in ("", *SUSPICIONS)


@pytest.mark.parametrize(
    ("name", "head", "media_type", "suspicious"),
    [
        ("a.pdf", PDF, "application/pdf", ""),
        ("a.png", PNG, "image/png", ""),
        ("photo.jpg", PNG, "image/png", ""),  # a telephone's wrong name does no harm
        ("a.txt", b"hola \xc3\xb1", "text/plain", ""),
        ("README", b"hola", "text/plain", ""),
        ("data", b"\x00\x01", "application/octet-stream", ""),
        ("empty", b"", "application/octet-stream", ""),
        ("a.docx", zipped(), None, ""),
        ("a.zip", zipped(), "application/zip", ""),
        ("a.doc", OLE, "application/msword", ""),
        ("a.eml", b"From: a@b.es\r\n", "message/rfc822", ""),
        ("song.mp3", b"ID3\x04", "audio/mpeg", ""),
        ("voice.wav", b"RIFF\x00\x00\x00\x00WAVE", "audio/x-wav", ""),
        ("factura.pdf.exe", b"", None, "double_extension"),
        ("factura.pdf      .exe", b"", None, "double_extension"),
        ("fac\u202efdp.exe", b"", None, "executable"),
        ("setup.exe", EXE, "application/x-executable", "executable"),
        ("factura.pdf", EXE, "application/x-executable", "executable"),
        ("notes.txt", b"#!/bin/sh\n", "application/x-executable", "executable"),
        ("link.lnk", b"", None, "executable"),
        ("run.js", b"alert(1)", None, "executable"),
        ("photo.jpg", PDF, "application/pdf", "type_lies"),
        ("photo.jpg", b"<html><script>alert(1)</script>", "text/html", "type_lies"),
        ("photo.png", b"\xef\xbb\xbf <svg onload=alert(1)>", "image/svg+xml", "type_lies"),
        ("a.pdf", zipped(), "application/zip", "type_lies"),
        ("a.zip", zipped(locked=True), "application/zip", "encrypted"),
        ("a.docx", OLE, "application/x-ole-storage", "encrypted"),
        ("a.docm", zipped(), None, "macro"),
        ("page.html", b"<!DOCTYPE html><p>", "text/html", "active"),
        ("logo.svg", b"<svg >", "image/svg+xml", "active"),
        ("logo.svg", b"", "image/svg+xml", "active"),
    ],
)
def test_what_a_file_is(name: str, head: bytes, media_type: str | None, suspicious: str) -> None:
    kind = inspect(name, head)
    assert kind.suspicious == suspicious
    if media_type is not None:
        assert kind.media_type == media_type


def test_what_its_sender_says_counts_last() -> None:
    assert inspect("x", b"\x01\x00", declared="Audio/AMR; rate=8").media_type == "audio/amr"
    assert inspect("x.pdf", PDF, declared="image/png").media_type == "application/pdf"
    for hostile in ("text/html", "image/svg+xml", "a/b\r\nX: y", "nonsense", "a/" + "b" * 500):
        kind = inspect("x", b"\x01\x00", declared=hostile)
        assert kind.media_type == "application/octet-stream"


def test_extensions() -> None:
    assert [extension(n) for n in ("a.PDF", "a", "a.tar.gz", "a.", "a.b c")] == [
        "pdf",
        "",
        "gz",
        "",
        "",
    ]
