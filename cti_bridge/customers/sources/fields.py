"""What a customer has, and which heading means it, in Spanish or English."""

from __future__ import annotations

import re
from typing import Final

from cti_bridge.customers.sources.records import MAX_COLUMNS
from cti_bridge.customers.text import fold_words

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
    "kind": ("kind", "type", "customer type", "tipo", "tipo de cliente"),
    "status": ("status", "account status", "state of account", "estado", "situacion",
               "estado de la cuenta"),
    "born": ("born", "birthday", "date of birth", "birth date", "dob", "nacimiento",
             "fecha de nacimiento", "cumpleanos", "f nacimiento", "fecha nacimiento"),
    "time_zone": ("time zone", "timezone", "zona horaria", "huso horario"),
    "street": ("street", "address", "street address", "address line 1", "direccion", "calle",
               "domicilio"),
    "postcode": ("postcode", "postal code", "zip", "zip code", "codigo postal", "cp", "c p"),
    "city": ("city", "town", "ciudad", "poblacion", "localidad", "municipio"),
    "region": ("region", "province", "state", "county", "provincia", "comunidad"),
    "country": ("country", "pais"),
    "consent": ("consent", "marketing consent", "marketing", "consentimiento", "publicidad"),
    "consent_phone": ("consent phone", "phone consent", "consentimiento telefono",
                      "publicidad por telefono"),
    "consent_email": ("consent email", "email consent", "consentimiento correo",
                      "consentimiento email", "publicidad por correo"),
    "consent_sms": ("consent sms", "sms consent", "consentimiento sms"),
    "consent_post": ("consent post", "post consent", "consentimiento postal"),
    "consent_date": ("consent date", "date of consent", "fecha consentimiento",
                     "fecha de consentimiento", "fecha del consentimiento"),
    "consent_source": ("consent source", "source of consent", "origen consentimiento",
                       "origen del consentimiento"),
    "works_at": ("works at", "employer", "trabaja en", "empleador", "empleadora",
                 "lugar de trabajo"),
    "works_at_key": ("works at key", "employer key", "employer id", "company id",
                     "organisation id", "organization id", "id empresa", "codigo empresa",
                     "codigo de empresa"),
    "job_title": ("job title", "job", "position", "cargo", "puesto", "puesto de trabajo"),
    "household": ("household", "household id", "hogar", "unidad familiar", "id hogar"),
    "changed": ("changed", "changed at", "modified", "modified at", "last modified", "updated",
                "updated at", "last update", "modificado", "fecha de modificacion",
                "ultima modificacion", "actualizado", "ultima actualizacion"),
}  # fmt: skip
PHONES: Final = {"phone": "", "mobile": "mobile", "office": "office", "home": "home"}
"""Columns that hold a number, and the label they give it."""
REPEATABLE: Final = frozenset({*PHONES, "email", "key", "tags", "note"})
IDENTITIES: Final = frozenset({*PHONES, "email", "key"})
NAMES: Final = frozenset({"name", "first_name", "organisation"})
DATES: Final = frozenset({"since", "born", "changed", "consent_date"})
ADDRESS: Final = ("street", "postcode", "city", "region", "country")
ADDRESSES: Final[dict[str, tuple[str, ...]]] = {
    "home": ("home", "casa", "particular"),
    "work": ("work", "business", "office", "trabajo", "oficina"),
    "billing": ("billing", "invoice", "facturacion"),
    "shipping": ("shipping", "delivery", "envio", "entrega"),
}
"""Labels of further addresses, "street.billing", and the words of a heading that mean them."""
CONSENTS: Final = {"consent": "any", "consent_phone": "phone", "consent_email": "email",
                   "consent_sms": "sms", "consent_post": "post"}  # fmt: skip
"""Columns of yes and no, and the channel that they allow or forbid, for marketing."""
LINKS: Final = ("works_at", "works_at_key", "job_title", "household")
"""Columns of how the customer stands to others: an organisation by its name or its key, as what,
and a key that the members of one household share."""
MARKETING: Final = "marketing"
CUSTOM: Final = "custom."
"""Before the code of a field that the configuration adds; known to nobody by its heading."""

_BY_HEADING: Final = {
    heading: column for column, headings in HEADINGS.items() for heading in headings
}
_NUMBERED: Final = re.compile(r" ?[0-9]{1,2}$")
_CODE: Final = r"[a-z][a-z0-9_-]{0,31}"
_PLACE: Final = re.compile(rf"({'|'.join(ADDRESS)})\.({_CODE})")
_CONSENT: Final = re.compile(rf"consent\.({_CODE})(?:\.(phone|email|sms|post))?")
_BETWEEN: Final = frozenset({"de", "del", "la"})


def column_of(heading: str) -> str | None:
    """ "Teléfono 2" and "TELEFONO" are both "phone"; None for what is not known."""
    plain = " ".join(fold_words(heading))
    known = _BY_HEADING.get(plain) or _BY_HEADING.get(_NUMBERED.sub("", plain))
    return known or _labelled(plain.split())


def _labelled(words: list[str]) -> str | None:
    """ "Home Street" and "Dirección de facturación"."""
    for label, meaning in ADDRESSES.items():
        rest = [word for word in words if word not in meaning]
        if len(rest) == len(words):
            continue
        part = _BY_HEADING.get(" ".join(word for word in rest if word not in _BETWEEN))
        return f"{part}.{label}" if part in ADDRESS else None
    return None


def is_field(name: str) -> bool:
    """Whether a column may be this."""
    if name in HEADINGS or name.startswith(CUSTOM):
        return True
    return place_of(name) is not None or consent_of(name) is not None


def place_of(name: str) -> tuple[str, str] | None:
    """Of "street.billing" the part and the label of the address; None for anything else."""
    found = _PLACE.fullmatch(name)
    return (found[1], found[2]) if found else None


def consent_of(name: str) -> str | None:
    """For what a column of yes and no is, as `consent_key` has it; None for another column."""
    if name in CONSENTS:
        return CONSENTS[name]
    found = _CONSENT.fullmatch(name)
    return consent_key(found[2] or "any", found[1]) if found else None


def consent_key(channel: str, purpose: str) -> str:
    """The channel alone for marketing; "email survey"."""
    return channel if purpose == MARKETING else f"{channel} {purpose}"


def consent_said(key: str) -> tuple[str, str]:
    """Channel and purpose of such a key."""
    channel, _, purpose = key.partition(" ")
    return channel, purpose or MARKETING


def recognised(headings: list[str]) -> int:
    return sum(column_of(heading) is not None for heading in headings[:MAX_COLUMNS])
