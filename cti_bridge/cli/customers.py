"""`customers`: bring them in, see where they come from and who is in twice, take them out."""

from __future__ import annotations

from typing import Final

import typer

from cti_bridge.cli.lazily import Later, LazyGroup

TABLE: Final = {
    "import": Later(
        where="cti_bridge.cli.customer_import:import_",
        help="Import customers; a second import of the same changes nothing.",
    ),
    "export": Later(
        where="cti_bridge.cli.exporting:export",
        help="Write customers into a CSV file: at most privacy.export_rows, with a reason, and "
        "written into the access log. The order of the rows says later whose export a file "
        "was.",
    ),
    "suppress": Later(
        where="cti_bridge.cli.suppress:app",
        help="Who must not be called or written to.",
    ),
    "duplicates": Later(
        where="cti_bridge.cli.duplicates:app",
        help="Customers that are in the file twice.",
    ),
    "sources": Later(
        where="cti_bridge.cli.sources:app",
        help="Where customers are imported from.",
    ),
}


class Customers(LazyGroup):
    table = TABLE


app = typer.Typer(cls=Customers, help="The customers.", no_args_is_help=True)


@app.callback()
def root() -> None:
    """The customers."""
