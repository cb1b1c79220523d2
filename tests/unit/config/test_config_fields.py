"""[[fields]]: every mistake with its line, and what the desktop is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.config.errors import ConfigError
from cti_bridge.config.reader import read
from cti_bridge.protocol.customer_values import FieldView
from cti_bridge.protocol.vocabulary import CustomerKind, FieldType
from cti_bridge.rooms import fields_of

if TYPE_CHECKING:
    from pathlib import Path

FIELD = '[[fields]]\nname = "plan"\n'
CHOICE = FIELD + 'type = "choice"\nchoices = ["gold", "silver"]\n'


def mistakes(tmp_path: Path, text: str) -> list[tuple[int | None, str]]:
    path = tmp_path / "bridge.toml"
    path.write_text(text)
    try:
        read(path)
    except ConfigError as error:
        return [(one.line, f"{one.what} {one.fix}") for one in error.mistakes]
    return []


def test_a_field_is_told_with_its_names_and_its_type(tmp_path):
    path = tmp_path / "bridge.toml"
    path.write_text(
        CHOICE
        + 'label = "Plan"\nlabel_es = "Tarifa"\napplies_to = "organisation"\n'
        + FIELD.replace("plan", "vip")
        + 'type = "yes_no"\nsensitive = true\n'
    )
    assert fields_of(read(path).config) == (
        FieldView(
            code="plan",
            names={"es": "Tarifa", "en": "Plan"},
            type=FieldType.CHOICE,
            choices=("gold", "silver"),
            applies_to=CustomerKind.ORGANISATION,
        ),
        FieldView(
            code="vip", names={"es": "vip", "en": "vip"}, type=FieldType.YES_NO, sensitive=True
        ),
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (FIELD + 'type = "choice"\n', 1, "nothing to choose from"),
        (FIELD + 'choices = ["a"]\n', 3, "has choices, but is a text"),
        (CHOICE.replace("silver", "gold"), 4, '"gold" twice'),
        (FIELD + FIELD, 4, '"plan" is there twice'),
        (FIELD.replace("plan", "Plan B"), 2, "fields[1].name"),
        (FIELD.replace("plan", "a-b"), 2, "a name of a-z, 0-9 and _, at most 40, a letter first"),
        (FIELD.replace("plan", "1a"), 2, "a name of a-z, 0-9 and _, at most 40, a letter first"),
        (FIELD + 'type = "yes_no"\nsearchable = true\n', 4, "a yes_no finds nobody"),
        (
            FIELD + '[[privacy.mask]]\nfields = ["phone", "custom:paln"]\n',
            4,
            'there is no field "paln". [[fields]] has: plan',
        ),
        (FIELD + 'type = "money"\n', 3, '"yes_no"'),
        ('[[fields]]\nlabel = "Plan"\n', 1, "fields[1].name is missing"),
        (FIELD + 'lable = "x"\n', 3, 'Did you mean "label"?'),
        (FIELD + 'applies_to = "company"\n', 3, '"organisation"'),
        ("".join(FIELD.replace("plan", f"f{n}") for n in range(61)), 121, "more than 60"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, text, line, words):
    told = mistakes(tmp_path, text)
    assert [number for number, _ in told] == [line]
    assert words in told[0][1]
