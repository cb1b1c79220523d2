"""A customer erased on both databases: of the person nothing is left anywhere, of the counting
everything."""

from __future__ import annotations

import importlib
import io
import json
import pkgutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, text

import cti_bridge.store
from cti_bridge.acd.interaction import Interaction
from cti_bridge.acd.segment import Segment
from cti_bridge.acd.writes import AddStep, SaveInteraction, SaveSegment
from cti_bridge.channels.conversation.ports import RECORDED, Attachment, ChatFacts
from cti_bridge.config.values import Retention
from cti_bridge.customers.ports import Customer, Identity
from cti_bridge.privacy import retention
from cti_bridge.privacy.erasing import BarredError, HeldError, Preview, confirmed
from cti_bridge.privacy.ports import Access
from cti_bridge.protocol.values import Address, Draft, NoteView
from cti_bridge.protocol.vocabulary import (
    AccessKind,
    AgentId,
    Author,
    Channel,
    CustomerId,
    Direction,
    IdentityKind,
    InteractionId,
    InteractionState,
    MessageKind,
    NoteId,
    QueueId,
    SegmentId,
)
from cti_bridge.store.access import SqlAccess
from cti_bridge.store.acd import SqlAcdStore
from cti_bridge.store.acd_tables import interactions, missed_calls
from cti_bridge.store.blobs import SqlBlobs
from cti_bridge.store.customers import SqlCustomers
from cti_bridge.store.erasing import SqlErasing
from cti_bridge.store.holdings import HOLDINGS
from cti_bridge.store.mail_tables import answered, threads
from cti_bridge.store.messages import SqlMessages
from cti_bridge.store.metadata import metadata
from cti_bridge.store.retaining import SqlRetention
from cti_bridge.store.subject import NotThereError, write_archive
from cti_bridge.store.tables import customers
from cti_bridge.telephony.ports import Caller, Number, NumberKind
from tests.helpers.written import NOW, mail, said

if TYPE_CHECKING:
    from cti_bridge.store.engine import Database

MARTA, OTHER = CustomerId("0000-marta"), CustomerId("0000-other")
PHONE, SHARED = "+34612000001", "+34910000000"
SECRETS = (
    "Zulema",
    "zulema",
    PHONE,
    "zulema@example.es",
    "SECRETNOTE",
    "SECRETCHAT",
    "SECRETMAIL",
    "SECRETDRAFT",
    "SECRETWRAP",
    "SECRETFORM",
    "SECRETSTEP",
    "SECRETSOUND",
    "SECRETFILE",
    "612 00 00 01",
    "SECRETSTREET",
    "SECRETOLD",
    "SECRETWAS",
    "SECRETMOVED",
    "SECRETSOURCE",
    "SECRETSTEM",
)
"""Each is in the database before, and nowhere after."""


def entry(kind: AccessKind, detail: str = "", customer: CustomerId | None = MARTA) -> Access:
    return Access(
        at=NOW, agent=AgentId("a1"), name="Ana", kind=kind, customer=customer, detail=detail
    )


def contact(name: str, number: str, **more: Any) -> Interaction:
    given: dict[str, Any] = {
        "channel": Channel.VOICE,
        "direction": Direction.INBOUND,
        "state": InteractionState.CLOSED,
        "queue": QueueId("main"),
        "agent": AgentId("a1"),
        "caller": Caller(
            number=Number(kind=NumberKind.E164, value=number), display_name="Zulema R"
        ),
        "customer": MARTA,
        "customer_name": "Zulema Ruiz",
        "started_at": NOW,
        "changed_at": NOW,
        "disposition": "resolved",
        "notes": "SECRETWRAP",
        "talk_seconds": 61.0,
    }
    return Interaction(id=InteractionId(name), **{**given, **more})


def saved(one: Interaction) -> SaveInteraction:
    return SaveInteraction(interaction=one, expected=None, queue_name="Main", agent_name="Ana")


class Filled:
    def __init__(self, database: Database) -> None:
        self.database, self.erasing = database, SqlErasing(database)
        self.messages, self.blobs = SqlMessages(database), SqlBlobs(database)
        self.records, self.log = SqlAcdStore(database), SqlAccess(database)

    async def fill(self) -> None:
        await self._people()
        await self.records.commit(
            [
                saved(one)
                for one in (
                    contact("i1", PHONE),
                    contact("i2", PHONE, customer=None, customer_name=""),
                    contact(
                        "i3",
                        SHARED,
                        customer=None,
                        customer_name="",
                        notes="",
                        caller=Caller(number=Number(kind=NumberKind.E164, value=SHARED)),
                    ),
                    contact(
                        "i4",
                        SHARED,
                        customer=OTHER,
                        customer_name="Olga",
                        notes="kept",
                        caller=Caller(number=Number(kind=NumberKind.E164, value=SHARED)),
                    ),
                )
            ]
        )
        await self.records.commit(
            [
                AddStep(
                    interaction=InteractionId("i1"), at=NOW, what="variables", detail="SECRETSTEP"
                ),
                SaveSegment(
                    new=True,
                    segment=Segment(
                        id=SegmentId("s1"),
                        interaction=InteractionId("i1"),
                        agent=None,
                        party=PHONE,
                        started_at=NOW,
                    ),
                ),
            ]
        )
        await self._written()
        await self.log.append(
            [
                entry(AccessKind.VIEW),
                entry(AccessKind.SEARCH, "Zulema Ruiz (1)", None),
                entry(AccessKind.REVEAL, "phone: Zulema asks"),
                entry(AccessKind.SEARCH, "612 00 00 01 (1)", None),
                entry(AccessKind.SEARCH, "Olga (1)", None),
            ]
        )
        await self.database.writing(self._rows)
        await self.database.writing(self._beside)

    async def _people(self) -> None:
        store = SqlCustomers(self.database)
        shared = Identity(kind=IdentityKind.PHONE, value=SHARED)
        marta = Customer(
            customer_id=MARTA,
            version=1,
            name="Zulema Ruiz",
            updated_at=NOW,
            updated_by="Ana",
            identities=(
                Identity(kind=IdentityKind.PHONE, value=PHONE),
                Identity(kind=IdentityKind.EMAIL, value="zulema@example.es"),
                shared,
            ),
        )
        await store.create(marta)
        await store.create(replace(marta, customer_id=OTHER, name="Olga", identities=(shared,)))
        note = NoteView(note_id=NoteId("n1"), text="SECRETNOTE", author="Ana", at=NOW, pinned=True)
        await store.add_note(MARTA, note)

    async def _written(self) -> None:
        sound = await self.blobs.put(b"SECRETSOUND" * 9, name="r.wav", media_type=RECORDED)
        file = await self.blobs.put(b"SECRETFILE" * 9, name="zulema.pdf")
        shared = await self.blobs.put(b"shared" * 9, name="terms.pdf")
        one = {"interaction": InteractionId("i1")}
        for message in (
            said("m1", "SECRETCHAT", **one, attachments=(_file(file), _file(shared))),
            mail("m2", "SECRETMAIL", **one, sender=Address(address="zulema@example.es")),
            replace(
                said("m3", "", **one),
                kind=MessageKind.RECORDING,
                author=Author.SYSTEM,
                attachments=(_file(sound),),
            ),
            said(
                "m4",
                "kept",
                interaction=InteractionId("i4"),
                attachments=(_file(shared, "terms.pdf"),),
            ),
        ):
            assert await self.messages.add(message) is not None
        await self.messages.save_draft(InteractionId("i1"), Draft(text="SECRETDRAFT"))
        await self.messages.save_chat(
            ChatFacts(
                interaction=InteractionId("i1"),
                site="s",
                visitor="zulema-browser",
                form={"text": "SECRETFORM"},
                rating=4,
                ended=True,
            )
        )

    @staticmethod
    def _rows(connection: Any) -> None:
        connection.execute(
            insert(missed_calls),
            [
                {
                    "id": "x1",
                    "number_kind": NumberKind.E164,
                    "number": PHONE,
                    "number_extension": "",
                    "display_name": "Zulema",
                    "customer_id": None,
                    "customer_name": "",
                    "at": NOW,
                    "waited_seconds": 5.0,
                    "attempts": 1,
                    "closed_reason": "",
                }
            ],
        )
        connection.execute(
            insert(answered), [{"address": "zulema@example.es", "since": NOW, "answers": 1}]
        )
        connection.execute(
            insert(threads),
            [{"address": "zulema@example.es", "subject": "s", "interaction_id": "i9", "at": NOW}],
        )

    @staticmethod
    def _beside(connection: Any) -> None:
        """What other rooms keep of her: an absorbed row, its merge, sources, stems, changes."""
        table = metadata.tables
        marta = connection.execute(
            select(customers.c.n).where(customers.c.id == MARTA)
        ).scalar_one()
        old = connection.execute(
            insert(customers)
            .values(
                id="0000-old",
                version=1,
                name="Zulema Vieja",
                organisation="",
                language="",
                tags=[],
                pinned_note="",
                words="zulema vieja",
                created_at=NOW,
                updated_at=NOW,
                updated_by="Ana",
                merged_into=marta,
            )
            .returning(customers.c.n)
        ).scalar_one()
        connection.execute(
            insert(table["addresses"]).values(
                customer_n=marta,
                label="",
                street="SECRETSTREET 1",
                postcode="",
                city="",
                region="",
                country="ES",
            )
        )
        connection.execute(
            insert(table["customer_changes"]).values(
                customer_n=old, at=NOW, by="Ana", source="agent", field="name", old="SECRETOLD"
            )
        )
        merge = connection.execute(
            insert(table["merges"])
            .values(
                id="m-1",
                survivor_n=marta,
                absorbed_n=old,
                at=NOW,
                by="Ana",
                automatic=False,
                reasons=[],
                survivor_was={"name": "SECRETWAS"},
                absorbed_was={},
                written={},
                known_by=[],
                undone_by="",
            )
            .returning(table["merges"].c.n)
        ).scalar_one()
        connection.execute(
            insert(table["merge_moves"]).values(
                merge_n=merge, kind="note", ref="r", shared=False, row={"text": "SECRETMOVED"}
            )
        )
        source = connection.execute(
            insert(table["sources"])
            .values(name="crm", created_at=NOW, updated_at=NOW)
            .returning(table["sources"].c.n)
        ).scalar_one()
        connection.execute(
            insert(table["source_records"]).values(
                source_n=source,
                key="K7",
                customer_n=marta,
                digest=bytes(16),
                values={"name": "SECRETSOURCE"},
            )
        )
        connection.execute(
            insert(table["texts"]).values(
                kind="note", ref="n1", interaction_id=None, at=NOW, stems="SECRETSTEM"
            )
        )

    async def dump(self) -> str:
        """Every row of every table, and of the search's index."""

        def work(connection: Any) -> str:
            parts = [
                str([tuple(row) for row in connection.execute(select(table))])
                for table in metadata.sorted_tables
                if table.name != "alembic_version"
            ]
            if connection.dialect.name == "sqlite":
                found = text(
                    "SELECT count(*) FROM customer_search WHERE customer_search MATCH 'zulema'"
                )
                parts.append("Zulema" if connection.execute(found).scalar() else "")
            return "".join(parts)

        return await self.database.reading(work)

    async def erase(self, **more: Any) -> Any:
        return await self.erasing.erase(
            MARTA,
            by="Ana",
            reason="asked for it",
            at=NOW,
            note=entry(AccessKind.ERASE, "asked for it"),
            **more,
        )


def _file(blob: str, name: str = "zulema.pdf") -> Attachment:
    return Attachment(blob=blob, name=name, media_type="application/pdf", size=3)  # type: ignore[arg-type]


def load_every_table() -> None:
    for module in pkgutil.iter_modules(cti_bridge.store.__path__, "cti_bridge.store."):
        if module.name.endswith("tables"):
            importlib.import_module(module.name)


@pytest.fixture
async def filled(database: Database) -> Filled:
    load_every_table()
    made = Filled(database)
    await made.fill()
    return made


def test_what_erases_alone_knows_the_tables_of_every_room():
    """As a command that has loaded nothing else of the program."""
    asked = (
        "import cti_bridge.store.erasing\n"
        "from cti_bridge.store import holdings\n"
        "told = {table.name for table, _ in holdings.holdings()}\n"
        "print(sorted(set(holdings.HOLDINGS) - told))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_every_table_says_what_it_holds_of_a_customer() -> None:
    load_every_table()
    silent = set(metadata.tables) - set(HOLDINGS)
    assert silent == set(), f"say in store/holdings.py what an erasure does with {silent}"
    for table, holding in HOLDINGS.items():
        assert holding.does in ("delete", "blank", "keep"), table
        assert holding.rows is not None or holding.does == "keep", table
        assert holding.why or holding.does != "keep", table


async def test_of_the_person_nothing_is_left_and_of_the_counting_everything(
    filled: Filled,
) -> None:
    before = await filled.dump()
    assert [secret for secret in SECRETS if secret not in before] == []
    figures = select(
        interactions.c.id,
        interactions.c.started_at,
        interactions.c.queue_id,
        interactions.c.agent_id,
        interactions.c.disposition,
        interactions.c.talk_seconds,
        interactions.c.state,
        interactions.c.channel,
    ).order_by(interactions.c.id)
    counted = await filled.database.reading(lambda c: c.execute(figures).all())

    done = await filled.erase()
    assert done.counts["customers"] == 2  # with the row that was merged into hers
    after = await filled.dump()
    assert [secret for secret in SECRETS if secret in after] == []
    assert await filled.database.reading(lambda c: c.execute(figures).all()) == counted
    assert "Olga" in after
    assert SHARED in after
    assert "kept" in after
    assert "K7" in after  # so that the next import does not bring her back
    assert "shared" in after  # a file that another contact has as well
    assert (await filled.log.verify()).fault == ""
    chat = await filled.messages.chat(InteractionId("i1"))
    assert chat is not None
    assert (chat.rating, chat.form) == (4, {})
    assert await filled.erase() is None


async def test_a_preview_counts_and_does_nothing(filled: Filled) -> None:
    before = await filled.dump()
    preview = await filled.erasing.preview(MARTA)
    assert preview is not None
    assert (preview.name, preview.bar) == ("Zulema Ruiz", "")
    assert preview.deleted["messages"] == 3
    assert preview.deleted["identities"] == 3
    assert preview.blanked["interactions"] == 2
    assert await filled.dump() == before
    assert await filled.erasing.preview(CustomerId("nobody")) is None


async def test_who_is_held_or_at_the_line_is_not_erased(filled: Filled) -> None:
    before = await filled.dump()
    given = {"by": "Ana", "reason": "in court", "at": NOW}
    note = entry(AccessKind.HOLD)
    assert await filled.erasing.hold(MARTA, **given, note=note)
    with pytest.raises(BarredError, match="held"):
        await filled.erase()
    assert not await filled.erasing.hold(CustomerId("nobody"), **given, note=note)
    with pytest.raises(HeldError, match="held by Ana"):
        await filled.erasing.hold(MARTA, **given | {"by": "Luis"}, note=note)
    assert await filled.erasing.hold(MARTA, **given | {"reason": "a tax audit"}, note=note)
    held = await filled.erasing.preview(MARTA)
    assert held is not None
    assert held.hold is not None
    assert (held.hold.by, held.hold.reason) == ("Ana", "a tax audit")
    assert await filled.erasing.release(MARTA, note)
    assert not await filled.erasing.release(MARTA, note)
    await filled.records.commit([saved(contact("i8", PHONE, state=InteractionState.CONNECTED))])
    with pytest.raises(BarredError, match="open"):
        await filled.erase()
    now = await filled.dump()
    assert [secret for secret in SECRETS if (secret in before) != (secret in now)] == []


async def test_an_erasure_that_breaks_off_is_done_by_the_next(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, left = filled.database.writing, [1]

    async def dies(work: Any) -> Any:
        if not left[0]:
            raise ConnectionError("gone")
        left[0] -= 1
        return await writing(work)

    monkeypatch.setattr(filled.database, "writing", dies)
    with pytest.raises(ConnectionError):
        await filled.erase()
    monkeypatch.undo()
    assert (await filled.erasing.preview(MARTA)) is not None
    await filled.erase()
    after = await filled.dump()
    assert [secret for secret in SECRETS if secret in after] == []


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("Zulema Ruiz", True),
        (" zulema  RUIZ ", True),
        ("Zúlema Ruiz", True),
        ("k-7", True),
        ("Zulema", False),
        ("", False),
        ("c-1", False),
    ],
)
def test_the_name_is_typed_or_a_reference(typed: str, right: bool) -> None:
    whom = Preview(customer=CustomerId("c-1"), name="Zulema Ruiz", references=("K-7",))
    assert confirmed(typed, whom) is right
    nameless = Preview(customer=CustomerId("c-1"), name=" ")
    assert confirmed(typed, nameless) is (typed == "c-1")  # nothing else can be typed


async def test_a_file_that_was_changed_or_merged_since_is_not_begun_with(filled: Filled) -> None:
    before = await filled.dump()
    preview = await filled.erasing.preview(MARTA)
    assert preview is not None
    with pytest.raises(BarredError, match="changed"):
        await filled.erase(version=preview.version + 1)
    secrets = [secret for secret in SECRETS if secret in before]
    assert [secret for secret in secrets if secret not in await filled.dump()] == []
    assert await filled.erase(version=preview.version) is not None


async def test_one_that_is_merged_between_the_steps_stays(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, steps = filled.database.writing, [0]

    async def merges(work: Any) -> Any:
        done = await writing(work)
        steps[0] += 1
        if steps[0] == 1:
            await writing(
                lambda c: c.execute(
                    customers.update().where(customers.c.id == MARTA).values(merged_into=1)
                )
            )
        return done

    monkeypatch.setattr(filled.database, "writing", merges)
    with pytest.raises(BarredError, match="merged"):
        await filled.erase()


async def test_everything_of_a_customer_in_one_archive(filled: Filled) -> None:
    out = io.BytesIO()
    rows, failed = await write_archive(
        filled.database, filled.blobs, MARTA, out, language="es", now=NOW
    )
    assert failed == 0
    with zipfile.ZipFile(out) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("index.html").decode()
        files = {name: archive.read(name) for name in archive.namelist() if "files/" in name}
    assert rows == sum(map(len, data["data"].values()))
    told = json.dumps(data, ensure_ascii=False)
    for secret in SECRETS[:11]:
        if secret not in ("zulema", "SECRETSTEP"):
            assert secret in told, secret
    assert "Olga" not in told
    assert sorted(files.values()) == [b"SECRETFILE" * 9, b"SECRETSOUND" * 9, b"shared" * 9]
    assert "SECRETCHAT" in page
    assert 'lang="es"' in page
    assert all(f'href="{name}"' in page for name in files)
    with pytest.raises(NotThereError):
        await write_archive(
            filled.database, filled.blobs, CustomerId("no"), out, language="en", now=NOW
        )


async def test_a_page_runs_nothing_that_a_customer_wrote(filled: Filled) -> None:
    hostile = "<script>alert(1)</script>"
    await filled.messages.add(said("m9", hostile, interaction=InteractionId("i1")))
    out = io.BytesIO()
    await write_archive(filled.database, filled.blobs, MARTA, out, language="en", now=NOW)
    with zipfile.ZipFile(out) as archive:
        assert hostile not in archive.read("index.html").decode()


async def test_what_is_older_than_it_may_be_goes_and_no_more(filled: Filled) -> None:
    store, clock = SqlRetention(filled.database), lambda: NOW + timedelta(days=31)
    rules = Retention(recordings_days=30, mails_days=40)
    dry = await retention.run(store, rules, clock, by="Ana", dry=True)
    assert dry.counts == {"recordings": 1}
    assert "SECRETSOUND" in await filled.dump()
    assert (await retention.run(store, rules, clock, by="Ana")).counts == {"recordings": 1}
    after = await filled.dump()
    assert "SECRETSOUND" not in after
    assert "SECRETMAIL" in after
    assert "SECRETFILE" in after
    assert (await retention.run(store, rules, clock, by="Ana")).counts == {}


async def test_whole_contacts_and_the_log_go_in_their_time_but_not_of_who_is_held(
    filled: Filled,
) -> None:
    store, clock = SqlRetention(filled.database), lambda: NOW + timedelta(days=400)
    rules = Retention(interactions_days=365, access_log_days=365)
    await filled.erasing.hold(
        OTHER, by="Ana", reason="in court", at=NOW, note=entry(AccessKind.HOLD, "", OTHER)
    )
    done = await retention.run(store, rules, clock, by="Ana")
    assert done.counts == {"interactions": 3, "access_log": 6}
    after = await filled.dump()
    for gone in ("SECRETCHAT", "SECRETWRAP", "SECRETFORM"):
        assert gone not in after
    assert "kept" in after
    assert "Zulema" in after  # the file itself stays
    assert (await filled.log.verify()).fault == ""
    assert (await retention.run(store, rules, clock, by="Ana")).counts == {}


def test_what_is_kept_for_ever_has_no_deadline() -> None:
    assert retention.deadlines(Retention(), NOW) == {}
    assert set(retention.deadlines(Retention(mails_days=1), NOW)) == {"mails"}
