"""Callers for the demo, the tests and the benches: real SIP, real RTP, a tune of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.telephony.simulator.call import CallOver, CallState, SimulatedCall
from cti_bridge.telephony.simulator.phone import SimulatedPhone
from cti_bridge.telephony.simulator.tones import (
    CALLER_TONES,
    Melody,
    is_hold_music,
    is_melody,
    is_silent,
    tones_heard,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "CallOver",
    "CallState",
    "SimulatedCall",
    "SimulatedCaller",
    "SimulatedPhone",
    "is_hold_music",
    "is_melody",
    "is_silent",
    "tones_heard",
]

ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'


class SimulatedCaller:
    """People who ring, from one telephone, any number of them at a time."""

    @classmethod
    async def open(
        cls, host: str = "127.0.0.1", port: int = 0, *, tones: Sequence[float] = CALLER_TONES
    ) -> SimulatedCaller:
        return cls(await SimulatedPhone.open(host, port, tones=tones))

    def __init__(self, phone: SimulatedPhone) -> None:
        self.phone = phone

    @property
    def port(self) -> int:
        return self.phone.port

    async def call(
        self,
        target_host: str,
        target_port: int,
        dnis: str,
        *,
        number: str = "",
        display_name: str = "",
        asserted: str = "",
        withheld: bool = False,
        headers: Iterable[tuple[str, str]] = (),
        melody: Melody | None = None,
    ) -> SimulatedCall:
        """Rings `dnis` at an IP address and UDP port; the INVITE is sent when this returns.

        `number` and `display_name` go to From; `asserted`, where given, to P-Asserted-Identity
        with the name. `withheld`: From is anonymous, with Privacy: id, as RFC 3323 and RFC 3325
        say; `asserted` still goes along, as a network does towards one it trusts.
        """
        user = number or "anonymous"
        sender = ANONYMOUS if withheld else named(display_name, user, self.phone.host)
        extra = list(headers)
        if asserted:
            extra.append(("P-Asserted-Identity", named(display_name, asserted, self.phone.host)))
        if withheld:
            extra.append(("Privacy", "id"))
        return await self.phone.invite(
            target_host, target_port, dnis, sender=sender, headers=extra, melody=melody
        )

    async def close(self) -> None:
        """Hangs up and cancels what is left."""
        await self.phone.close()


def named(display_name: str, user: str, host: str) -> str:
    """A name-addr of SIP, with the name quoted: `"Name" <sip:user@host>`."""
    address = f"<sip:{user}@{host}>"
    if not display_name:
        return address
    quoted = display_name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" {address}'
