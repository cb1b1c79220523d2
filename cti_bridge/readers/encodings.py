"""Which encoding a text file is in; one pass over its bytes, since one letter may decide."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, BinaryIO, Final

from cti_bridge.customers.sources.records import SourceError

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_CP1252: Final = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_ASCII: Final = bytes(range(0x80))
_MAC: Final = re.compile(
    rb"[a-z][\x8d-\x90][\0-\xff]|[A-Za-z][\x87\x8d-\x90\x9f][a-z]"  # çéèê of José, áü of Málaga
    rb"|[A-Z](?:\x83[\0-\xff]|[\x84\x86][A-Z])"  # É of JOSÉ, ÑÜ of MUÑOZ
)
"""Letters of Mac Roman within words, where cp1252 has ‡Ž†„ƒŸ, or nothing."""
_MAC_OR_SIGNS: Final = re.compile(rb"[A-Za-z][\x92\x96\x97\x9c](?=[a-z])")
"""íñóú of Mac Roman: ’–—œ of cp1252, which do stand within words, so alone they say nothing."""
_WINDOWS: Final = re.compile(
    rb"[A-Za-z][\xe1\xe9\xed\xf3\xfa\xf1\xfc\xc1\xc9\xcd\xd3\xda\xd1\xdc][A-Za-z]"
)
"""áéíóúñü of cp1252 within words, where Mac Roman has ·ÈÌÛ˙Ò¸ and signs."""
_MIDDLE_DOT: Final = b"l\xe1l"  # of a Mac's Catalan: l·l
_ENOUGH: Final = 1_000
_LEAST, _TIMES = 2, 10
"""A file is Mac Roman where its letters are so many, and so many times those of cp1252. Where
there are none of those, one letter that nothing else can be and one more will do."""


def encoding_of(path: Path) -> tuple[str, int]:
    """The encoding and the size in bytes; raises SourceError, and OSError as it comes."""
    if path.is_dir():
        raise SourceError(f"{path}: is a directory, not a file")
    with path.open("rb") as file:
        head = file.read(4096)
        if not head.strip():
            raise SourceError(f"{path}: is empty")
        found = next((name for mark, name in _MARKS if head.startswith(mark)), "")
        found = found or _without_mark(path, head)
        if not _decodes(file, found):
            if found != "utf-8":
                raise SourceError(f"{path}: is damaged: not valid {found}")
            found = _single_byte(file)
        return found, file.seek(0, 2)


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _without_mark(path: Path, head: bytes) -> str:
    """UTF-16 shows as zero bytes at every other place; any other zero byte is no text."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = max(len(head) // 2, 1)
    if odd > pairs * 0.4 and even < pairs * 0.1:
        return "utf-16-le"
    if even > pairs * 0.4 and odd < pairs * 0.1:
        return "utf-16-be"
    if even or odd:
        raise SourceError(f"{path}: is not a text file; export it as CSV")
    return "utf-8"


def _single_byte(file: BinaryIO) -> str:
    """cp1252 is what Windows writes, unless letters stand where a Mac has them; the few bytes that
    it lacks exist in latin-1."""
    if _from_a_mac(file):
        return "mac-roman"
    file.seek(0)
    while block := file.read(_BLOCK):
        if len(block.translate(None, _NOT_CP1252)) < len(block):
            return "latin-1"
    return "cp1252"


def _from_a_mac(file: BinaryIO) -> bool:
    """Looks on until a thousand letters have said it, however late the first one comes."""
    mac = perhaps = windows = 0
    rest = b""
    file.seek(0)
    while block := file.read(_BLOCK):
        if block.translate(None, _ASCII) or rest.translate(None, _ASCII):
            text = rest + block
            mac += len(_MAC.findall(text))
            perhaps += len(_MAC_OR_SIGNS.findall(text))
            windows += len(_WINDOWS.findall(text)) - text.count(_MIDDLE_DOT)
            if mac + windows >= _ENOUGH:
                break
        rest = block[-2:]
    if mac and not windows:
        return mac + perhaps >= _LEAST
    return mac >= max(_LEAST, windows * _TIMES)
