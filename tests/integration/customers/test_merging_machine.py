"""Merges, edits, calls, notes and undos in any order: nothing is lost, nothing is there twice, and
undoing everything gives the files of the beginning."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode
from cti_bridge.store.engine import Database
from tests.helpers.examples import examples
from tests.helpers.merging import Office, view_of
from tests.helpers.tables import sqlite_with_tables

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from pathlib import Path

    from cti_bridge.customers.ports import Customer
    from cti_bridge.protocol.vocabulary import CustomerId

PEOPLE = 4
NUMBERS = tuple(f"+3461234500{n}" for n in range(5))
LANGUAGES = ("", "es", "eu", "en")
TAGS = ("VIP", "moroso", "nueva")
who = st.integers(0, PEOPLE - 1)
PINNED: dict[str, Any] = {}


class Merging(RuleBasedStateMachine):
    """People of one company, each told apart by their own file."""

    def __init__(self) -> None:
        super().__init__()
        self.office: Office = PINNED["office"]
        self.loop: asyncio.AbstractEventLoop = PINNED["loop"]
        self.people: list[CustomerId] = []
        self.standing: list[str] = []
        self.edited = False
        for n in range(PEOPLE):
            made = self.run(
                self.office.create(
                    f"Marta {n}",
                    NUMBERS[n % 3],
                    NUMBERS[(n + 1) % 4],
                    language=LANGUAGES[n % 3],
                    tags=TAGS[: n % 3],
                )
            )
            self.people.append(made)
            self.run(self.office.call(made, NUMBERS[n]))
            self.run(self.office.note(made, f"nota {n}"))
        self.before: list[Customer] = [self.run(self.office.whole(one)) for one in self.people]
        self.begun = self.run(self.office.owners())
        self.made: dict[str, set[str]] = {"contacts": set(), "notes": set()}

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(doing)

    def home(self, person: int) -> CustomerId:
        card = self.run(self.office.file(self.people[person])).card
        return card.customer_id  # type: ignore[no-any-return]

    def blocked(self) -> set[str]:
        """Merges whose survivor is in another one."""
        found, _ = self.run(self.office.merges.merges(None, "", 1000))
        standing = [one for one in found if one.merge_id in self.standing]
        gone = {one.absorbed for one in standing}
        return {one.merge_id for one in standing if one.survivor in gone}

    # -- what happens

    @rule(survivor=who, absorbed=who, side=st.sampled_from(["", "survivor", "absorbed"]))
    def merge(self, survivor: int, absorbed: int, side: str) -> None:
        picks = {name: side for name in ("name", "language", "tags") if side}
        one, two = self.people[survivor], self.people[absorbed]
        merged = {one} != {self.home(survivor)} or {two} != {self.home(absorbed)}
        if survivor == absorbed or merged:
            with pytest.raises(CommandRefused) as caught:
                self.run(self.office.merge(one, two, picks=picks))
            assert caught.value.field in {"same", "merged"}
        else:
            self.standing.append(self.run(self.office.merge(one, two, picks=picks)))

    @precondition(lambda self: self.standing)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        merge = data.draw(st.sampled_from(self.standing))
        if merge in self.blocked():
            with pytest.raises(CommandRefused) as caught:
                self.run(self.office.undo_plan(merge))
            assert caught.value.code is RefusalCode.WRONG_STATE
            assert any(one in str(caught.value) for one in self.standing if one != merge)
            return
        plan = self.run(self.office.undo_plan(merge))
        items = [one.key for one in plan.items if one.kind in {"interaction", "note"}]
        given = data.draw(st.sets(st.sampled_from(items), max_size=3)) if items else set()
        self.run(self.office.undo(merge, picks=dict.fromkeys(given, "absorbed")))
        self.standing.remove(merge)

    @rule(person=who, number=st.sampled_from(NUMBERS))
    def call(self, person: int, number: str) -> None:
        self.made["contacts"].add(self.run(self.office.call(self.home(person), number)))

    @rule(person=who)
    def note(self, person: int) -> None:
        self.made["notes"].add(self.run(self.office.note(self.people[person], "otra nota")))

    @rule(person=who, language=st.sampled_from(LANGUAGES), tag=st.sampled_from(TAGS))
    def edit(self, person: int, language: str, tag: str) -> None:
        self.edited = True
        customer = self.home(person)
        self.run(self.office.edit(customer, language=language, tags=(tag,)))

    @rule(person=who, number=st.sampled_from(NUMBERS))
    def learn(self, person: int, number: str) -> None:
        self.edited = True
        file = self.run(self.office.file(self.people[person]))
        known = [one.value for one in file.card.identities]
        if number not in known:
            own = (*file.card.identities, view_of(number))
            self.run(self.office.edit(file.card.customer_id, identities=own))

    # -- what must hold

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        owners = self.run(self.office.owners())
        for kind, made in self.made.items():
            assert owners[kind].keys() == self.begun[kind].keys() | made
        rows = {self.run(self.office.row(one)): one for one in self.people}
        live = {self.home(n) for n in range(PEOPLE)}
        mine = set(self.people)
        for customer in owners["contacts"].values():
            assert customer not in mine or customer in live
        for kind in ("notes", "identities"):
            for n in owners[kind].values():
                assert n not in rows or rows[n] in live

    @invariant()
    def every_number_of_the_beginning_is_somewhere(self) -> None:
        if self.edited:
            return
        for person, before in zip(self.people, self.before, strict=True):
            now = set(self.run(self.office.numbers(person)))
            assert now >= {one.value for one in before.identities}

    def teardown(self) -> None:
        """Everything is taken back, the last one first."""
        for merge in reversed(self.standing):
            self.run(self.office.undo(merge))
        assert [self.home(n) for n in range(PEOPLE)] == self.people
        if not self.edited:
            now = [self.run(self.office.whole(one)) for one in self.people]
            contacted = [before.last_contact_at for before in self.before]
            assert [without(one) for one in now] == [without(one) for one in self.before]
            if not self.made["contacts"]:
                assert [one.last_contact_at for one in now] == contacted


def without(customer: Customer) -> Any:
    """Less what a call since changes."""
    from dataclasses import replace

    return replace(customer, last_contact_at=None)


@pytest.fixture
def office_at_work(tmp_path: Path) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    database = loop.run_until_complete(Database.open(sqlite_with_tables(tmp_path)))
    PINNED.update(loop=loop, office=Office(database))
    yield
    loop.run_until_complete(database.close())
    loop.close()
    PINNED.clear()


@pytest.mark.usefixtures("office_at_work")
def test_any_order_of_merges_edits_calls_and_undos() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Merging,
        settings=settings(
            max_examples=examples(16),
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
