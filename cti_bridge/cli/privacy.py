"""`privacy …`: the keys of what is sealed, and the sealing itself."""

from __future__ import annotations

import typer

from cti_bridge.cli import privacy_keys

app = typer.Typer(help="Keys, access log, exports, retention, erasure.", no_args_is_help=True)
app.add_typer(privacy_keys.app, name="key")
app.command()(privacy_keys.seal)


@app.callback()
def root() -> None:
    """Keys, access log, exports, retention, erasure."""
