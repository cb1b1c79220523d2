"""bridge.toml: its values, and its reader, which names the line at fault."""
