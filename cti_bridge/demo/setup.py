"""How the demo's bridge is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from cti_bridge.config.values import (
    Capacity,
    ChatSite,
    Config,
    Line,
    Mailbox,
    Queue,
    Reply,
    Server,
    Site,
    Store,
    Web,
)
from cti_bridge.demo.writers import ADDRESS, MAILBOX, SITE

if TYPE_CHECKING:
    from pathlib import Path


DNIS: Final = "+34900100200"
SALES: Final = "+34900100300"
LANGUAGES: Final[tuple[Literal["es", "en"], ...]] = ("es", "en")
NAMES: Final = {
    "es": {
        "support": "Soporte",
        "sales": "Ventas",
        "web": "Web y correo",
        "site": "Atención al cliente",
        "signature": "Un saludo,\n{agent}\nAtención al cliente",
    },
    "en": {
        "support": "Support",
        "sales": "Sales",
        "web": "Web and e-mail",
        "site": "Customer service",
        "signature": "Kind regards,\n{agent}\nCustomer service",
    },
}
REPLIES: Final = (
    Reply(
        code="hola",
        title="Saludo",
        text="Hola, {first_name}. Le atiende {agent}. ¿En qué puedo ayudarle?",
        language="es",
    ),
    Reply(
        code="router",
        title="Reiniciar el router",
        text="Desenchufe el router, espere diez segundos y vuelva a enchufarlo. En dos minutos la "
        "luz debería quedarse fija.",
        language="es",
    ),
    Reply(
        code="factura",
        title="Factura corregida",
        text="Hola, {first_name}:\n\nTiene razón: le hemos cobrado dos veces la instalación. Hoy "
        "mismo le abonamos la diferencia.",
        language="es",
        channels=("email",),
    ),
    Reply(
        code="hello",
        title="Greeting",
        text="Hello {first_name}, this is {agent}. How can I help you?",
        language="en",
    ),
    Reply(
        code="router-en",
        title="Restart the router",
        text="Please unplug the router, wait ten seconds and plug it in again. In two minutes the "
        "light should be steady.",
        language="en",
    ),
    Reply(
        code="invoice",
        title="Invoice corrected",
        text="Dear {first_name},\n\nYou are right: we charged the installation twice. We are "
        "refunding the difference today.",
        language="en",
        channels=("email",),
    ),
)


def demo_config(
    folder: Path, callers: str = "", mail_server: str = "", language: Literal["es", "en"] = "es"
) -> Config:
    """One line that takes calls from this machine alone, a web page with a chat, a mailbox; no
    fixed port.

    `callers`: where its outgoing calls go, `mail_server`: its e-mail; host:port each."""
    names = NAMES[language]
    return Config(
        site=Site(name="Ficha demo", region="ES", language=language, spool=str(folder / "spool")),
        store=Store(url=f"sqlite:///{folder / 'ficha.db'}"),
        server=Server(host="127.0.0.1", port=0),
        lines=(
            Line(
                id="demo",
                name="Central",
                mode="trunk",
                queue="support",
                bind="127.0.0.1",
                port=0,
                server=callers,
                peers=("127.0.0.1",),
                extensions=(r"1\d{3}",),
                rtp_ports=(0, 0),
            ),
        ),
        queues=(
            Queue(id="support", name=names["support"], dnis=(DNIS,), offer_seconds=30),
            Queue(id="sales", name=names["sales"], dnis=(SALES,), offer_seconds=30),
            # a person who tries the demo reads first: what is written waits for them
            Queue(
                id="web",
                name=names["web"],
                offer_seconds=3600,
                signature=names["signature"],
                language=language,
            ),
        ),
        # a call comes on top of a chat, too: with one agent it would wait for ever otherwise
        capacity=Capacity(
            interrupted_by={
                "email": ("voice", "chat"),
                "voicemail": ("voice",),
                "chat": ("voice",),
            }
        ),
        web=Web(enabled=True, port=0, demo_page=True),
        chats=(
            ChatSite(id=SITE, queue="web", title={"es": "¿Le ayudamos?", "en": "Can we help?"}),
        ),
        mailboxes=(
            Mailbox(
                id=MAILBOX,
                address=ADDRESS,
                name=names["site"],
                queue="web",
                smtp=mail_server,
                smtp_security="none",
                undo_seconds=3,
            ),
        )
        if mail_server
        else (),
        replies=REPLIES,
    )
