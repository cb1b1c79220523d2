"""Ficha's bridge: it owns every fact, and speaks to the switch, the store and the desktops."""
