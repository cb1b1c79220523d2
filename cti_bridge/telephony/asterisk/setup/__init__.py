"""The configuration that an Asterisk needs for Ficha, written out."""
