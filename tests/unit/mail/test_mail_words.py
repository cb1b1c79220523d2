"""Quoted history, threads, languages, rules, robots, and what we write ourselves."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from cti_bridge.channels.mail.compose import File, Letter, Quoted, compose
from cti_bridge.channels.mail.headers import split_addresses
from cti_bridge.channels.mail.parse import parse
from cti_bridge.channels.mail.quoting import split_quoted
from cti_bridge.channels.mail.rules import guess_language
from cti_bridge.channels.mail.threads import (
    Tokens,
    bare_subject,
    is_reply,
    plus,
    subject_key,
    without_plus,
)
from cti_bridge.protocol.values import Address
from cti_bridge.protocol.vocabulary import InteractionId

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "intro",
    [
        "On Mon, Mar 2, 2026 at 9:00 AM Support <help@example.org> wrote:",
        "On Mon, Mar 2, 2026 at 9:00 AM Support\n<help@example.org>\nwrote:",
        "El lun, 2 mar 2026 a las 9:00, Soporte (<help@example.org>) escribió:",
        "El 2 de marzo de 2026 a las 9:00, Soporte <help@example.org>\nescribió:",
        "Le lun. 2 mars 2026 à 09:00, Support <help@example.org> a écrit :",
        "Am 02.03.26 um 09:00 schrieb Support:",
        "Am Mo., 2. März 2026 um 09:00 Uhr schrieb Support <help@example.org>:",
        "Em seg., 2 de mar. de 2026 às 09:00, Suporte <help@example.org> escreveu:",
        "-----Original Message-----",
        "-----Mensaje original-----",
        "-------- Message d'origine --------",
        "-----Ursprüngliche Nachricht-----",
        "---------- Forwarded message ---------",
        "________________________________\n"
        "From: Support <help@example.org>\nSent: Monday\nTo: Marta\nSubject: Order",
        "De: Soporte <help@example.org>\nEnviado el: lunes, 2 de marzo\nPara: Marta\nAsunto: Hola",
        "Von: Support <help@example.org>\nGesendet: Montag\nAn: Marta\nBetreff: Bestellung",
        "De : Support <help@example.org>\nEnvoyé : lundi\nÀ : Marta\nObjet : Commande",
        "*From:* Support <help@example.org>\n*Sent:* Monday\n*To:* Marta\n*Subject:* Order",
    ],
)
def test_the_history_is_folded(intro: str) -> None:
    fresh, quoted = split_quoted(f"Thanks!\n\n{intro}\n\n> older\n> text")
    assert fresh == "Thanks!"
    assert quoted.startswith(intro.removeprefix("_" * 32 + "\n")[:20]) or intro.startswith("___")
    assert quoted.endswith("> text")


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote:\nplease send it",
        "El equipo\n\nhola",
        "From: Madrid\nit is far",
        "> only a quote",
        "-----Original Message-----\nFrom: x",  # nothing new: it is shown
        "On Mon, Support wrote:\n> When?\nTomorrow.\n> Where?\nHere.",  # answered piece by piece
    ],
)
def test_what_is_no_history_stays(text: str) -> None:
    assert split_quoted(text) == (text.strip(), "")


def test_trailing_quotes_without_words_above() -> None:
    assert split_quoted("Yes.\n\n> Is it so?\n> Really?\n\n") == ("Yes.", "> Is it so?\n> Really?")


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: Order", "Order"),
        ("RE: FW: Aw: Order", "Order"),
        ("RV: Pedido", "Pedido"),
        ("Re[2]: Order", "Order"),
        ("SV: Re: TR : Commande", "Commande"),
        ("Reclamación", "Reclamación"),
        ("Invoice: 12", "Invoice: 12"),
    ],
)
def test_subjects(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare
    assert is_reply(subject) == (subject != bare)
    assert subject_key(subject) == subject_key(f"  {bare.upper()} ")


def test_a_subject_that_says_nothing_is_no_thread() -> None:
    assert subject_key("") == subject_key("Re:") == subject_key("Re: Hi") == ""


def test_tokens_name_a_contact_and_cannot_be_made_up() -> None:
    tokens, others = Tokens("secret"), Tokens("other")
    contact = InteractionId(str(uuid4()))
    token = tokens.of(contact)
    address = plus("help@example.org", token)
    assert tokens.in_addresses(["x@y.es", address]) == contact
    assert tokens.in_addresses([address.upper().casefold()]) == contact
    assert tokens.in_ids([f"ficha.{token}.abc@example.org"]) == contact
    assert others.in_addresses([address]) is None
    changed = ("b" if token[0] == "a" else "a") + token[1:]
    assert tokens.read(changed) is None
    assert tokens.read("") is None
    assert tokens.of(InteractionId("no uuid")) == ""
    assert without_plus(address) == "help@example.org"
    assert plus("a-very-long-local-part-indeed@example.org", token).startswith("a-very-long")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola, quiero saber cuándo llega mi pedido. Gracias, un saludo", "es"),
        ("Hello, I would like to know when my order arrives. Thanks", "en"),
        ("Bonjour, je voudrais savoir quand ma commande est livrée. Merci", "fr"),
        ("Guten Tag, ich habe meine Bestellung noch nicht bekommen. Danke", "de"),
        ("Olá, eu não recebi o meu pedido e estou à espera. Obrigado", "pt"),
        ("12345", ""),
        ("", ""),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert guess_language(text) == language


def test_addresses_in_every_spelling() -> None:
    text = (
        'Ana <ana@x.es>, "Pérez, \\"Pepe\\"" <p@x.es>; bob@x.es (Bob), undisclosed-recipients:;, '
        "Friends: c@x.es, mailto:d@x.es, <e@x.es>, nobody"
    )
    found = [(one.address, one.name) for one in split_addresses(text)]
    assert found == [
        ("ana@x.es", "Ana"),
        ("p@x.es", 'Pérez, "Pepe"'),
        ("bob@x.es", "Bob"),
        ("c@x.es", ""),
        ("d@x.es", ""),
        ("e@x.es", ""),
    ]


def letter(**more: object) -> Letter:
    given: dict[str, object] = {
        "sender": Address(address="help@example.org", name="Atención"),
        "to": (Address(address="marta@example.net", name="Marta"),),
        "subject": "Re: Pedido",
        "text": "Sale hoy.",
        "header_id": "ficha.1@example.org",
        "at": AT,
        "language": "es",
        "bridge": "b1",
    }
    return Letter(**(given | more))  # type: ignore[arg-type]


def test_what_is_written_is_read_back() -> None:
    quoted = Quoted(who=Address(address="marta@example.net"), at=AT, text="¿Dónde está?")
    file = File(name="añadido.pdf", media_type="application/pdf", data=b"%PDF\r\n\x00")
    data = compose(letter(text="Hola\n\nhttps://x.es/a?b=1&c=<2>", quoted=quoted, files=(file,)))
    said = parse([data])
    assert said.text == "Hola\n\nhttps://x.es/a?b=1&c=<2>"
    assert said.quoted.endswith("> ¿Dónde está?")
    assert 'href="https://x.es/a?b=1&amp;c="' in said.html
    assert said.files[0].name == "añadido.pdf"
    assert b"".join(said.files[0].pieces()) == b"%PDF\r\n\x00"
    assert said.automatic == ""
    assert parse([data], own="b1").automatic == "own"
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_headers_cannot_be_smuggled_in() -> None:
    evil = "x\r\nBcc: victim@example.com\r\n\r\nbody"
    data = compose(
        letter(
            subject=evil,
            to=(Address(address="marta@example.net", name=evil),),
            sender=Address(address="help@example.org", name=evil),
        )
    )
    head = data.partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc:" not in head
    assert head.count(b"\r\nTo:") + head.startswith(b"To:") == 1


@pytest.mark.parametrize("address", ["nobody", "a@b\r\nX: y", "", "a b@c.es", "a@b,c@d.es"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        compose(letter(to=(Address(address=address),)))


def test_long_ids_stay_whole() -> None:
    ids = tuple(f"{n}.{'x' * 100}@example.net" for n in range(40))
    said = parse([compose(letter(references=ids, in_reply_to=ids[-1]))])
    assert said.in_reply_to == ids[-1]
    assert said.references[0] == ids[0]
    assert said.references[-1] == ids[-1]
    assert len(said.references) == 20


def test_a_forward_has_the_mail_and_its_headers() -> None:
    quoted = Quoted(
        who=Address(address="marta@example.net", name="Marta"),
        at=AT,
        subject="Pedido",
        text="¿Dónde está?",
        html='<p>¿Dónde está?<img src="remote:https://t.example/1.gif"></p>',
        forwarded=True,
    )
    data = compose(letter(quoted=quoted))
    said = parse([data])
    assert "Asunto: Pedido" in said.quoted
    assert "t.example" not in said.html
