"""Imports in a process of their own, so that no call waits for a row.

`process` starts it and hears it, `worker` is what it does, `messages` is what they say.
"""
