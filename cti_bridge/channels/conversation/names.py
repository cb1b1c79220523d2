"""Names and kinds of files that strangers send: pure.

Nothing is believed: a name is cut down to one harmless path part, the kind is read from the
first bytes, and what should make an agent look twice gets a code (`SUSPICIONS`).
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from typing import Final

from cti_bridge.composed import composed

MAX_NAME: Final = 120
MAX_EXTENSION: Final = 16
HEAD: Final = 512
"""First bytes that are looked at."""
UNKNOWN: Final = "application/octet-stream"
SUSPICIONS: Final = (
    "double_extension",  # factura.pdf.exe
    "executable",  # by its name or its first bytes
    "type_lies",  # the bytes are not what the name says
    "encrypted",  # nobody could have looked inside
    "macro",  # an office file that brings a program
    "active",  # a page or picture that may hold a script
)

# controls, zero-width, directional and invisible marks, tags, lone surrogates, private use
_INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff"
    "\ue000-\uf8ff\U000e0000-\U000e0fff]"
)
_NOT_IN_NAMES: Final = re.compile(r'[<>:"|?*%$`;&\'{}\u2044\u2215\u29f8\uff0f\uff3c\uff1a]')
_SPACE: Final = re.compile(r"\s+")
_RESERVED: Final = re.compile(
    r"^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?$", re.IGNORECASE
)
_EXTENSION: Final = re.compile(r"\.([A-Za-z0-9_-]{1,16})$")
_TYPE: Final = re.compile(r"^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EXECUTABLE: Final = _words(
    "ade adp apk app appimage application appref-ms appx bash bat chm cmd com cpl csh deb "
    "desktop diagcab dll dmg drv elf exe fish gadget hta img inf ins iso jar jnlp js jse "
    "lnk mde msc msh msi msix msp mst ocx pif pkg pl ps1 ps1xml psd1 psm1 py pyc pyw rb reg "
    "rpm run scf scr sct settingcontent-ms sh shb shs sys theme url vb vbe vbs vbscript vhd "
    "vhdx vxd website ws wsc wsf wsh xll xnk zsh"
)
MACROS: Final = _words("docm dotm potm ppam ppsm pptm sldm xlam xlsm xltm xlsb")
ACTIVE: Final = frozenset({"text/html", "image/svg+xml", "application/xhtml+xml"})
_DOCUMENTS: Final = _words(
    "avi bmp csv doc docx eml gif heic htm html jpeg jpg mov mp3 mp4 odp ods odt ogg pdf "
    "png ppt pptx rar rtf svg tif tiff txt wav webp xls xlsx xml zip 7z"
)
_OOXML: Final = _words("docx xlsx pptx docm xlsm pptm dotx xltx potx")
_ZIPPED: Final = _OOXML | _words(
    "zip odt ods odp odg epub kmz pages numbers key xlsb xps vsdx idml"
)
_OLE: Final = _words("doc xls ppt msg pub vsd mpp dot xlt pot pps")

_types: Final = mimetypes.MimeTypes()
for _extension, _media_type in {
    "webp": "image/webp",
    "heic": "image/heic",
    "avif": "image/avif",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
    "md": "text/markdown",
    "rtf": "application/rtf",
    "7z": "application/x-7z-compressed",
    "rar": "application/vnd.rar",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ics": "text/calendar",
    "vcf": "text/vcard",
}.items():
    _types.add_type(_media_type, f".{_extension}")

_ZIP: Final = "application/zip"
_OLE_TYPE: Final = "application/x-ole-storage"
_PROGRAM: Final = "application/x-executable"
_MAGIC: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (8, b"WAVE", "audio/x-wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"PK\x03\x04", _ZIP),
    (0, b"PK\x05\x06", _ZIP),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE_TYPE),
    (0, b"MZ", _PROGRAM),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"\xce\xfa\xed\xfe", _PROGRAM),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", _PROGRAM),  # a Windows shortcut
    (0, b"#!", _PROGRAM),
)
_MARKUP: Final = (
    (re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe)[\s>]", re.I), "text/html"),
    (re.compile(rb"<svg[\s>]", re.I), "image/svg+xml"),
)
_SAME: Final = (
    frozenset({"audio/x-wav", "audio/wav", "audio/vnd.wave"}),
    frozenset({"application/rtf", "text/rtf"}),
    frozenset({"application/gzip", "application/x-tar"}),
    frozenset({"audio/mp4", "video/mp4", "video/quicktime"}),
    frozenset({"audio/ogg", "video/ogg"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    name: str
    media_type: str
    suspicious: str = ""


def clean_name(name: str) -> str:
    """One path part that any system can hold and anybody can read; at most 120 characters."""
    name = composed(_INVISIBLE.sub("", name[:4096]))
    name = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    name = _SPACE.sub(" ", _NOT_IN_NAMES.sub("_", name)).strip(" .~")
    if not name:
        return "file"
    if _RESERVED.match(name):
        name = f"_{name}"
    if len(name) > MAX_NAME:
        tail = f".{found}" if (found := extension(name)) else ""
        name = name[: MAX_NAME - len(tail)].rstrip(" .") + tail
    return name


def extension(name: str) -> str:
    """In lower case, without its dot; "" where there is none."""
    found = _EXTENSION.search(name)
    return found[1].lower() if found else ""


def inspect(name: str, head: bytes, *, declared: str = "") -> FileKind:
    """What a file is: by its first bytes, then its name, then what its sender says of it.

    `head` is its first `HEAD` bytes (fewer: all of it).
    """
    name = clean_name(name)
    kind = extension(name)
    seen, named = _sniff(head[:HEAD]), _types.types_map[1].get(f".{kind}", "")
    media_type = _refined(seen, kind, named) or named or _declared(declared) or _plain(head)
    return FileKind(
        name=name,
        media_type=media_type,
        suspicious=_suspicion(name, kind, seen, named, head),
    )


def _suspicion(name: str, kind: str, seen: str, named: str, head: bytes) -> str:
    if kind in EXECUTABLE:
        before = {extension(part) for part in (name[: -len(kind) - 1].rstrip(" ."),)}
        return "double_extension" if before & _DOCUMENTS else "executable"
    if seen == _PROGRAM:
        return "executable"
    if _encrypted(kind, seen, head):
        return "encrypted"
    if _lies(kind, seen, named):
        return "type_lies"
    if kind in MACROS:
        return "macro"
    return "active" if (seen or named) in ACTIVE else ""


def _sniff(head: bytes) -> str:
    for offset, mark, media_type in _MAGIC:
        if head.startswith(mark, offset):
            return media_type
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        for pattern, media_type in _MARKUP:
            if pattern.search(start):
                return media_type
    return ""


def _refined(seen: str, kind: str, named: str) -> str:
    """A zip or an OLE file is what its name says, where that is one of them."""
    if (seen == _ZIP and kind in _ZIPPED) or (seen == _OLE_TYPE and kind in _OLE):
        return named or seen
    return seen


def _lies(kind: str, seen: str, named: str) -> bool:
    if not seen or not named or seen == named or _refined(seen, kind, named) == named:
        return False
    pictures = all(one.startswith("image/") and one not in ACTIVE for one in (seen, named))
    related = any({seen, named} <= same for same in _SAME)
    markup = seen in ACTIVE and named in {*ACTIVE, "text/xml", "application/xml"}
    return not (pictures or related or markup)


def _encrypted(kind: str, seen: str, head: bytes) -> bool:
    """By the ZIP entry's flag bit 0 (APPNOTE 4.4.4); an OOXML file in an OLE coat
    (MS-OFFCRYPTO 1.3)."""
    if seen == _ZIP and head.startswith(b"PK\x03\x04") and len(head) > 7:
        return bool(head[6] & 1)
    return seen == _OLE_TYPE and kind in _OOXML


def _declared(text: str) -> str:
    text = text.split(";")[0].strip().lower()
    return text if _TYPE.match(text) and text not in ACTIVE else ""


def _plain(head: bytes) -> str:
    if not head or b"\x00" in head:
        return UNKNOWN
    try:
        head[: HEAD - 4].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return UNKNOWN
    return "text/plain"
