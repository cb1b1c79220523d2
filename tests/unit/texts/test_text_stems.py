"""Which words are found by which."""

from __future__ import annotations

import pytest

from cti_bridge.texts.snippet import LENGTH, snippet
from cti_bridge.texts.stems import MAX_TERMS, asked, of_word, stems


def finds(typed: str, text: str, language: str = "") -> bool:
    said = stems(text, language)
    words = asked(typed)
    return bool(words) and all(said.intersection(word) for word in words)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("factura", "Las FACTURAS de mayo"),
        ("facturas", "su factura"),
        ("avería", "averias comunicadas"),
        ("averia", "dos averías"),
        ("instalacion", "las instalaciones"),
        ("instalación", "quiere instalar fibra"),
        ("instalacion", "la instalación nueva"),
        ("reclamaciones", "Reclamó: una reclamación"),
        ("cancelado", "cancela la cita"),
        ("niño", "los NIÑOS"),
    ],
)
def test_spanish(typed: str, text: str) -> None:
    assert finds(typed, text, "es")
    assert finds(typed, text)  # nobody said which language it is


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("complain", "He complained of the noise"),
        ("deliveries", "a late delivery"),
        ("customer's", "two customers"),
        ("refunding", "was refunded"),
    ],
)
def test_english(typed: str, text: str) -> None:
    assert finds(typed, text, "en-GB")
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text", "language"),
    [
        ("factura", "manufactura", "es"),  # the whole word
        ("cosa", "caso", "es"),
        ("factura pagada", "la factura", "es"),  # every word
        ("complained", "complaining", "es"),  # English, in a text that is known to be Spanish
        ("de la", "de la factura", "es"),  # words of grammar ask for nothing
        ("", "nada", ""),
        ("¿?", "¿?", ""),
    ],
)
def test_what_is_not_found(typed: str, text: str, language: str) -> None:
    assert not finds(typed, text, language)


def test_numbers_and_codes_are_found_as_they_are() -> None:
    assert finds("48210", "pedido nº 48210, urgente", "es")
    assert finds("cl-000123", "ref. CL-000123")
    assert not finds("4821", "pedido 48210")
    assert set(of_word("48210")) == {"x48210"}


def test_the_work_is_bounded() -> None:
    assert len(asked(" ".join(f"palabra{n}" for n in range(50)))) == MAX_TERMS
    assert len(stems("mundos " * 1_000_000)) <= len(stems("mundos")) + 2  # cut in a word
    assert max(map(len, stems("x" * 5_000))) < 50


def test_a_snippet_says_why() -> None:
    text = (
        "Buenos días,\n\nles escribo porque llevo tres meses esperando la devolución del importe "
        "de la factura que pagué dos veces en mayo, y nadie de la empresa me ha dado todavía una "
        "respuesta clara sobre cuándo me van a devolver ese dinero.\n\nUn saludo"
    )
    wanted = frozenset(stem for word in asked("devoluciones factura") for stem in word)
    said, marks = snippet(text, wanted, "es")
    assert [said[a:b] for a, b in marks] == ["devolución", "factura"]
    assert said.startswith("…")
    assert said.endswith("…")
    assert "\n" not in said
    assert len(said) <= LENGTH + 2
    assert snippet("corto", wanted) == ("corto", ())
    assert snippet("", wanted) == ("", ())
    assert len(snippet("x" * 200_000, wanted)[0]) <= LENGTH + 2
