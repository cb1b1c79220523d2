"""What [[privacy.mask]] hides never leaves the bridge for those roles; and how it comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cti_bridge.acd.ports import Audience
from cti_bridge.app import open_bridge
from cti_bridge.config.values import (
    Config,
    CustomField,
    Mask,
    Privacy,
    Server,
    Site,
    Store,
)
from cti_bridge.customers.contacting import Suppression
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.codec import encode
from cti_bridge.protocol.events import (
    ConversationChanged,
    InteractionChanged,
    MessageAdded,
    OfferMade,
)
from cti_bridge.protocol.privacy import ExportCustomers, RevealField
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.searching import (
    SearchHistory,
    SearchTexts,
)
from cti_bridge.protocol.values import CustomerDraft, HistoryFilter, IdentityView, MessageView
from cti_bridge.protocol.vocabulary import (
    ROLE_PERMISSIONS,
    AccessKind,
    AgentId,
    AgentMode,
    Author,
    IdentityKind,
    MessageId,
    MessageKind,
    Permission,
    RefusalCode,
    Role,
)
from cti_bridge.rooms import fields_of
from cti_bridge.server.hub import Viewer
from cti_bridge.store.field_search import SqlFieldIndex
from cti_bridge.store.suppressions import SqlSuppressions
from cti_bridge.store.texts import SqlTexts
from tests.helpers.tables import sqlite_with_tables
from tests.integration.server.test_privacy_door import ANA, QUEUES, SARA, House

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cti_bridge.accounts import Account

PHONE, KEY, MAIL = IdentityKind.PHONE, IdentityKind.KEY, IdentityKind.EMAIL
CARD = "4111 1111 1111 1111"
SECRETS = ("612345099", "K-778899", "12345678Z", "4111 1111 1111 1111")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    config = Config(
        site=Site(spool=str(tmp_path / "spool")),
        store=Store(url=sqlite_with_tables(tmp_path)),
        server=Server(port=0),
        privacy=Privacy(
            mask=(
                Mask(fields=("phone", "card", "document")),
                Mask(fields=("key:agent",), reveal=False, show=0),
                Mask(fields=("sensitive",)),
            )
        ),
        fields=(
            CustomField(name="contract", searchable=True, sensitive=True),
            CustomField(name="meter", searchable=True),
        ),
    )
    bridge = await open_bridge(config)
    yield House(bridge)
    await bridge.stop()


class Seat:
    """A subscriber of the hub that keeps its frames."""

    def __init__(self, role: Role, agent: str) -> None:
        every = frozenset(Permission)
        self.viewer = Viewer(agent=AgentId(agent), queues=QUEUES, permissions=every, role=role)
        self.frames: list[bytes] = []

    def deliver(self, text: bytes, *, at_once: bool) -> None:
        self.frames.append(text)


async def offered_a_chat(house: House, *seats: Seat) -> None:
    """Ana is, while the seats listen."""
    await house.bridge.rooms.signed_in(ANA, resumed=False)
    for seat in seats:
        house.bridge.hub.subscribe(seat)
    await house.ask(c.SetMode, mode=AgentMode.READY)
    await house.chat("chat-1", await house.bridge.customers.match_email("marta@example.es"))


async def marta(house: House) -> str:
    found = await house.customer(
        "Marta Gil",
        (PHONE, "612 345 099"),
        (KEY, "K-778899"),
        (KEY, "12345678Z"),
        (MAIL, "marta@example.es"),
    )
    await house.ask(
        c.AddNote, customer_id=found, text="Card 4111 1111 1111 1111, pinned", pinned=True
    )
    return found


async def file_of(house: House, customer: str, by=ANA):  # type: ignore[no-untyped-def]
    return (await house.ask(c.OpenCustomer, by, customer_id=customer)).file


async def test_the_wire_never_has_what_the_role_may_not_see(house: House) -> None:
    customer = await marta(house)
    opened = await house.ask(c.OpenCustomer, customer_id=customer)
    found = await house.ask(c.SearchCustomers, text="marta")
    for reply in (opened, found):
        text = encode(reply)
        assert [secret for secret in SECRETS if secret in text] == []
    card = opened.file.card
    assert [(i.value, i.masked) for i in card.identities] == [
        ("•••• 5099", True),
        ("••••", True),
        ("••••", True),
        ("marta@example.es", False),
    ]
    assert card.pinned_note == "Card •••• 1111, pinned"
    assert [(note.text, note.masked) for note in opened.file.notes] == [
        ("Card •••• 1111, pinned", True)
    ]
    whole = encode(await house.ask(c.OpenCustomer, SARA, customer_id=customer))
    assert [secret for secret in SECRETS if secret not in whole] == []


async def test_an_offer_is_told_to_each_role_as_it_may_see_it(house: House) -> None:
    await marta(house)
    agent, watching = Seat(Role.AGENT, "ana"), Seat(Role.SUPERVISOR, "ana")
    await offered_a_chat(house, agent, watching)
    offers = [[f for f in seat.frames if b'"offer-made"' in f] for seat in (agent, watching)]
    assert [len(frames) for frames in offers] == [1, 1]
    assert b"612345099" not in offers[0][0]
    assert b"612345099" in offers[1][0]
    hub = house.bridge.hub
    for seat, there in ((agent, False), (watching, True)):
        again = [f for f in hub.missed(seat.viewer, 0) or [] if b'"offer-made"' in f]
        assert [b"612345099" in frame for frame in again] == [there]
    snapshot = encode_snapshot(await house.bridge.rooms.snapshot(ANA))
    assert "612345099" not in snapshot
    assert "612345099" in encode_snapshot(await house.bridge.rooms.snapshot(SARA_AS_ANA))
    assert any(isinstance(event, OfferMade) for event in house.told)


SARA_AS_ANA = ANA.__class__(
    agent_id=ANA.agent_id,
    login="ana",
    name="Ana",
    role=Role.ADMIN,
    queues=QUEUES,
    password_hash="",
)


def encode_snapshot(snapshot: object) -> str:
    import msgspec

    return msgspec.json.encode(snapshot).decode()


async def test_an_edit_keeps_what_is_hidden_and_takes_what_is_typed_anew(house: House) -> None:
    customer = await marta(house)
    file = await file_of(house, customer)
    phone, key, document, mail = file.card.identities
    draft = CustomerDraft(
        name="Marta Gil Ruiz",
        identities=(
            replace(phone, label="mobile"),
            IdentityView(kind=KEY, value="K-1"),
            document,
            mail,
        ),
    )
    save = {"customer_id": customer, "version": file.card.version}
    await house.ask(c.SaveCustomer, draft=draft, **save)
    now = (await file_of(house, customer, SARA)).card
    assert sorted((i.value, i.label) for i in now.identities) == [
        ("+34612345099", "mobile"),
        ("12345678Z", ""),
        ("K-1", ""),
        ("marta@example.es", ""),
    ]
    with pytest.raises(CommandRefused) as conflict:
        await house.ask(c.SaveCustomer, draft=draft, **save)
    assert conflict.value.code is RefusalCode.CONFLICT or conflict.value.field
    assert key.masked


@pytest.mark.parametrize(
    "hostile",
    [
        IdentityView(kind=PHONE, value="•••• 5099"),
        IdentityView(kind=KEY, value="•••• 5099"),
        IdentityView(kind=PHONE, value="•••• 5099", masked=True, ref="f" * 16),
        IdentityView(kind=PHONE, value="600000000", masked=True, ref=""),
    ],
)
async def test_dots_are_no_number(house: House, hostile: IdentityView) -> None:
    customer = await marta(house)
    draft = CustomerDraft(name="Marta", identities=(hostile,))
    for command, fields in (
        (c.SaveCustomer, {"customer_id": customer, "version": 1}),
        (c.CreateCustomer, {}),
    ):
        with pytest.raises(CommandRefused) as refused:
            await house.ask(command, draft=draft, **fields)
        assert refused.value.field == "identities[0].value"


async def test_a_conflict_shows_the_file_as_the_role_may_see_it(house: House) -> None:
    customer = await marta(house)
    draft = CustomerDraft(name="Other")
    with pytest.raises(CommandRefused) as conflict:
        await house.ask(c.SaveCustomer, customer_id=customer, version=77, draft=draft)
    assert conflict.value.current is not None
    assert conflict.value.current.card.identities[0].value == "•••• 5099"


async def test_a_search_finds_by_the_whole_and_not_by_a_part(house: House) -> None:
    await marta(house)
    for whole in (
        "5099",
        "612345099",
        "+34 612 345 099",
        "K-778899",
        "marta",
        "marta@example",
        "gil mar",
    ):
        assert len((await house.ask(c.SearchCustomers, text=whole)).customers) == 1, whole
    for part in ("61234509", "612", "K-7788", "12345678", "45099", "345099", "12345099"):
        assert (await house.ask(c.SearchCustomers, text=part)).customers == (), part
        assert len((await house.ask(c.SearchCustomers, SARA, text=part)).customers) == 1, part
    with pytest.raises(CommandRefused):
        await house.ask(SearchHistory, filter=HistoryFilter(text="6123"))
    for text in ("612345099", "marta", "gil 12"):
        await house.ask(SearchHistory, filter=HistoryFilter(text=text))


async def test_nobody_is_found_by_a_hidden_field(house: House) -> None:
    """Neither by its whole nor by a part, and nothing counts them: short values are guessed."""
    bridge = house.bridge
    custom = {"contract": "C-4711", "meter": "DNI 12345678Z"}
    await house.ask(c.CreateCustomer, SARA, draft=CustomerDraft(name="Marta", custom=custom))
    custom = {"meter": "M-4711"}
    await house.ask(c.CreateCustomer, SARA, draft=CustomerDraft(name="Luis", custom=custom))
    index = SqlFieldIndex(bridge.database, fields_of(bridge.config))
    await index.begin()
    while await index.read_some(100):
        pass

    async def found(text: str, by: Account) -> list[str]:
        reply = await house.ask(c.SearchCustomers, by, text=text, limit=1)
        assert not reply.more
        return [card.name for card in reply.customers]

    assert await found("m-4711", ANA) == await found("m-4711", SARA) == ["Luis"]
    for text in ("c-4711", "C4711", "c-47", "12345678z", "dni 123"):
        assert (await found(text, ANA), await found(text, SARA)) == ([], ["Marta"]), text
    export = {"text": "c-4711", "reason": "a letter"}
    written = await house.ask(ExportCustomers, SARA, **export)
    assert "Marta" in written.data.decode()
    assert "Marta" not in (await house.ask(ExportCustomers, ANA, **export)).data.decode()


async def test_a_reveal_says_why_and_stands_in_the_log_without_the_value(house: House) -> None:
    customer = await marta(house)
    file = await file_of(house, customer)
    phone, key = file.card.identities[:2]

    async def reveal(field: str, reason: str = "the customer asks"):  # type: ignore[no-untyped-def]
        return await house.ask(RevealField, customer_id=customer, field=field, reason=reason)

    shown = await reveal(f"identity:{phone.ref}")
    assert (shown.value, shown.seconds) == ("+34612345099", 60)
    note = await reveal(f"note:{file.notes[0].note_id}")
    assert "4111 1111 1111 1111" in note.value
    with pytest.raises(CommandRefused) as never:
        await reveal(f"identity:{key.ref}")
    assert never.value.code is RefusalCode.NOT_ALLOWED
    for field, reason in (
        ("identity:nothing", "the customer asks"),
        ("name", "the customer asks"),
        (f"identity:{phone.ref}", " a\x00 "),
        (f"identity:{phone.ref}", "x" * 5000),
    ):
        with pytest.raises(CommandRefused):
            await reveal(field, reason)
    entries = [entry for entry in await house.noted() if entry[1] is AccessKind.REVEAL]
    assert [(entry[2], entry[4]) for entry in entries] == [
        (customer, "phone: the customer asks"),
        (customer, "note: the customer asks"),
    ]


async def test_a_role_without_rules_is_shown_the_very_values(house: House) -> None:
    event_for = house.bridge.privacy.showing.event
    shown = [event_for(Role.ADMIN, event, own=False) for event in house.told]
    assert all(one is event for one, event in zip(shown, house.told, strict=True))


async def test_an_export_is_for_who_may_and_hides_what_is_hidden(house: House) -> None:
    await marta(house)
    made = await house.ask(ExportCustomers, SARA, reason="the yearly letter")
    assert (made.rows, made.more) == (1, False)
    assert b"612345099" in made.data
    hidden = await house.ask(ExportCustomers, reason="asked by nobody", text="marta")
    assert b"612345099" not in hidden.data
    assert "•••• 5099" in hidden.data.decode("utf-8-sig")
    assert Permission.EXPORT not in ROLE_PERMISSIONS[Role.AGENT]
    entries = [entry for entry in await house.noted() if entry[1] is AccessKind.EXPORT]
    assert [entry[4].split(" ", 1)[1] for entry in entries] == [
        "(1): the yearly letter",
        "(1: marta): asked by nobody",
    ]


async def test_a_hidden_note_is_pinned_and_not_overwritten_with_dots(house: House) -> None:
    customer = await marta(house)
    note = (await file_of(house, customer)).notes[0]
    assert note.masked
    edit = {"customer_id": customer, "note_id": note.note_id, "version": note.version}
    with pytest.raises(CommandRefused) as refused:
        await house.ask(c.EditNote, **edit, text=f"{note.text} and more", pinned=True)
    assert refused.value.code is RefusalCode.INVALID
    await house.ask(c.EditNote, **edit, text=note.text, pinned=False)
    [now] = (await file_of(house, customer, SARA)).notes
    assert (now.text, now.pinned) == ("Card 4111 1111 1111 1111, pinned", False)


async def test_the_history_of_a_field_hides_what_stood_there(house: House) -> None:
    customer = await marta(house)
    file = await file_of(house, customer, SARA)
    draft = CustomerDraft(name="Marta Gil", identities=file.card.identities[1:])
    save = {"customer_id": customer, "version": file.card.version}
    await house.ask(c.SaveCustomer, SARA, draft=draft, **save)
    whole = encode(await house.ask(c.FieldHistory, SARA, customer_id=customer))
    assert "612345099" in whole
    hidden = encode(await house.ask(c.FieldHistory, customer_id=customer))
    assert "612345099" not in hidden
    assert "•••• 5099" in hidden


async def test_a_note_that_is_hidden_in_part_is_pinned_and_not_written_over(house: House) -> None:
    customer = await marta(house)
    [note] = (await file_of(house, customer)).notes
    edit = {"customer_id": customer, "note_id": note.note_id, "version": 1}
    with pytest.raises(CommandRefused) as caught:
        await house.ask(c.EditNote, **edit, text="Card •••• 1111, new", pinned=True)
    assert (caught.value.code, caught.value.field) == (RefusalCode.INVALID, "text")
    await house.ask(c.EditNote, **edit, text=note.text, pinned=False)
    [whole] = (await file_of(house, customer, SARA)).notes
    assert (whole.text, whole.pinned) == ("Card 4111 1111 1111 1111, pinned", False)


async def test_what_was_written_is_found_and_shown_as_the_role_may_see_it(house: House) -> None:
    await marta(house)
    while await house.bridge.texts._store.read_some(100):
        pass
    [hit] = (await house.ask(SearchTexts, text="pinned card")).hits
    assert hit.snippet == "Card •••• 1111, pinned"
    assert hit.marks == ()
    [whole] = (await house.ask(SearchTexts, SARA, text="pinned card")).hits
    assert whole.snippet == "Card 4111 1111 1111 1111, pinned"


async def test_what_is_on_the_list_of_no_contact_is_hidden_as_its_number_is(house: House) -> None:
    customer = await marta(house)
    entry = Suppression(kind=PHONE, value="+34612345099", reason="asked", at=datetime.now(UTC))
    await SqlSuppressions(house.bridge.database).add([entry])
    file = await file_of(house, customer)
    [listed] = file.no_contact
    assert (listed.value, listed.reason) == ("•••• 5099", "asked")
    assert listed.ref == file.card.identities[0].ref
    [whole] = (await file_of(house, customer, SARA)).no_contact
    assert whole.value == "+34612345099"


async def test_what_is_hidden_is_not_found_in_texts_or_the_history(house: House) -> None:
    customer = await marta(house)
    await house.ask(c.AddNote, customer_id=customer, text="asked on 4 May 2024 about a bill")
    await house.bridge.rooms.signed_in(ANA, resumed=False)
    while await SqlTexts(house.bridge.database).read_some(100):
        pass

    async def found(text: str, by: Account) -> int:
        return len((await house.ask(SearchTexts, by, text=text)).hits)

    for text in ("4111", "4111 1111", "card 4111"):
        assert (await found(text, ANA), await found(text, SARA)) == (0, 1), text
    for text in ("pinned", "bill 2024"):
        assert (await found(text, ANA), await found(text, SARA)) == (1, 1), text


async def test_a_contact_of_another_is_told_without_what_is_hidden(house: House) -> None:
    own, other = Seat(Role.AGENT, "ana"), Seat(Role.AGENT, "bob")
    await offered_a_chat(house, own, other)
    offer = next(event.offer for event in house.told if isinstance(event, OfferMade))
    await house.ask(c.AcceptOffer, offer_id=offer.offer_id)
    views = [event.interaction for event in house.told if isinstance(event, InteractionChanged)]
    view = next(view for view in reversed(views) if view.agent_id == ANA.agent_id)
    said = MessageView(
        message_id=MessageId("m1"),
        interaction_id=view.interaction_id,
        kind=MessageKind.CHAT,
        author=Author.CUSTOMER,
        at=view.changed_at,
        text=f"it is {CARD}",
    )
    for event in (
        InteractionChanged(interaction=replace(view, subject=CARD, last_text=CARD)),
        MessageAdded(message=said),
        ConversationChanged(interaction_id=view.interaction_id, last_text=CARD),
    ):
        house.bridge.hub.publish(event, Audience())
        assert CARD.encode() in own.frames[-1]
        assert CARD.encode() not in other.frames[-1]
        again = [house.bridge.hub.missed(seat.viewer, 0) or [b""] for seat in (own, other)]
        assert [CARD.encode() in frames[-1] for frames in again] == [True, False]
