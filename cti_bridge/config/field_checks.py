"""What [[fields]] must be beyond its types: choices where they are chosen from, and not many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cti_bridge.config.shape import Places
    from cti_bridge.config.values import Config, CustomField

    Path = tuple[str | int, ...]

MAX_FIELDS: Final = 60
MAX_CHOICES: Final = 100


def run(config: Config, places: Places) -> None:
    """Tells `places` of each mistake."""
    for number, field in enumerate(config.fields):
        path = ("fields", places.number(("fields",), number))
        if number == MAX_FIELDS:
            places.mistake(
                path, f"there are more than {MAX_FIELDS} [[fields]].", "Leave some out."
            )
        _choices(field, (*path, "choices"), places)
        if field.searchable and field.type == "yes_no":
            places.mistake(
                (*path, "searchable"),
                f'field "{field.name}" is searchable, but a yes_no finds nobody.',
                "Leave searchable out.",
            )


def _choices(field: CustomField, path: Path, places: Places) -> None:
    what, fix = "", ""
    if field.type == "choice" and not field.choices:
        what, fix = "has nothing to choose from", 'Write choices = ["gold", "silver"].'
    elif field.type != "choice" and field.choices:
        what, fix = (
            f"has choices, but is a {field.type}",
            'Set type = "choice", or leave them out.',
        )
    elif len(field.choices) > MAX_CHOICES:
        what, fix = f"has more than {MAX_CHOICES} choices", 'Set type = "text" instead.'
    elif twice := next((c for c in field.choices if field.choices.count(c) > 1), ""):
        what, fix = f'has the choice "{twice}" twice', "Leave one out."
    if what:
        places.mistake(path, f'field "{field.name}" {what}.', fix)


CHECKS: Final = (run,)
