"""Pictures of e-mail, voicemail, call-backs and reasons."""

from __future__ import annotations

import io
import math
import struct
import wave
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cti_bridge.protocol.commands import (
    BlobPart,
    ConversationOpened,
    Done,
    FetchBlob,
    OpenConversation,
    Refused,
    SaveDraft,
    SendEmail,
    UploadPart,
)
from cti_bridge.protocol.searching import (
    HistoryFound,
    InteractionOpened,
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.values import (
    Address,
    AttachmentView,
    Candidate,
    CannedReply,
    Conversation,
    Draft,
    InteractionView,
    JourneyStep,
    MessageView,
    RoutingDecision,
)
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Author,
    BlobId,
    Channel,
    ClearCause,
    Delivery,
    InteractionId,
    InteractionState,
    MessageId,
    MessageKind,
    RefusalCode,
    Verb,
)
from tests.helpers import page_values as made
from tests.helpers import screens_work as work
from tests.helpers.screens import Stage, screen, settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desktop.desktop import Desktop
    from agent_desktop.views.email.body import EmailBody
    from agent_desktop.views.window import Window
    from tests.helpers.desktop import FakeLink

MAIL: Final = InteractionId("i2")
MAIL_VERBS: Final = (
    Verb.REPLY,
    Verb.PARK,
    Verb.SPLIT,
    Verb.DIAL,
    Verb.BLIND_TRANSFER,
    Verb.CLEAR,
)
CUSTOMER: Final = Address(address="compras@talleresnorte.example", name="Talleres Norte, S. A.")
US: Final = Address(address="clientes@ficha.example", name="Atención al cliente")
HTML: Final = (
    "<div style='font-family: Calibri; color: #222222'><p>Buenos días:</p>"
    "<p>Les escribo porque la <b>factura de octubre</b> no coincide con el importe que nos "
    "confirmaron por teléfono. En el pedido 2026/1187 acordamos <span style='color:#c00000'>"
    "1.240,50&nbsp;€</span> y nos han cobrado 1.420,50&nbsp;€.</p>"
    "<table border='1' cellpadding='4'><tr><th>Concepto</th><th>Acordado</th><th>Cobrado</th></tr>"
    "<tr><td>Cuota de octubre</td><td align='right'>1.240,50 €</td>"
    "<td align='right'>1.420,50 €</td></tr></table>"
    "<p>Pueden ver el detalle en <a href='https://pagos.talleresnorte.example/f/1187'>"
    "nuestro portal</a>.</p><p><img src='cid:logo1' width='160' height='48'></p>"
    "<p><img src='remote:https://img.talleresnorte.example/px.gif' width='1' height='1'></p>"
    "<p>Un saludo,<br>María Etxeberria<br>Administración</p></div>"
)
TEXT: Final = (
    "Buenos días:\n\nLes escribo porque la factura de octubre no coincide con el importe que nos "
    "confirmaron por teléfono. En el pedido 2026/1187 acordamos 1.240,50 € y nos han cobrado "
    "1.420,50 €.\n\nUn saludo,\nMaría Etxeberria"
)
REPLIES: Final = (
    CannedReply(
        code="saludo",
        title="Saludo",
        text="{greeting}, {first_name}:\n\nGracias por escribirnos.",
        language="es",
    ),
    CannedReply(
        code="factura",
        title="Factura corregida",
        text="Le enviamos la factura corregida. El cargo del {date} se ha anulado.",
        language="es",
        channels=(Channel.EMAIL,),
    ),
    CannedReply(
        code="hello",
        title="Greeting",
        text="{greeting}, {first_name},\n\nThank you for writing to us.",
        language="en",
    ),
    CannedReply(code="horario", title="Horario de atención", text="Atendemos de 9 a 20 h."),
)


def mail(number: int = 0, **changes: Any) -> MessageView:
    """Number 0 is the customer's newest; odd ones are ours."""
    ours = number % 2 == 1
    values: dict[str, Any] = {
        "message_id": MessageId(f"m{number}"),
        "interaction_id": MAIL,
        "kind": MessageKind.EMAIL,
        "author": Author.AGENT if ours else Author.CUSTOMER,
        "at": made.NOW - timedelta(hours=3 + 20 * number),
        "name": made.AGENTS[0] if ours else "María Etxeberria",
        "text": TEXT if not ours else "Buenos días, María:\n\nLo revisamos hoy mismo.\n\nAna",
        "delivery": Delivery.SENT if ours else Delivery.RECEIVED,
        "subject": "Factura de octubre, no coincide el importe",
        "sender": US if ours else CUSTOMER,
        "to": (CUSTOMER,) if ours else (US,),
        "recipients": 1,
    }
    return MessageView(**values | changes)


def picture(width: int = 160, height: int = 48) -> bytes:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QColor, QImage, QImageWriter

    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#2f6f4f"))
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(held.data())


def files() -> tuple[AttachmentView, ...]:
    return (
        AttachmentView(
            blob_id=BlobId("b1"),
            name="Factura 2026-1187.pdf",
            media_type="application/pdf",
            size=184_211,
        ),
        AttachmentView(
            blob_id=BlobId("b2"),
            name="pedido.pdf.exe",
            media_type="application/x-dosexec",
            size=1_430_000,
            suspicious="double_extension",
        ),
        AttachmentView(
            blob_id=BlobId("b3"), name="captura.png", media_type="image/png", size=52_000
        ),
        AttachmentView(
            blob_id=BlobId("b4"),
            name="logo.png",
            media_type="image/png",
            size=800,
            inline="logo1",
        ),
    )


def conversation(**changes: Any) -> Conversation:
    values: dict[str, Any] = {
        "interaction_id": MAIL,
        "channel": Channel.EMAIL,
        "messages": (
            mail(2),
            mail(1),
            mail(
                0,
                html=HTML,
                remote_images=1,
                attachments=files(),
                cc=(Address(address="jefe@talleresnorte.example", name="Iñaki Norte"),),
                recipients=2,
                quoted="El 20 de noviembre Ana Beltrán escribió:\n> Lo revisamos hoy mismo.",
            ),
        ),
        "signature": "Ana Beltrán\nAtención al cliente · Bilbao\n+34 944 00 81 20",
        "mailbox": US.address,
    }
    return Conversation(**values | changes)


def contact(number: int = 2, **changes: Any) -> InteractionView:
    values: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "ani": CUSTOMER.address,
        "dnis": US.address,
        "display_name": "María Etxeberria",
        "subject": "Factura de octubre, no coincide el importe",
        "verbs": MAIL_VERBS,
        "language": "es",
        "unread": 1,
    }
    state = changes.pop("state", InteractionState.CONNECTED)
    return work.contact(number, state, **values | changes)


def opened(
    talk: Conversation | None = None,
    view: InteractionView | None = None,
    *,
    link: FakeLink | None = None,
    **changes: Any,
) -> tuple[Window, Desktop, FakeLink]:
    """A window whose open contact is this e-mail."""
    link = link or work.FakeLink()
    talk = conversation() if talk is None else talk
    sounds = {BlobId("voice"): voice()}
    link.answers.setdefault(
        OpenConversation, lambda _: ConversationOpened(request_id=0, conversation=talk)
    )

    def blob(command: Any) -> Any:
        data = sounds.get(command.blob_id) or picture(320 if command.blob_id == "b3" else 160)
        return BlobPart(request_id=0, data=data, size=len(data), last=True)

    link.answers.setdefault(FetchBlob, blob)
    link.answers.setdefault(SaveDraft, lambda _: Done(request_id=0))
    window, desktop, link = work.make((view or contact(),), link=link, **changes)
    settings = msgspec.structs.replace(
        desktop.store.state.settings,
        replies=REPLIES,
        mailboxes=(("clientes", US.address),),
    )
    desktop.store._set(  # the settings come with the sign-in; here they are put beneath it
        _with_settings(desktop, settings)
    )
    desktop.work.select((view or contact()).interaction_id)
    return window, desktop, link


def _with_settings(desktop: Desktop, settings: Any) -> Any:
    from dataclasses import replace

    return replace(desktop.store.state, settings=settings)


def body(window: Window) -> EmailBody:
    page: Any = window.page()
    found: EmailBody = page.conversation.body
    return found


def shown(stage: Stage, window: Window) -> Window:
    """As large as the picture, before what depends on the size."""
    window.resize(stage.width, stage.height)
    window.show()
    settle()
    return window


@screen("mail")
def mail_read(stage: Stage) -> QWidget:
    window, _desktop, _link = opened()
    return shown(stage, window)


@screen("mail-reply")
def mail_reply(stage: Stage) -> QWidget:
    window, desktop, link = opened()
    shown(stage, window)
    link.answers[UploadPart] = lambda c: (
        Done(request_id=0, id="b9")
        if c.name.endswith("pdf")  # type: ignore[union-attr]
        else Refused(request_id=0, code=RefusalCode.TOO_LARGE)
    )
    desktop.email.begin(MAIL, "reply_all")
    desktop.email.change(
        MAIL,
        text="Buenos días, María:\n\nTiene razón. Le adjunto la factura corregida; el abono de "
        "180,00 € llega en dos días laborables.\n\n",
        cc=(Address(address="jefe@talleresnorte"),),
    )
    desktop.uploads.start(f"email {MAIL}", "Factura corregida.pdf", b"x" * 48_000)
    desktop.uploads.start(f"email {MAIL}", "vídeo de la instalación.mov", b"x" * 90_000)
    desktop.email.loaded.emit(MAIL)
    desktop.email.save_all()
    settle()
    return window


@screen("mail-canned")
def mail_canned(stage: Stage) -> QWidget:
    window, desktop, _link = opened()
    shown(stage, window)
    window.activateWindow()
    desktop.email.begin(MAIL, "reply")
    settle()
    composer = body(window).composer
    composer.text.setFocus()
    composer.text.setPlainText("")
    composer.text.insertPlainText("/")
    composer.canned._show(desktop.canned.find(""))
    settle()
    return window


@screen("mail-undo")
def mail_undo(stage: Stage) -> QWidget:
    link = work.FakeLink()
    link.answers[SendEmail] = lambda c: Done(request_id=0, id=str(c.message_id))  # type: ignore[union-attr]
    sent = mail(
        1,
        message_id=MessageId("new"),
        at=made.NOW,
        delivery=Delivery.UNDOABLE,
        undo_until=made.NOW + timedelta(seconds=8),
    )
    failed = mail(
        3,
        at=made.NOW - timedelta(hours=1),
        delivery=Delivery.FAILED,
        delivery_detail="550 5.1.1 <compras@talleresnorte.example>: user unknown",
    )
    talk = conversation(messages=(mail(2), failed, mail(0), sent))
    window, _desktop, _link = opened(talk, link=link)
    shown(stage, window)
    body(window)._tick()
    return window


@screen("mail-plain-long-names")
def mail_plain(stage: Stage) -> QWidget:
    many = tuple(Address(address=f"persona{n}@ejemplo.example") for n in range(50))
    talk = conversation(
        messages=(
            mail(2, automatic="auto_reply", name=made.LONG_NAME),
            mail(
                0,
                name=made.LONG_NAME,
                to=many,
                recipients=10_000,
                text=TEXT + "\n\nhttps://ejemplo.example/" + "muy-largo-" * 12 + "\n",
                quoted="> lo de antes",
                cut=True,
            ),
        ),
        more=True,
    )
    view = contact(display_name=made.LONG_NAME, subject="Re: " + "asunto muy largo " * 12)
    window, desktop, _link = opened(talk, view)
    shown(stage, window)
    card = next(reversed(body(window).messages.cards.values()))
    card._toggle_details()
    desktop.reading.show_quoted(MessageId("m0"), quoted=True)
    settle()
    return window


@screen("mail-new")
def mail_new(stage: Stage) -> QWidget:
    draft = Draft(mode="new", to=(CUSTOMER,), quote=False)
    window, _desktop, _link = opened(conversation(messages=(), draft=draft))
    return shown(stage, window)


@screen("mail-link-that-lies")
def mail_link(stage: Stage) -> QWidget:
    window, _desktop, _link = opened()
    shown(stage, window)
    body(window).messages.ask_link("https://evil.example/login", "https://banco.example")
    settle()
    return window


def voice(seconds: float = 6.0) -> bytes:
    """A WAV in which something speaks in words of different loudness."""
    held = io.BytesIO()
    with wave.open(held, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        samples = (
            int(
                9000
                * abs(math.sin(n / 2900)) ** 2
                * abs(math.sin(n / 11_000))
                * math.sin(n * 0.14)
            )
            for n in range(int(8000 * seconds))
        )
        writer.writeframes(b"".join(struct.pack("<h", s) for s in samples))
    return held.getvalue()


def voicemail_contact(**changes: Any) -> InteractionView:
    values: dict[str, Any] = {
        "channel": Channel.VOICEMAIL,
        "ani": "+34944008120",
        "call_to": "+34944008120",
        "verbs": (Verb.PARK, Verb.SPLIT, Verb.DIAL, Verb.BLIND_TRANSFER, Verb.CLEAR),
        "display_name": "Javier Ruiz Molina",
    }
    return work.contact(2, InteractionState.CONNECTED, **values | changes)


def voicemail_talk() -> Conversation:
    left = MessageView(
        message_id=MessageId("v1"),
        interaction_id=MAIL,
        kind=MessageKind.VOICEMAIL,
        author=Author.CUSTOMER,
        at=made.NOW - timedelta(minutes=26),
        seconds=6.0,
        attachments=(
            AttachmentView(
                blob_id=BlobId("voice"), name="voicemail.wav", media_type="audio/wav", size=96_044
            ),
        ),
    )
    return Conversation(interaction_id=MAIL, channel=Channel.VOICEMAIL, messages=(left,))


@screen("voicemail")
def voicemail(stage: Stage) -> QWidget:
    window, desktop, _link = opened(voicemail_talk(), voicemail_contact())
    shown(stage, window)
    desktop.voicemail.set_speed(1.5)
    desktop.voicemail.seek(2.4)
    desktop.voicemail.play()
    settle()
    return window


@screen("callback")
def callback(stage: Stage) -> QWidget:
    wish = MessageView(
        message_id=MessageId("w1"),
        interaction_id=MAIL,
        kind=MessageKind.CHAT,
        author=Author.CUSTOMER,
        at=made.NOW - timedelta(hours=2),
        text="Llámenme después de las once, por favor. Es por la factura de octubre.",
    )
    talk = Conversation(interaction_id=MAIL, channel=Channel.CALLBACK, messages=(wish,))
    view = voicemail_contact(
        channel=Channel.CALLBACK,
        subject="Factura de octubre",
        wake_at=made.NOW + timedelta(minutes=30),
        failure=ClearCause.NOT_ANSWERED,
    )
    window, _desktop, _link = opened(talk, view)
    return shown(stage, window)


def decision(**changes: Any) -> RoutingDecision:
    values: dict[str, Any] = {
        "why": "longest_idle",
        "score": 14.5,
        "queue_position": 1,
        "waited_seconds": 184,
        "relaxed": 1,
        "skills": {"facturación": 2, "english": 3},
        "candidates": (
            Candidate(
                agent_id=AgentId("a0"),
                name=made.AGENTS[0],
                rank=1,
                idle_seconds=312,
                skill=6,
                load=33,
            ),
            Candidate(
                agent_id=AgentId("a1"), name=made.AGENTS[1], rank=2, idle_seconds=41, skill=5
            ),
            Candidate(agent_id=AgentId("a2"), name=made.AGENTS[2], bar="skill:english"),
            Candidate(agent_id=AgentId("a3"), name=made.AGENTS[3], bar="no_capacity", load=100),
        ),
        "able": 2,
        "barred": 5,
    }
    return RoutingDecision(**values | changes)


def journey() -> tuple[JourneyStep, ...]:
    begin = made.NOW - timedelta(minutes=4)
    return (
        JourneyStep(at=begin, what="queued", detail="Facturación y cobros"),
        JourneyStep(
            at=begin + timedelta(seconds=184),
            what="offered",
            detail=made.AGENTS[0],
            code="longest_idle",
            figures={"idle": 312, "able": 2},
            decision=decision(),
        ),
        JourneyStep(at=begin + timedelta(seconds=190), what="accepted", detail=made.AGENTS[0]),
    )


@screen("journey-why")
def journey_why(stage: Stage) -> QWidget:
    link = work.FakeLink()
    file = made.interaction_file(
        interaction=made.interaction(interaction_id=InteractionId("i1")), journey=journey()
    )
    window, _desktop, link = opened(view=work.contact(1, InteractionState.CONNECTED), link=link)
    link.answers[OpenInteraction] = lambda _: InteractionOpened(request_id=0, file=file)
    shown(stage, window)
    settle(500)
    page: Any = window.page()
    page.conversation.journey.open_decision(1)
    settle()
    bar = page.conversation._column.verticalScrollBar()
    bar.setValue(bar.maximum())
    settle()
    return window


@screen("history-written")
def history_written(stage: Stage) -> QWidget:
    from tests.helpers import screens_pages as pages

    link = stage.link()
    talk = conversation(interaction_id=InteractionId("i0"))
    view = msgspec.structs.replace(
        contact(state=InteractionState.CLOSED), interaction_id=InteractionId("i0")
    )
    file = made.interaction_file(interaction=view, journey=journey())
    rows = tuple(
        made.contact(n, channel=tuple(Channel)[n % 5], subject=SUBJECTS[n % 4]) for n in range(30)
    )
    link.answers |= {
        SearchHistory: lambda _: HistoryFound(request_id=0, contacts=rows),
        OpenInteraction: lambda _: InteractionOpened(request_id=0, file=file),
        OpenConversation: lambda _: ConversationOpened(request_id=0, conversation=talk),
        FetchBlob: lambda _: BlobPart(
            request_id=0, data=picture(), size=len(picture()), last=True
        ),
    }
    window = pages.opened(stage, "history", link)
    page: Any = window.page()
    page.table.choose(2)
    page.what.press(1)
    return shown(stage, window)


SUBJECTS: Final = (
    "Factura de octubre",
    "",
    "Avería en la línea",
    "Re: " + "cambio de tarifa " * 6,
)
