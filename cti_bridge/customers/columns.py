"""Which column of a CSV file is which, by its heading in Spanish or English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cti_bridge.customers.text import clean_line, fold_words

MAX_COLUMNS: Final = 200

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name", "full name", "customer", "customer name", "contact", "contact name",
             "nombre completo", "nombre y apellidos", "cliente", "contacto", "razon social"),
    "first_name": ("first name", "given name", "forename", "nombre", "nombre de pila"),
    "surname": ("surname", "last name", "family name", "apellido", "apellidos",
                "primer apellido"),
    "second_surname": ("segundo apellido", "second surname"),
    "phone": ("phone", "phone number", "telephone", "tel", "tlf", "telf", "telefono",
              "numero", "number", "numero de telefono", "tfno", "tfo"),
    "mobile": ("mobile", "mobile phone", "mobile number", "cell", "cell phone", "movil",
               "telefono movil", "celular"),
    "office": ("work phone", "office phone", "business phone", "telefono trabajo", "oficina",
               "telefono oficina", "telefono de trabajo", "work", "office"),
    "home": ("home phone", "landline", "home", "fijo", "telefono fijo", "casa",
             "telefono casa", "particular"),
    "email": ("email", "e mail", "mail", "email address", "e mail address", "correo",
              "correo electronico", "direccion de correo"),
    "key": ("key", "id", "customer id", "customer number", "account", "account number", "code",
            "external id", "reference", "codigo", "codigo cliente", "codigo de cliente",
            "numero de cliente", "referencia", "cuenta", "contrato", "n cliente", "no cliente",
            "no de cliente", "num cliente", "numero cliente"),
    "organisation": ("organisation", "organization", "company", "company name", "business",
                     "empresa", "organizacion", "compania", "sociedad"),
    "language": ("language", "lang", "idioma", "lengua"),
    "tags": ("tags", "tag", "labels", "etiquetas", "etiqueta", "categorias", "groups", "grupos"),
    "since": ("since", "customer since", "created", "created at", "date", "start date",
              "cliente desde", "desde", "alta", "fecha de alta", "fecha alta", "fecha"),
    "owner": ("owner", "account owner", "account manager", "agent", "agent login", "sales rep",
              "sales representative", "gestor", "gestora", "gestor de cuenta", "agente",
              "comercial", "propietario", "propietaria", "responsable", "asesor", "asesora"),
    "note": ("note", "notes", "comment", "comments", "nota", "notas", "observaciones",
             "comentario", "comentarios"),
}  # fmt: skip
PHONES: Final = {"phone": "", "mobile": "mobile", "office": "office", "home": "home"}
"""Columns that hold a number, and the label they give it."""
REPEATABLE: Final = frozenset({*PHONES, "email", "key", "tags", "note"})
IDENTITIES: Final = frozenset({*PHONES, "email", "key"})

_BY_HEADING: Final = {
    heading: column for column, headings in HEADINGS.items() for heading in headings
}
_NUMBERED: Final = re.compile(r" ?[0-9]{1,2}$")


class RowProblem(ValueError):
    """A row, or the header, cannot be used."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}" if field else what)
        self.field, self.what = field, what


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """`used` gives (place in the row, column); `ignored` the headings that say nothing to us."""

    count: int
    used: tuple[tuple[int, str], ...]
    ignored: tuple[str, ...]


def column_of(heading: str) -> str | None:
    """ "Teléfono 2" and "TELEFONO" are both "phone"; None for what is not known."""
    plain = " ".join(fold_words(heading))
    return _BY_HEADING.get(plain) or _BY_HEADING.get(_NUMBERED.sub("", plain))


def recognised(headings: list[str]) -> int:
    return sum(column_of(heading) is not None for heading in headings[:MAX_COLUMNS])


def map_columns(headings: list[str]) -> Columns:
    """Raises RowProblem saying what was expected and what was found."""
    if len(headings) > MAX_COLUMNS:
        raise RowProblem("", f"{len(headings)} columns; at most {MAX_COLUMNS} are read")
    named = [(at, column_of(heading)) for at, heading in enumerate(headings)]
    used = tuple((at, column) for at, column in named if column is not None)
    found = ", ".join(clean_line(heading)[:40] or "(blank)" for heading in headings[:20])
    present = {column for _, column in used}
    if not present & {"name", "first_name", "organisation"}:
        expected = "name, nombre, customer, cliente, company, empresa"
        raise RowProblem("", f"no column for the name: expected one of {expected}; found {found}")
    if not present & IDENTITIES:
        expected = "phone, teléfono, móvil, email, correo, key, código"
        raise RowProblem(
            "", f"no column for a number, address or key: expected {expected}; found {found}"
        )
    _refuse_doubles(used, headings)
    return Columns(
        count=len(headings),
        used=used,
        ignored=tuple(clean_line(headings[at])[:40] for at, column in named if column is None),
    )


def _refuse_doubles(used: tuple[tuple[int, str], ...], headings: list[str]) -> None:
    first: dict[str, int] = {}
    for at, column in used:
        if column in first and column not in REPEATABLE:
            one, other = clean_line(headings[first[column]]), clean_line(headings[at])
            raise RowProblem("", f"two columns for the {column}: {one[:40]} and {other[:40]}")
        first.setdefault(column, at)
