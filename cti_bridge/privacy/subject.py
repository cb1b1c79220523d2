"""Everything of one customer, for that customer (GDPR, article 15): to read and as JSON. Pure."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from cti_bridge.protocol.vocabulary import CustomerId

LANGUAGES: Final = ("es", "en")
TABLES: Final[dict[str, tuple[str, str]]] = {
    "customers": ("Ficha", "File"),
    "identities": ("Teléfonos, direcciones y referencias", "Numbers, addresses and references"),
    "customer_notes": ("Notas", "Notes"),
    "addresses": ("Direcciones postales", "Postal addresses"),
    "relations": ("Relaciones", "Relations"),
    "consents": ("Consentimientos", "Consents"),
    "customer_changes": ("Cambios de la ficha", "Changes of the file"),
    "interactions": ("Contactos", "Contacts"),
    "segments": ("Partes de los contactos", "Parts of contacts"),
    "missed_calls": ("Llamadas perdidas", "Missed calls"),
    "messages": ("Mensajes", "Messages"),
    "conversations": ("Borradores", "Drafts"),
    "chats": ("Chats", "Chats"),
    "blobs": ("Archivos y grabaciones", "Files and recordings"),
    "source_records": ("Lo que dijeron otras fuentes", "What other sources said"),
    "access_log": ("Quién consultó los datos", "Who looked at the data"),
    "legal_holds": ("Conservación por ley", "Kept by law"),
    "offers": ("A quién se ofrecieron los contactos", "To whom contacts were offered"),
}
WORDS: Final = {
    "title": ("Todo lo que guardamos sobre {name}", "Everything that we keep about {name}"),
    "at": ("Extraído el {at} (UTC).", "Taken on {at} (UTC)."),
    "json": (
        "Lo mismo, legible por máquina, está en data.json.",
        "The same, for machines, is in data.json.",
    ),
    "none": ("Nada.", "Nothing."),
    "missing": (
        "Este archivo no se pudo abrir: está dañado o falta su clave.",
        "This file could not be opened: it is damaged or its key is missing.",
    ),
}
_STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h2{margin-top:2.5rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;"
    "border-top:1px solid #ccc;padding-top:.6rem}dt{color:#555}dd{margin:0;"
    "white-space:pre-wrap;overflow-wrap:anywhere}"
)


class NotThereError(LookupError):
    """There is no such customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file in the archive; `path` "" where it could not be opened."""

    blob: str
    path: str


class SubjectStore(Protocol):
    """Raises `cti_bridge.errors.StoreError`."""

    async def write(
        self, customer: CustomerId, out: IO[bytes], *, language: str, now: datetime
    ) -> tuple[int, int]:
        """A .zip; entries, and files that could not be opened. Raises NotThereError, and OSError
        where it cannot be written."""


def file_name(number: int, name: str) -> str:
    """Harmless inside an archive, and unlike any other of it."""
    kept = "".join(one if one.isalnum() or one in " ._-" else "_" for one in name)[-80:]
    return f"files/{number:04}-{kept.strip(' .') or 'file'}"


def page(
    language: str,
    name: str,
    at: str,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    files: Iterable[File],
) -> str:
    """One HTML page that loads nothing from anywhere."""
    where = {file.blob: file.path for file in files}
    place = LANGUAGES.index(language)
    title = html.escape(WORDS["title"][place].format(name=name))
    parts = [
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"style-src 'unsafe-inline'\"><title>{title}</title><style>{_STYLE}</style>"
        f"<h1>{title}</h1><p>{html.escape(WORDS['at'][place].format(at=at))} "
        f"{html.escape(WORDS['json'][place])}</p>"
    ]
    for table, rows in tables.items():
        parts.append(f"<h2>{html.escape(TABLES.get(table, (table, table))[place])}</h2>")
        if not rows:
            parts.append(f"<p>{WORDS['none'][place]}</p>")
        parts += [_row(row, where, WORDS["missing"][place]) for row in rows]
    return "\n".join(parts)


def _row(row: Mapping[str, Any], where: Mapping[str, str], missing: str) -> str:
    cells = [
        f"<dt>{html.escape(key)}</dt><dd>{html.escape(_text(value))}</dd>"
        for key, value in row.items()
        if value not in (None, "", [], {})
    ]
    path = where.get(str(row.get("id")))
    if path is not None:
        link = f'<a href="{html.escape(path)}">{html.escape(path)}</a>' if path else missing
        cells.append(f"<dt>→</dt><dd>{link}</dd>")
    return f"<dl>{''.join(cells)}</dl>"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_text(one)}" for key, one in value.items() if one)
    if isinstance(value, list):
        return "\n".join(_text(one) for one in value)
    return str(value)
