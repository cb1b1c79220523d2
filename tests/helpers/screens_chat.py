"""The pictures of work on several channels at once, and of chats."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from cti_bridge.protocol.commands import ConversationOpened, OpenConversation, Refused
from cti_bridge.protocol.events import AgentChanged, ConversationChanged
from cti_bridge.protocol.values import (
    AttachmentView,
    CannedReply,
    Conversation,
    MessageView,
    Share,
)
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    Author,
    BlobId,
    Channel,
    Delivery,
    Direction,
    InteractionId,
    InteractionState,
    MatchKind,
    MatchReason,
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

    from cti_bridge.protocol.values import InteractionView, MatchResult

CHAT_VERBS = (
    Verb.REPLY,
    Verb.HOLD,
    Verb.BLIND_TRANSFER,
    Verb.SPLIT,
    Verb.DIAL,
    Verb.CLEAR,
)
WORK_VERBS = (Verb.REPLY, Verb.BLIND_TRANSFER, Verb.PARK, Verb.SPLIT, Verb.DIAL, Verb.CLEAR)
LINES = (
    ("customer", "Buenos días. Desde ayer el router no tiene señal."),
    ("agent", "Buenos días, Ainhoa. Lo miro ahora mismo."),
    ("agent", "¿Puede decirme de qué color es la luz de la izquierda?"),
    ("customer", "Roja"),
    (
        "customer",
        "Lo he apagado y encendido dos veces, como dice https://ayuda.ejemplo.es/router/senal "
        "pero sigue igual. Si hace falta escríbame a ainhoa@ejemplo.es.",
    ),
    (
        "agent",
        "Gracias. La avería es de la zona:\n— técnicos trabajando desde las 9:00\n"
        "— solución prevista a las 13:00",
    ),
)


def match(reason: MatchReason = MatchReason.SITE_TOKEN) -> MatchResult:
    result = work.one()
    fresh = msgspec.structs.replace(
        result.matches[0], reason=reason, matched_value="", source="", confirmed_at=None
    )
    return msgspec.structs.replace(result, matches=(fresh,))


def chat(number: int = 1, **changes: Any) -> InteractionView:
    values: dict[str, Any] = {
        "channel": Channel.CHAT,
        "ani": "",
        "dnis": "",
        "display_name": "Ainhoa",
        "verbs": CHAT_VERBS,
        "match": match(),
        "last_text": LINES[4][1][:120],
        "language": "es",
        "established_at": made.NOW - timedelta(seconds=400),
        "queued_at": made.NOW - timedelta(seconds=412),
        "started_at": made.NOW - timedelta(seconds=412),
    }
    state = changes.pop("state", InteractionState.CONNECTED)
    return work.contact(number, state, **values | changes)


def email(number: int = 2, **changes: Any) -> InteractionView:
    values: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "ani": "compras@talleresnorte.example",
        "dnis": "clientes@ficha.example",
        "display_name": "Talleres Norte, S. A.",
        "customer_id": None,
        "customer_name": "",
        "match": None,
        "subject": "Factura de octubre, no coincide el importe",
        "verbs": WORK_VERBS,
    }
    state = changes.pop("state", InteractionState.CONNECTED)
    return work.contact(number, state, **values | changes)


def queued(number: int, channel: Channel, minutes: float, due: float, **changes: Any) -> Any:
    """Waits for so many minutes, and is due in so many."""
    values: dict[str, Any] = {
        "channel": channel,
        "due_at": made.NOW + timedelta(minutes=due),
        "verbs": (Verb.TAKE,),
    }
    return work.waiting(number, minutes * 60, **values | changes)


def line(key: InteractionId, number: int, **changes: Any) -> MessageView:
    side, text = LINES[number % len(LINES)]
    customer = side == "customer"
    values: dict[str, Any] = {
        "message_id": MessageId(f"{key}-m{number}"),
        "interaction_id": key,
        "kind": MessageKind.CHAT,
        "author": Author.CUSTOMER if customer else Author.AGENT,
        "at": made.NOW - timedelta(minutes=7) + timedelta(seconds=50 * number),
        "name": "" if customer else made.AGENTS[0],
        "text": text,
        "delivery": Delivery.RECEIVED if customer else Delivery.DELIVERED,
    }
    return MessageView(**values | changes)


def conversation(key: InteractionId, **changes: Any) -> Conversation:
    file = AttachmentView(
        blob_id=BlobId("b1"), name="foto del router.jpg", media_type="image/jpeg", size=412_000
    )
    joined = MessageView(
        message_id=MessageId(f"{key}-j"),
        interaction_id=key,
        kind=MessageKind.EVENT,
        author=Author.SYSTEM,
        at=made.NOW - timedelta(minutes=7),
        name=made.AGENTS[0],
        code="joined",
    )
    rows = [line(key, n) for n in range(len(LINES))]
    rows[4] = msgspec.structs.replace(rows[4], attachments=(file,))
    values: dict[str, Any] = {
        "interaction_id": key,
        "channel": Channel.CHAT,
        "messages": (rows[0], joined, *rows[1:]),
        "read_to": rows[1].message_id,
        "form": {"Nombre": "Ainhoa", "Contrato": "48-210"},
        "page": "https://www.ejemplo.es/averias",
    }
    return Conversation(**values | changes)


REPLIES = (
    CannedReply(code="hola", title="Saludo", text="{greeting}, {first_name}.", language="es"),
    CannedReply(code="gracias", title="Despedida", text="Gracias por escribirnos.", language="es"),
)


def open_work(
    *contacts: InteractionView, offers: tuple[Any, ...] = (), **changes: Any
) -> tuple[Any, Any, Any]:
    """A window in which conversations open with what `conversation` says."""
    link = changes.pop("link", None) or work.FakeLink()
    link.answers.setdefault(
        OpenConversation,
        lambda c: ConversationOpened(request_id=0, conversation=conversation(c.interaction_id)),
    )
    changes.setdefault("activity", AgentActivity.BUSY)
    window, desktop, link = work.make(contacts, offers, link=link, **changes)
    agent = msgspec.structs.replace(
        desktop.store.state.agent,
        shares=(
            Share(channel=Channel.VOICE, using=0, most=1),
            Share(channel=Channel.CHAT, using=2, most=3),
            Share(channel=Channel.EMAIL, using=1, most=1),
        ),
    )
    link.emit(AgentChanged(agent=agent))
    return window, desktop, link


def many() -> tuple[InteractionView, ...]:
    """A busy floor: own work of three channels, and what waits."""
    nobody = {"customer_id": None, "customer_name": "", "match": None}
    return (
        chat(unread=2, waiting_reply_since=made.NOW - timedelta(seconds=48)),
        chat(
            3,
            **nobody,
            display_name="Oliver Whitcombe",
            last_text="Could you send me the new price list?",
            state=InteractionState.HELD,
            verbs=(*CHAT_VERBS, Verb.RETRIEVE),
        ),
        email(),
        email(
            4,
            state=InteractionState.PARKED,
            subject="Cambio de titular de la línea 2",
            display_name=made.LONG_NAME,
            wake_at=made.NOW + timedelta(hours=4),
        ),
        queued(10, Channel.VOICE, 1.2, -0.2, ani="+34946550128", queue_name="Soporte"),
        queued(
            11,
            Channel.CHAT,
            0.7,
            0.3,
            ani="",
            display_name="Charlotte",
            subject="¿Y si cambio de tarifa?",
            queue_name="Ventas",
            readers=("Peio Larrea",),
        ),
        queued(
            12,
            Channel.EMAIL,
            180,
            -12,
            ani="baja@ejemplo.es",
            display_name="Iker Goñi",
            subject="Baja de la línea 2, tercera vez que lo pido",
            queue_name="Facturación y cobros",
        ),
        queued(
            13,
            Channel.CALLBACK,
            26,
            34,
            ani="+34612000111",
            call_to="+34612000111",
            queue_name="Soporte",
        ),
        queued(
            14, Channel.VOICEMAIL, 95, 25, ani="+442071838750", display_name="CLINIC",
            queue_name="Ventas",
        ),
        queued(
            15,
            Channel.EMAIL,
            12,
            228,
            ani="info@example.org",
            subject="Solicitud de presupuesto",
            direction=Direction.INBOUND,
            queue_name="Ventas",
        ),
    )  # fmt: skip


@screen("chat-many")
def chat_many(stage: Stage) -> QWidget:
    window, desktop, _ = open_work(*many())
    desktop.work.select(InteractionId("i1"))
    return window


@screen("chat-typing")
def chat_typing(stage: Stage) -> QWidget:
    window, desktop, link = open_work(*many())
    desktop.work.select(InteractionId("i1"))
    link.emit(
        ConversationChanged(
            interaction_id=InteractionId("i1"),
            customer_typing=True,
            preview="¿Y entonces a las 13:00 ya",
            read_to=MessageId("i1-m5"),
            last_text="…",
        )
    )
    window.resize(stage.width, stage.height)
    window.show()
    field = window.page().conversation.bodies[Channel.CHAT].composer.field
    field.setPlainText("Sí: en cuanto vuelva la señal le llega un mensaje.\nSi a las 13:00")
    desktop.chat.send()
    field.setPlainText("Si a las 13:30 no funciona, escríbanos por aquí mismo y")
    return window


@screen("chat-offered")
def chat_offered(stage: Stage) -> QWidget:
    asked = work.offer(
        7,
        channel=Channel.CHAT,
        ani="",
        display_name="Charlotte Ashdown",
        customer_name="",
        customer_id=None,
        queue_name="Ventas",
        subject="¿Y si cambio de tarifa a mitad de mes?",
        match=None,
    )
    window, desktop, _ = open_work(*many(), offers=(asked,))
    desktop.work.select(InteractionId("i2"))
    desktop.work.select(InteractionId("i1"))
    return window


@screen("chat-waiting-read")
def chat_waiting(stage: Stage) -> QWidget:
    window, desktop, _ = open_work(*many())
    desktop.work.select(InteractionId("i11"))
    window.resize(stage.width, stage.height)
    window.show()
    settle(320)
    return window


@screen("chat-unknown-gone")
def chat_unknown(stage: Stage) -> QWidget:
    view = chat(
        customer_id=None,
        customer_name="",
        display_name="",
        match=msgspec.structs.replace(match(), kind=MatchKind.NONE, matches=(), total=0),
        customer_here=False,
        handover="Pide un descuento del 20 %. Ya se le ofreció el 10 %.",
    )
    window, _desktop, _link = open_work(view, *many()[4:])
    return window


@screen("chat-wrap-up")
def chat_wrap_up(stage: Stage) -> QWidget:
    view = chat(
        state=InteractionState.WRAP_UP,
        verbs=(),
        wrap_up_until=made.NOW + timedelta(seconds=42),
        wrap_up_extensions_left=1,
    )
    window, *_ = open_work(view, *many()[1:], activity=AgentActivity.WRAP_UP)
    return window


@screen("chat-transfer")
def chat_transfer(stage: Stage) -> QWidget:
    window, desktop, _ = open_work(*many())
    desktop.work.select(InteractionId("i1"))
    window.page().conversation.head.strip.transfer.setChecked(True)
    return window


@screen("chat-split")
def chat_split(stage: Stage) -> QWidget:
    window, desktop, _ = open_work(*many())
    desktop.work.select(InteractionId("i1"))
    window.page().conversation.head.strip.split.setChecked(True)
    return window


@screen("chat-park")
def chat_park(stage: Stage) -> QWidget:
    window, desktop, _ = open_work(*many())
    desktop.work.select(InteractionId("i2"))
    window.resize(stage.width, stage.height)
    window.show()
    settle()
    window.page().conversation.head.open_park()
    return window


@screen("chat-not-opened")
def chat_not_opened(stage: Stage) -> QWidget:
    link = work.FakeLink()
    link.answers[OpenConversation] = lambda c: Refused(request_id=0, code=RefusalCode.STORE_AWAY)
    window, *_ = open_work(chat(), link=link)
    return window
