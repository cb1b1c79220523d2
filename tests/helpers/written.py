"""Messages for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cti_bridge.channels.conversation.ports import Email, Message
from cti_bridge.protocol.values import Address
from cti_bridge.protocol.vocabulary import (
    AgentId,
    Author,
    Delivery,
    InteractionId,
    MessageId,
    MessageKind,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CONTACT = InteractionId("c1")


def said(key: str, text: str = "Hola", *, after: float = 0, **more: Any) -> Message:
    """A line of the customer in a chat, `after` seconds past NOW."""
    given: dict[str, Any] = {
        "interaction": CONTACT,
        "kind": MessageKind.CHAT,
        "author": Author.CUSTOMER,
        "name": "Marta",
        "at": NOW + timedelta(seconds=after),
    }
    return Message(id=MessageId(key), text=text, **{**given, **more})


def answered(key: str, text: str = "Buenos días", *, after: float = 0, **more: Any) -> Message:
    """A line of the agent."""
    given = {"author": Author.AGENT, "agent": AgentId("a1"), "delivery": Delivery.SENT}
    return said(key, text, after=after, **{**given, **more})


def mail(key: str, text: str = "Buenas", *, after: float = 0, **more: Any) -> Message:
    """An e-mail of the customer; what is no field of a message is one of its `Email`."""
    fields = set(Message.__dataclass_fields__)
    of_message = {name: value for name, value in more.items() if name in fields}
    of_email: dict[str, Any] = {
        "subject": "Factura",
        "sender": Address(address="marta@example.es", name="Marta"),
        "to": (Address(address="info@example.com"),),
        "recipients": 1,
        "header_id": f"{key}@example.es",
        "mailbox": "main",
    }
    of_email |= {name: value for name, value in more.items() if name not in fields}
    given: dict[str, Any] = {"kind": MessageKind.EMAIL, "email": Email(**of_email)}
    return said(key, text, after=after, **{**given, **of_message})
