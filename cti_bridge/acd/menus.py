"""What a caller is asked before the queue: a choice by key, or a number to be typed.

The bridge answers the call (PARK); the contact is NEW until a queue is chosen, and its wait begins
there. Keys count while the words are still being said. Who says nothing, or nothing that means
anything, is asked again, and then goes to the menu's usual queue: nobody is lost in a menu.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.acd.enqueueing import enqueue
from cti_bridge.acd.inputs import CallGone, NotParked, SwitchAction
from cti_bridge.acd.treating import Treating, hang_up, look_again, save, say, treated
from cti_bridge.protocol.values import MatchResult
from cti_bridge.protocol.vocabulary import ClearCause, MatchKind, QueueId

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.acd.inputs import Input
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.step import Step
    from cti_bridge.config.values import Menu, MenuKey
    from cti_bridge.telephony.ports import CallId

END_KEY: Final = "#"
MAX_MENUS: Final = 50
"""Steps from menu to menu of one call: a circle of menus ends in the usual queue."""


def begin(step: Step, contact: Interaction, menu: Menu) -> None:
    """Answers the call for it; the words follow `CallParked`."""
    state = Treating(asked=True, doing="menu", menu=menu.id)
    contact = save(step, contact, state)
    step.journey(contact.id, "menu", menu.id)
    call = contact.call
    if call is not None:
        step.act(_park(call, menu.music, _unparked(call)))


def parked(step: Step, contact: Interaction) -> None:
    menu = _menu(step, contact)
    contact = save(step, contact, replace(treated(contact), parked=True, asked=False))
    if menu is None:
        _leave(step, contact, step.rules.default_queue)
    else:
        _ask(step, contact, menu)


def skipped(step: Step, contact: Interaction) -> None:
    """The switch could not answer: the call rings on, and waits as any other."""
    menu = _menu(step, contact)
    queue = step.rules.after_menu(menu) if menu else step.rules.default_queue
    enqueue(step, replace(contact, treatment=None), queue)


def said(step: Step, contact: Interaction) -> None:
    """The words are over: the time for a key begins."""
    menu = _menu(step, contact)
    if menu is not None:
        look_again(step, contact, menu.wait_seconds)


def waited(step: Step, contact: Interaction) -> None:
    """No key came. What was typed so far is taken as all of it."""
    menu, state = _menu(step, contact), treated(contact)
    if menu is None or not state.parked:
        return
    if state.words:
        return  # `said` begins the time anew
    if menu.collect and state.keys:
        _collected(step, contact, menu, state.keys)
    else:
        _again(step, contact, menu)


def pressed(step: Step, contact: Interaction, digits: str) -> None:
    menu = _menu(step, contact)
    if menu is None or not treated(contact).parked:
        return
    if menu.collect:
        _type(step, contact, menu, digits)
        return
    known = {one.key: one for one in menu.keys}
    chosen = next((known[key] for key in digits if key in known), None)
    if chosen is None:
        _again(step, contact, menu)
    else:
        _choose(step, contact, menu, chosen)


def _menu(step: Step, contact: Interaction) -> Menu | None:
    return step.rules.menus.get(treated(contact).menu)


def _ask(step: Step, contact: Interaction, menu: Menu) -> None:
    look_again(step, contact, menu.wait_seconds)
    say(step, contact, menu.say)


def _again(step: Step, contact: Interaction, menu: Menu) -> None:
    state = replace(treated(contact), keys="", tries=treated(contact).tries + 1)
    contact = save(step, contact, state)
    if state.tries >= menu.tries:
        step.journey(contact.id, "menu_unanswered", menu.id)
        _leave(step, contact, step.rules.after_menu(menu))
    else:
        _ask(step, contact, menu)


def _choose(step: Step, contact: Interaction, menu: Menu, chosen: MenuKey) -> None:
    step.journey(contact.id, "menu_key", f"{menu.id}: {chosen.key}")
    contact = replace(
        contact,
        language=chosen.language or contact.language,
        priority=contact.priority + chosen.priority,
    )
    if chosen.hang_up:
        _goodbye(step, contact)
    elif chosen.menu:
        _next(step, contact, chosen.menu)
    else:
        _leave(step, contact, QueueId(chosen.queue))


def _next(step: Step, contact: Interaction, name: str) -> None:
    menu, steps = step.rules.menus.get(name), treated(contact).steps + 1
    if menu is None or steps > MAX_MENUS:
        _leave(step, contact, step.rules.after_menu(menu) if menu else step.rules.default_queue)
        return
    state = Treating(parked=True, doing="menu", menu=name, steps=steps)
    contact = save(step, contact, state)
    step.journey(contact.id, "menu", name)
    _ask(step, contact, menu)


def _type(step: Step, contact: Interaction, menu: Menu, digits: str) -> None:
    typed = treated(contact).keys + digits
    whole = END_KEY in typed or len(typed) >= menu.digits
    keys = typed.partition(END_KEY)[0][: menu.digits]
    if whole and keys:
        _collected(step, contact, menu, keys)
    elif whole:
        _again(step, contact, menu)
    else:
        contact = save(step, contact, replace(treated(contact), keys=keys))
        look_again(step, contact, menu.wait_seconds)


def _collected(step: Step, contact: Interaction, menu: Menu, keys: str) -> None:
    variables = {**contact.variables, menu.collect: keys}
    step.journey(
        contact.id, "typed", menu.collect
    )  # what was typed is the contact's, not the log's
    contact = replace(contact, variables=variables)
    if menu.collect == step.rules.config.matching.key_variable:
        # who was found by the number that called may be another one: `Matcher` looks again
        pending = MatchResult(kind=MatchKind.PENDING)
        contact = replace(contact, match=pending, customer=None, customer_name="")
    _leave(step, contact, step.rules.after_menu(menu))


def _leave(step: Step, contact: Interaction, queue: QueueId) -> None:
    """To its queue, which goes on where the menu was: answered, with its own music."""
    look_again(step, contact, 0)
    waiting = replace(contact, treatment=Treating(parked=True))
    enqueue(step, waiting, queue)
    call = contact.call
    if call is not None:
        step.act(_park(call, step.rules.queue(queue).waiting.music, None))


def _goodbye(step: Step, contact: Interaction) -> None:
    contact = save(step, contact, replace(treated(contact), cause=ClearCause.TURNED_AWAY))
    look_again(step, contact, 0)
    if contact.call is not None:
        hang_up(step, contact.call)


def _park(call: CallId, music: str, failed: Callable[[str], Input | None] | None) -> SwitchAction:
    return SwitchAction(name="park", call=call, run=lambda s: s.park(call, music), failed=failed)


def _unparked(call: CallId) -> Callable[[str], Input | None]:
    return lambda code: CallGone(call=call) if code == "gone" else NotParked(call=call)
