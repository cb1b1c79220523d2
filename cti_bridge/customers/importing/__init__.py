"""Imports that desktops begin, steer and see: what may follow what, and who is told."""
