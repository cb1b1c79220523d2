"""`privacy …`: the keys of what is sealed, and the sealing itself."""

from __future__ import annotations

from typing import Final

import typer

from cti_bridge.cli.lazily import Later, LazyGroup

TABLE: Final = {
    "seal": Later(
        where="cti_bridge.cli.privacy_keys:seal",
        help="Seal recordings and attachments that were kept plain; may be broken off and run "
        "again.",
    ),
    "log": Later(
        where="cti_bridge.cli.privacy_log:log",
        help="Who looked at which customer, newest first, a line each: number, time, who, what, "
        "at whom, because of which contact, detail.",
    ),
    "verify-log": Later(
        where="cti_bridge.cli.privacy_log:verify_log",
        help="Check that no entry of the access log was changed, added or taken away.",
    ),
    "trace": Later(
        where="cti_bridge.cli.exporting:trace",
        help="Say of which export a list of customers is, by the order of its rows, even where "
        "rows were taken away. A list that was sorted anew does not tell.",
    ),
    "erase": Later(
        where="cti_bridge.cli.privacy_people:erase",
        help="Show what an erasure of a customer would take away; with --confirm do it, for good.",
    ),
    "hold": Later(
        where="cti_bridge.cli.privacy_people:hold",
        help="Keep a customer, and all contacts, from erasure and retention: a legal hold.",
    ),
    "release": Later(
        where="cti_bridge.cli.privacy_people:release",
        help="End a legal hold.",
    ),
    "subject": Later(
        where="cti_bridge.cli.privacy_people:subject",
        help="Write everything of a customer into a .zip, for that customer: a page to read, the "
        "same as JSON, and every recording and attachment.",
    ),
    "retention": Later(
        where="cti_bridge.cli.privacy_people:keep",
        help="Take away what is older than \\[retention] allows, as the bridge does each day.",
    ),
    "key": Later(
        where="cti_bridge.cli.privacy_keys:app",
        help="The keys under which recordings and attachments are kept.",
    ),
}


class Privacy(LazyGroup):
    table = TABLE


app = typer.Typer(
    cls=Privacy, help="Keys, access log, exports, retention, erasure.", no_args_is_help=True
)


@app.callback()
def root() -> None:
    """Keys, access log, exports, retention, erasure."""
