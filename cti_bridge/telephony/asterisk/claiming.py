"""Whose an application of an Asterisk is. ARI gives it to whoever connects last, without a word to
whoever had it but "replaced"; so two bridges ask each other.

The question is an event that only a connected bridge hears, the answer a global variable. A
bridge that was killed leaves an application that is there as long as its calls are, and cannot
answer. So each leaves its mark before it connects, and one that has ended on this machine is not
asked.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import uuid
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.ari.models import Values
from cti_bridge.telephony.asterisk.processes import is_gone, mark_of

if TYPE_CHECKING:
    from cti_bridge.telephony.asterisk.ari.client import Ari

logger = logging.getLogger(__name__)
WHO: Final = "who."
HERE: Final = "FICHA_HERE"
ANSWERS_WITHIN: Final = 1.5
"""Seconds that a bridge has to say that it lives; only where one is connected."""
LOOK_AGAIN: Final = 0.05
LONGEST: Final = 120


class Taken(Exception):
    """Another bridge has the application; the text says which, and what to do."""


async def who_is_there(ari: Ari, app: str) -> str:
    """The host and process of the bridge that drives `app`; "" where none does, or what is
    connected does not answer (a socket that its bridge has left). Raises AriError."""
    question = uuid.uuid4().hex
    try:
        await ari.get(object, "applications", app)
        if is_gone(await _variable(ari, _mark_name(app))):
            logger.info("the application %s is taken over from a bridge that has ended", app)
            return ""
        await ari.post("events", "user", f"{WHO}{question}", application=app)
    except AriError as error:
        if error.status in (404, 422):
            return ""
        raise
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            while True:
                said, _, where = (await _variable(ari, HERE)).partition(" ")
                if said == question:
                    return where[:LONGEST]
                await asyncio.sleep(LOOK_AGAIN)
    except TimeoutError:
        logger.warning("the application %s is taken over from one that does not answer", app)
        return ""


async def say_here(ari: Ari, app: str, question: str) -> None:
    """Another bridge asks. Never raises."""
    where = f"{socket.gethostname()}, process {os.getpid()}"
    try:
        await ari.post("asterisk", "variable", variable=HERE, value=f"{question} {where}")
    except AriError as error:
        logger.warning("a second bridge asked for the application %s: %s", app, error)
    else:
        logger.warning("a second bridge asked for the application %s, and was told of this", app)


async def leave_mark(ari: Ari, app: str) -> None:
    """Before connecting: whoever comes after this process need not wait for its answer. Raises
    AriError where the node is out of reach."""
    if not (mark := mark_of()):
        return
    try:
        await ari.post("asterisk", "variable", variable=_mark_name(app), value=mark)
    except AriError as error:
        if error.status == 0:
            raise
        logger.info("no mark was left at the application %s: %s", app, error)


def _mark_name(app: str) -> str:
    return f"FICHA_BRIDGE_{app.encode().hex()}"


async def _variable(ari: Ari, name: str) -> str:
    try:
        return (await ari.get(Values, "asterisk", "variable", variable=name)).value
    except AriError as error:
        if error.status == 0:
            raise
        return ""
