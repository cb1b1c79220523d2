"""What a role may not see of customers, it does not see of those that are brought in either."""

from __future__ import annotations

from cti_bridge.config.values import Mask
from cti_bridge.privacy.masks import veils
from cti_bridge.privacy.patterns import DOTS
from cti_bridge.protocol.importing import ImportColumn, ImportOpened, ImportRowView, ImportView
from cti_bridge.protocol.vocabulary import Role
from tests.helpers.importing import NOW

VIEW = ImportView(import_id="i", state="ready", name="a.csv", source="a", by="Rosa", at=NOW)  # type: ignore[arg-type]
OPENED = ImportOpened(
    request_id=1,
    view=VIEW,
    columns=(ImportColumn(heading="x", field="", samples=("612345099",)),),
    preview=(
        ImportRowView(
            line=2, name="Ana", numbers=("+34612345099", "ana@example.com"),
            said=(("city", "Bilbao"), ("note", "a secret")),
        ),
        ImportRowView(line=3, field="phone", reason="'61234x': not a telephone number"),
    ),
)  # fmt: skip


def test_numbers_and_notes_are_hidden_and_nothing_that_may_hold_one_is_shown() -> None:
    rule = Mask(roles=("supervisor",), fields=("phone", "notes"), show=2)
    shown = veils((rule,))[Role.SUPERVISOR].over(OPENED)
    assert shown.columns[0].samples == (DOTS,)
    row, refused = shown.preview
    assert row.numbers[0].endswith("99")
    assert "61234" not in row.numbers[0]
    assert row.numbers[1] == "ana@example.com"
    assert row.said == (("city", "Bilbao"),)
    assert refused.reason == DOTS


def test_what_a_column_holds_is_shown_to_nobody_who_may_not_see_all() -> None:
    rule = Mask(roles=("supervisor",), fields=("custom:plan",))
    shown = veils((rule,))[Role.SUPERVISOR].over(OPENED)
    assert shown.columns[0].samples == (DOTS,)
    assert shown.preview[1].reason == DOTS
    assert shown.preview[0] is OPENED.preview[0]


def test_of_a_row_its_birthday_place_and_own_fields_are_hidden() -> None:
    said = (
        ("born", "1980-05-31"), ("street", "Gran Vía 1, Bilbao"), ("street.work", "Autonomía 22"),
        ("custom.plan", "gold"), ("custom.other", "x"), ("tags", "vip"),
    )  # fmt: skip
    rule = Mask(roles=("supervisor",), fields=("born", "address", "custom:plan"))
    shown = veils((rule,))[Role.SUPERVISOR].over(ImportRowView(line=2, name="Ana", said=said))
    assert dict(shown.said) == {
        "born": DOTS,
        "street": DOTS,
        "street.work": DOTS,
        "custom.plan": DOTS,
        "custom.other": "x",
        "tags": "vip",
    }
