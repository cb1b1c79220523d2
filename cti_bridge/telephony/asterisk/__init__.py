"""Asterisk 22 driven through its ARI: Asterisk carries the voice, Ficha decides."""
