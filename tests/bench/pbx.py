"""The Asterisk of the benchmarks: a carrier's trunk, many telephones at one address, app_queue.

The telephones are those of `programs/pbx_phones.py`, `PJSIP/2000` and up. What is called as
QUEUE_DNIS is distributed by Asterisk's own app_queue, what is called as BRIDGE_DNIS by the bridge,
through ARI. So both are measured on the same Asterisk, with the same callers and telephones.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.asterisk.names import VARIABLES
from tests.bench.pbx_callers import CARRIER
from tests.helpers.asterisk import Asterisk
from tests.helpers.ports import free_range

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_PHONE: Final = 2000
QUEUE_DNIS: Final = "34944000008"
BRIDGE_DNIS: Final = "34944000009"
_PARTS: Final = Path(__file__).with_name("pbx_conf")


def phone(agent: int) -> str:
    return str(FIRST_PHONE + agent)


@dataclass(slots=True)
class BenchPbx(Asterisk):
    phones: int = 30
    phones_port: int = 0

    @classmethod
    @contextlib.contextmanager
    def serving(cls, phones: int, phones_port: int) -> Iterator[BenchPbx]:
        """Up for the block."""
        ports = free_range(8 * phones + 400)  # two legs of a call, each RTP and RTCP; twice that
        pbx = cls(ari=True, rtp=ports, phones=phones, phones_port=phones_port)
        try:
            pbx.start()
            yield pbx
        finally:
            pbx.close()

    def _write_configuration(self) -> None:
        # not super(): a dataclass with slots is another class than the one it is written in
        Asterisk._write_configuration(self)
        etc = self._run / "etc"
        for template in _PARTS.glob("*.conf"):
            text = template.read_text()
            for name, value in self._names().items():
                text = text.replace(f"@{name}@", value)
            with (etc / template.name).open("a") as file:
                file.write(text)
        numbers = [phone(agent) for agent in range(self.phones)]
        with (etc / "pjsip.conf").open("a") as file:
            for number in numbers:
                contact = f"sip:{number}@127.0.0.1:{self.phones_port}"
                file.write(f"[{number}](agent)\naors = {number}\n")
                file.write(f"[{number}]\ntype = aor\ncontact = {contact}\n")
        members = "".join(f"member => PJSIP/{number}\n" for number in numbers)
        (etc / "queues.conf").write_text(
            "[general]\npersistentmembers = no\n[bench]\nstrategy = rrmemory\ntimeout = 20\n"
            f"retry = 1\nringinuse = no\nautofill = yes\n{members}"
        )
        # as docs recommend: what the bridge keeps on a channel comes with it, and is not asked for
        text = (etc / "ari.conf").read_text()
        kept = f"channelvars = {','.join(VARIABLES)}"
        (etc / "ari.conf").write_text(re.sub(r"(?m)^channelvars *=.*$", kept, text))
        with (etc / "modules.conf").open("a") as file:
            file.write("load = app_queue.so\n")

    def _names(self) -> dict[str, str]:
        return {
            "QUEUE_DNIS": QUEUE_DNIS,
            "BRIDGE_DNIS": BRIDGE_DNIS,
            "CARRIER": CARRIER,
            "APP": "ficha",
        }
