"""Contacts that do not come by telephone: what is written, and the doors it comes through."""
