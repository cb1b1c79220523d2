"""`privacy …`: the keys of what is sealed, and the sealing itself."""

from __future__ import annotations

import typer

from cti_bridge.cli import exporting, privacy_keys, privacy_log, privacy_people

app = typer.Typer(help="Keys, access log, exports, retention, erasure.", no_args_is_help=True)
app.add_typer(privacy_keys.app, name="key")
app.command()(privacy_keys.seal)
app.command()(privacy_log.log)
app.command("verify-log")(privacy_log.verify_log)
app.command()(exporting.trace)
app.command()(privacy_people.erase)
app.command()(privacy_people.hold)
app.command()(privacy_people.release)
app.command()(privacy_people.subject)
app.command("retention")(privacy_people.keep)


@app.callback()
def root() -> None:
    """Keys, access log, exports, retention, erasure."""
