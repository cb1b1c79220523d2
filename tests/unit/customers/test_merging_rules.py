"""Whose value stays, what is flat and what is not, and when nobody needs to look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti_bridge.customers.merging.automatic import unseen
from cti_bridge.customers.merging.confirming import record_of, with_record
from cti_bridge.customers.merging.fields import fields_of, group_of, with_fields
from cti_bridge.customers.merging.plan import Dossier, Doubt, Impossible, plan
from cti_bridge.customers.merging.ports import Reason, StoredPair
from cti_bridge.customers.merging.survivorship import Side, Why, Wrote, choose, groups
from cti_bridge.customers.ports import Customer, Identity
from cti_bridge.protocol.vocabulary import (
    CustomerId,
    CustomerKind,
    CustomerStatus,
    IdentityKind,
)
from tests.helpers.examples import examples

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PHONE = Identity(kind=IdentityKind.PHONE, value="+34612345099")


def customer(name: str = "Marta Núñez", id_: str = "c-1", **fields: object) -> Customer:
    return Customer(
        customer_id=CustomerId(id_),
        version=3,
        name=name,
        updated_at=NOW,
        **fields,  # type: ignore[arg-type]
    )


WHOLE = customer(
    given_name="Marta",
    family_name="Núñez",
    organisation="Ona",
    kind=CustomerKind.ORGANISATION,
    status=CustomerStatus.CLOSED,
    born=date(1980, 5, 31),
    language="es",
    time_zone="Europe/Madrid",
    owner="ana",
    since=NOW - timedelta(days=900),
    pinned_note="ojo",
    tags=("VIP", "a[b]"),
    alerts=("overdue",),
    custom={"contract": "C-1", "seats": 3, "paid": False, "rate": 1.5},
    identities=(replace(PHONE, confirmed_at=NOW),),
    last_contact_at=NOW,
)


def test_flat_fields_make_the_customer_again() -> None:
    empty = customer("", identities=WHOLE.identities, last_contact_at=NOW)
    assert with_fields(empty, fields_of(WHOLE)) == WHOLE
    assert with_fields(WHOLE, fields_of(empty)) == empty
    assert fields_of(WHOLE)["tags[a[b]]"] is True
    assert fields_of(WHOLE)["born"] == "1980-05-31"


def test_a_record_says_too_what_was_confirmed_and_when_there_was_contact() -> None:
    bare = replace(WHOLE, identities=(PHONE,), last_contact_at=None)
    assert with_record(bare, record_of(WHOLE)) == WHOLE
    assert with_record(WHOLE, record_of(bare)) == bare


def test_labels_keep_their_order() -> None:
    ordered = customer(tags=("c", "a", "b"))
    fields = dict(reversed(fields_of(ordered).items()))
    assert with_fields(ordered, fields).tags == ("c", "a", "b")


@pytest.mark.parametrize(
    ("field", "group"),
    [
        ("tags[VIP]", "tags"),
        ("tags[a[b]]", "tags"),
        ("given_name", "name"),
        ("custom.contract", "custom.contract"),
        ("born", "born"),
    ],
)
def test_what_a_person_sees_as_one(field: str, group: str) -> None:
    assert group_of(field) == group


AGENT, SOURCE = Wrote(agent=True, at=NOW - timedelta(days=9)), Wrote(at=NOW)


@pytest.mark.parametrize(
    ("name", "mine", "other", "wrote", "side", "why"),
    [
        ("name", {"name": "A"}, {"name": "A"}, (SOURCE, SOURCE), "survivor", Why.SAME),
        ("language", {}, {"language": "es"}, (AGENT, SOURCE), "absorbed", Why.ONLY),
        ("language", {"language": "es"}, {}, (SOURCE, AGENT), "survivor", Why.ONLY),
        ("name", {"name": "A"}, {"name": "BBB"}, (AGENT, SOURCE), "survivor", Why.CORRECTED),
        ("name", {"name": "AAA"}, {"name": "B"}, (SOURCE, AGENT), "absorbed", Why.CORRECTED),
        ("name", {"name": "AAA"}, {"name": "B"}, (Wrote(at=NOW - timedelta(1)), SOURCE),
         "absorbed", Why.NEWER),
        ("name", {"name": "A"}, {"name": "BB"}, (SOURCE, SOURCE), "absorbed", Why.LONGER),
        ("name", {"name": "A"}, {"name": "BB"}, (Wrote(), SOURCE), "absorbed", Why.LONGER),
        ("name", {"name": "AA"}, {"name": "BB"}, (SOURCE, SOURCE), "survivor", Why.SURVIVOR),
        ("name", {"name": "A", "given_name": "A"}, {"name": "A"}, (SOURCE, SOURCE),
         "survivor", Why.LONGER),
        ("status", {"status": "active"}, {"status": "deceased"}, (AGENT, SOURCE),
         "absorbed", Why.GRAVER),
        ("status", {"status": "closed"}, {"status": "active"}, (SOURCE, AGENT),
         "survivor", Why.GRAVER),
        ("since", {"since": "2020"}, {"since": "2001"}, (AGENT, SOURCE), "absorbed", Why.EARLIER),
        ("owner", {"owner": "ana"}, {"owner": "peio"}, (SOURCE, AGENT), "survivor", Why.SURVIVOR),
        ("tags", {"tags[a]": True}, {"tags[b]": True}, (AGENT, SOURCE), "both", Why.TOGETHER),
    ],
)  # fmt: skip
def test_each_rule(
    name: str,
    mine: dict[str, str],
    other: dict[str, str],
    wrote: tuple[Wrote, Wrote],
    side: str,
    why: Why,
) -> None:
    choice = choose(name, mine, other, ({name: wrote[0]}, {name: wrote[1]}))
    assert (choice.side.value, choice.why) == (side, why)


def test_a_pick_comes_before_every_rule() -> None:
    mine, other = {"status": "active"}, {"status": "deceased"}
    assert choose("status", mine, other, pick=Side.SURVIVOR).why is Why.PICKED
    assert choose("status", mine, other, pick=Side.BOTH).why is Why.GRAVER  # of labels only
    tags = choose("tags", {"tags[a]": True}, {"tags[b]": True}, pick=Side.ABSORBED)
    assert (tags.side, tags.why) == (Side.ABSORBED, Why.PICKED)


def test_groups_stand_in_the_order_of_a_file() -> None:
    assert groups(fields_of(WHOLE), {"custom.zeta": 1})[:4] == (
        "name",
        "kind",
        "organisation",
        "status",
    )
    assert groups({"custom.b": 1}, {"custom.a": 1, "name": "A"}) == (
        "name",
        "custom.a",
        "custom.b",
    )


def test_a_plan_takes_everything_over() -> None:
    first = Dossier(customer=customer(identities=(PHONE,), tags=("VIP",)))
    other = customer(
        "Marta",
        "c-2",
        identities=(
            replace(PHONE, confirmed_at=NOW),
            Identity(kind=IdentityKind.EMAIL, value="marta@example.com"),
        ),
        language="eu",
        tags=("b",),
        last_contact_at=NOW,
    )
    made = plan(first, Dossier(customer=other))
    assert made.result.version == 4
    assert made.result.tags == ("VIP", "b")
    assert made.result.language == "eu"
    assert made.result.last_contact_at == NOW
    assert [one.value for one in made.result.identities] == ["+34612345099", "marta@example.com"]
    assert made.result.identities[0].confirmed_at == NOW  # the other side had confirmed it
    assert [one.value for one in made.shared] == ["+34612345099"]


def test_two_references_of_one_system_are_a_doubt() -> None:
    def known(*keys: tuple[str, str]) -> tuple[Identity, ...]:
        return tuple(Identity(kind=IdentityKind.KEY, value=v, source=s) for s, v in keys)

    one = Dossier(customer=customer(identities=known(("crm", "1"), ("erp", "9"))))
    two = Dossier(customer=customer("Marta", "c-2", identities=known(("crm", "2"))))
    same = Dossier(customer=customer("Marta", "c-3", identities=known(("erp", "9"))))
    assert plan(one, two).doubts == (Doubt.TWO_KEYS,)
    assert plan(one, same).doubts == ()


@pytest.mark.parametrize(
    ("one", "two", "code"),
    [
        (Dossier(customer=customer()), Dossier(customer=customer()), "same"),
        (
            Dossier(customer=customer()),
            Dossier(customer=customer("B", "c-2"), merged_into=CustomerId("c-9")),
            "merged",
        ),
    ],
)
def test_what_is_no_merge(one: Dossier, two: Dossier, code: str) -> None:
    with pytest.raises(Impossible) as caught:
        plan(one, two)
    assert caught.value.code == code


NAMED = (("family", "same", 9.0), ("given", "same", 5.0))


def pair(
    probability: float, *reasons: tuple[str, str, float], rows: tuple[int, int] = (1, 2)
) -> StoredPair:
    return StoredPair(
        a=CustomerId(f"c-{rows[0]}"),
        b=CustomerId(f"c-{rows[1]}"),
        rows=rows,
        probability=probability,
        reasons=tuple(Reason(field=f, agreement=a, weight=w) for f, a, w in reasons),
    )


@pytest.mark.parametrize(
    ("probability", "reasons", "merges"),
    [
        (0.99, (*NAMED, ("born", "same", 9.0)), False),
        (0.9999, (*NAMED, ("born", "same", 9.0)), True),
        (0.9999, (*NAMED, ("home", "same_phone", 14.0)), False),  # a shared telephone alone
        (0.9999, (*NAMED, ("home", "same_phone_and_street", 14.0)), True),
        (0.9999, (("home", "same_phone", 14.0), ("email", "same", 9.0)), False),  # nobody's name
        (0.9999, (*NAMED, ("email", "same", 9.0), ("born", "different", -8.0)), False),
        (0.9999, (*NAMED, ("email", "same", 9.0), ("aura", "same", 8.0)), False),  # not our word
        (0.9999, (), False),
    ],
)
def test_never_by_itself_on_what_others_share(
    probability: float, reasons: tuple[tuple[str, str, float], ...], merges: bool
) -> None:
    one = pair(probability, *reasons)
    assert unseen([one], 0.999) == ((one,) if merges else ())


def test_a_chain_with_a_doubt_in_it_is_left_to_people() -> None:
    sure = (*NAMED, ("born", "same", 9.0))
    chain = [pair(0.9999, *sure, rows=(1, 2)), pair(0.9999, *sure, rows=(2, 3))]
    apart = pair(0.9999, *NAMED, ("born", "different", -8.0), rows=(1, 3))
    assert unseen(chain, 0.999) == tuple(chain)
    assert unseen([*chain, apart], 0.999) == ()


texts = st.sampled_from(["", "a", "bb", "ccc"])
people = st.builds(
    customer,
    name=st.sampled_from(["Ana", "Ana Gil"]),
    language=texts,
    organisation=texts,
    pinned_note=texts,
    tags=st.lists(st.sampled_from("abc"), unique=True).map(tuple),
    status=st.sampled_from(list(CustomerStatus)),
    custom=st.dictionaries(st.sampled_from(["x", "y"]), st.integers(0, 2)),
)


@given(one=people, two=people)
@settings(max_examples=examples(200))
def test_a_merge_loses_no_label_and_invents_nothing(one: Customer, two: Customer) -> None:
    two = replace(two, customer_id=CustomerId("c-2"))
    made = plan(Dossier(customer=one), Dossier(customer=two))
    assert set(made.result.tags) == {*one.tags, *two.tags}
    said = fields_of(one).items() | fields_of(two).items()
    assert fields_of(made.result).items() <= said
    there = {group_of(field) for field in (*fields_of(one), *fields_of(two))}
    assert {group_of(field) for field in fields_of(made.result)} == there
