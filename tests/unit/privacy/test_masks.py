"""What a role is shown of each value that may hold something hidden, and how it comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from cti_bridge.config.values import Mask
from cti_bridge.customers.ports import Customer
from cti_bridge.privacy.masks import veils
from cti_bridge.privacy.patterns import DOTS
from cti_bridge.privacy.unveiling import masked_at_all, revealed, unmasked
from cti_bridge.protocol.customer_values import AddressView, FieldChangeView
from cti_bridge.protocol.merge_values import MergeField, UndoItem
from cti_bridge.protocol.privacy import RevealField
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import CustomerCard, CustomerDraft, CustomerFile, TextHit
from cti_bridge.protocol.vocabulary import CustomerId, RefusalCode, Role

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOME = AddressView(
    label="home", street="Gran Vía 1, 3º B", postcode="48001", city="Bilbao", country="ES"
)
WORK = AddressView(label="office", street="Autonomía 22", city="Bilbao")
CARD, DNI = "4111 1111 1111 1111", "12345678Z"


def veil(*fields: str, show: int = 4, reveal: bool = True, sensitive: tuple[str, ...] = ()):  # type: ignore[no-untyped-def]
    return veils((Mask(fields=fields, show=show, reveal=reveal),), sensitive)[Role.AGENT]


def file(**more: object) -> CustomerFile:
    card = CustomerCard(customer_id=CustomerId("c1"), version=3, name="Ana Gil")
    return CustomerFile(card=card, **more)  # type: ignore[arg-type]


def customer(**more: object) -> Customer:
    given = {"customer_id": CustomerId("c1"), "version": 3, "name": "Ana Gil"}
    return Customer(**{**given, "updated_at": NOW, **more})  # type: ignore[arg-type]


def ask(field: str) -> RevealField:
    return RevealField(request_id=1, customer_id=CustomerId("c1"), field=field, reason="asked")


# -- files


def test_a_birthday_is_hidden_and_said_to_be_there() -> None:
    shown = veil("born").over(file(born=date(1980, 5, 31)))
    assert (shown.born, shown.masked) == (None, ("born",))
    without = file()
    assert veil("born").over(without) is without


@pytest.mark.parametrize(("show", "city"), [(4, "Bilbao"), (0, "")])
def test_of_an_address_its_place_stays_or_its_label_alone(show: int, city: str) -> None:
    rules = veil("address", show=show)
    home, work = rules.over(file(addresses=(HOME, WORK))).addresses
    assert (home.label, home.street, home.postcode, home.city) == ("home", DOTS, "", city)
    assert home.masked
    assert home.ref != work.ref
    assert "Gran" not in str(home)


def test_every_custom_field_that_is_marked_is_hidden_by_one_rule() -> None:
    rules = veil("sensitive", sensitive=("health", "income"))
    shown = rules.over(file(custom={"health": "asthma", "income": 30_000, "club": "chess"}))
    assert shown.custom == {"health": DOTS, "income": DOTS, "club": "chess"}
    nobody = veils((Mask(fields=("sensitive",)),))  # no field is marked
    assert nobody[Role.AGENT].over(file(custom={"club": "chess"})).custom == {"club": "chess"}


def test_a_rule_that_names_a_field_goes_before_one_for_all() -> None:
    rules = veils(
        (Mask(fields=("custom:health",), reveal=False), Mask(fields=("sensitive",))),
        ("health", "income"),
    )[Role.AGENT]
    health, income = rules.custom("health"), rules.custom("income")
    assert health is not None
    assert income is not None
    assert (health.reveal, income.reveal) == (False, True)


# -- the history of fields


@pytest.mark.parametrize(
    ("field", "old", "new", "shown"),
    [
        ("born", "1980-05-31", None, (DOTS, None)),
        ("custom.health", None, "asthma", (None, DOTS)),
        (
            "addresses",
            {"label": "home", "street": "Gran Vía 1", "postcode": "48001", "city": "Bilbao"},
            None,
            ({"street": DOTS, "label": "home", "city": "Bilbao"}, None),
        ),
        ("name", "Ana", "Ana Gil", ("Ana", "Ana Gil")),
        ("custom.club", DNI, None, ("•••• 678Z", None)),
    ],
)
def test_what_stood_there_is_as_hidden_as_what_stands_there(field, old, new, shown) -> None:  # type: ignore[no-untyped-def]
    rules = veil("born", "address", "custom:health", "document")
    change = FieldChangeView(change_id=1, field=field, at=NOW, by="Ana", old=old, new=new)
    after = rules.over(change)
    assert (after.old, after.new) == shown
    assert after is change or (old, new) != shown


# -- merges and their undo


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("born", "1980-05-31", DOTS),
        ("custom.health", "asthma", DOTS),
        ("custom.club", "chess", "chess"),
        ("pinned_note", "owes us", DOTS),
        ("tags", f"id {DNI}", "id •••• 678Z"),
        ("organisation", "Talleres Ona", "Talleres Ona"),
    ],
)
def test_a_field_of_a_merge_is_hidden_on_all_three_sides(
    name: str, value: str, shown: str
) -> None:
    rules = veil("born", "custom:health", "notes", "document")
    one = MergeField(
        name=name, survivor=(value,), absorbed=(value,), result=(value,), side="both", why="same"
    )
    after = rules.over(one)
    assert (after.survivor, after.absorbed, after.result) == ((shown,), (shown,), (shown,))


@pytest.mark.parametrize(
    ("item", "fields", "text", "detail"),
    [
        (("identity", "+34612345099", ""), ("phone",), DOTS, ""),
        (("identity", "+34612345099", ""), ("document",), DOTS, ""),
        (("address", "Gran Vía 1, 48001, Bilbao", ""), ("address",), DOTS, ""),
        (("address", "Gran Vía 1, 48001, Bilbao", ""), ("born",), "Gran Vía 1, 48001, Bilbao", ""),
        (("note", "owes us", "Rosa"), ("notes",), DOTS, "Rosa"),
        (("note", f"card {CARD}", "Rosa"), ("card",), "card •••• 1111", "Rosa"),
        (("field", "born", "1980-05-31"), ("born",), "born", DOTS),
        (("field", "custom.health", "asthma"), ("custom:health",), "custom.health", DOTS),
        (("field", "custom.health", ""), ("custom:health",), "custom.health", ""),
        (("field", "pinned_note", "owes us"), ("notes",), "pinned_note", DOTS),
        (("field", "organisation", "Ona"), ("born", "notes"), "organisation", "Ona"),
        (("interaction", "+34612345099", "voice"), ("phone",), "•••• 5099", "voice"),
        (("interaction", f"about {DNI}", "email"), ("document",), "about •••• 678Z", "email"),
        (("consent", "marketing", "phone"), ("phone", "notes"), "marketing", "phone"),
        (("relation", "accountant", ""), ("notes",), "accountant", ""),
    ],
)
def test_what_an_undo_tells_of_each_thing(item, fields, text, detail) -> None:  # type: ignore[no-untyped-def]
    kind, said, more = item
    one = UndoItem(key="k", kind=kind, side="survivor", text=said, detail=more)
    after = veil(*fields).over(one)
    assert (after.text, after.detail) == (text, detail)


# -- hits in texts


@pytest.mark.parametrize(
    ("kind", "snippet", "fields", "shown"),
    [
        ("note", "owes us money", ("notes",), DOTS),
        ("contact", "owes us money", ("notes",), DOTS),
        ("message", "owes us money", ("notes",), "owes us money"),
        ("message", f"my card {CARD} is", ("card",), "my card •••• 1111 is"),
        ("note", f"card {CARD}", ("card",), "card •••• 1111"),
        ("note", "nothing to hide", ("card", "document"), "nothing to hide"),
    ],
)
def test_a_hit_loses_its_places_with_its_words(kind, snippet, fields, shown) -> None:  # type: ignore[no-untyped-def]
    hit = TextHit(kind=kind, ref="r", at=NOW, snippet=snippet, marks=((0, 4),))
    after = veil(*fields).over(hit)
    assert after.snippet == shown
    assert after.marks == (((0, 4),) if shown == snippet else ())


# -- the way back


def test_a_hidden_address_that_comes_back_stays_and_one_typed_anew_counts() -> None:
    rules, known = veil("address"), customer(addresses=(HOME, WORK))
    home, work = rules.over((HOME, WORK))
    new = AddressView(label="holidays", street="Playa 4", city="Zarautz")
    draft = CustomerDraft(name="Ana Gil", addresses=(work, new))
    assert masked_at_all(draft)
    assert unmasked(draft, known, rules).addresses == (WORK, new)
    as_it_was = CustomerDraft(name="Ana Gil", addresses=(home, work))
    assert unmasked(as_it_was, known, rules).addresses == known.addresses
    assert not masked_at_all(CustomerDraft(name="Ana Gil", addresses=(new,)))


@pytest.mark.parametrize(
    "hostile",
    [
        AddressView(street=DOTS),  # typed
        AddressView(street=DOTS, masked=True, ref="nobody's"),
        AddressView(street="Gran Vía 2", masked=True, ref=""),
        AddressView(street=f"Gran {DOTS}", city="Bilbao"),
    ],
)
def test_dots_are_no_address(hostile: AddressView) -> None:
    draft = CustomerDraft(name="Ana Gil", addresses=(hostile,))
    for rules in (veil("address"), None):
        with pytest.raises(CommandRefused) as caught:
            unmasked(draft, customer(addresses=(HOME,)), rules)
        assert caught.value.field == "addresses[0].street"


def test_a_draft_that_says_nothing_of_addresses_leaves_them() -> None:
    draft = CustomerDraft(name="Ana Gil", addresses=None)
    assert unmasked(draft, customer(addresses=(HOME,)), veil("address")).addresses is None


def test_a_birthday_and_an_address_are_revealed_by_their_names() -> None:
    rules, known = veil("address", "born"), customer(addresses=(HOME,), born=date(1980, 5, 31))
    [home] = rules.over((HOME,))
    shown = revealed(rules, ask(f"address:{home.ref}"), known, ())
    assert (shown.what, shown.value) == ("address", "Gran Vía 1, 3º B\n48001 Bilbao\nES")
    assert revealed(rules, ask("born"), known, ()).value == "1980-05-31"
    for nothing in ("address:", "address:other", "born:x", "births"):
        with pytest.raises(CommandRefused) as caught:
            revealed(rules, ask(nothing), known, ())
        assert caught.value.code is RefusalCode.NOT_FOUND
    with pytest.raises(CommandRefused):
        revealed(rules, ask("born"), customer(), ())


def test_what_is_hidden_for_good_is_not_revealed() -> None:
    rules = veil("address", "born", reveal=False)
    [home] = rules.over((HOME,))
    known = customer(addresses=(HOME,), born=date(1980, 5, 31))
    for field in ("born", f"address:{home.ref}"):
        with pytest.raises(CommandRefused) as caught:
            revealed(rules, ask(field), known, ())
        assert caught.value.code is RefusalCode.NOT_ALLOWED


def test_nothing_is_made_anew_where_nothing_is_hidden() -> None:
    whole = file(addresses=(HOME,), born=date(1980, 5, 31), custom={"club": "chess"})
    assert veil("phone").over(whole) is whole
    assert replace(whole) == whole
