"""The switch that a configuration asks for. Its adapters are imported only where they are named:
an office with SIP lines does not wait for what speaks with an Asterisk, and vice versa."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cti_bridge.config.values import Config
    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.protocol.voice import ReportVoicePath
    from cti_bridge.server.headsets import Headsets
    from cti_bridge.telephony.asterisk.direct import DirectHeadsets
    from cti_bridge.telephony.asterisk.headset import HeadsetRelay
    from cti_bridge.telephony.asterisk.switch import AsteriskSwitch
    from cti_bridge.telephony.media.sounds import Sounds
    from cti_bridge.telephony.ports import Switch
    from cti_bridge.telephony.pyvoip.switch import PyVoipSwitch


@dataclass(frozen=True, slots=True, kw_only=True)
class Switching:
    """`switch` is all of it; the others are its parts, None where they are not configured."""

    switch: Switch
    lines: PyVoipSwitch | None = None
    pbx: AsteriskSwitch | None = None
    relay: HeadsetRelay | None = None
    voices: DirectHeadsets | None = None

    @property
    def opened(self) -> Mapping[str, int]:
        """How headsets that should be direct were reached; `DirectHeadsets.opened`."""
        return {} if self.voices is None else self.voices.opened

    def reported(self, agent: AgentId, report: ReportVoicePath) -> None:
        """What a desktop says of its way to an Asterisk; of no use where there is none."""
        if self.voices is not None:
            self.voices.report(agent, report)

    async def stop(self) -> None:
        try:
            await self.switch.stop()
        finally:
            for way in (self.voices, self.relay):
                if way is not None:
                    await way.stop()


def switching_of(
    config: Config, headsets: Headsets, sounds: Sounds, clock: Callable[[], datetime]
) -> Switching:
    """Nothing is opened yet. Without any line it is a switch of SIP lines that has none."""
    if not config.asterisk:
        lines = _lines(config, headsets, sounds, clock)
        return Switching(switch=lines, lines=lines)
    from cti_bridge.telephony.asterisk.direct import DirectHeadsets
    from cti_bridge.telephony.asterisk.headset import HeadsetRelay
    from cti_bridge.telephony.asterisk.switch import AsteriskSwitch
    from cti_bridge.telephony.switchboard import Switchboard

    relay = HeadsetRelay(headsets)
    voices = DirectHeadsets(relay, headsets)
    pbx = AsteriskSwitch(
        config.asterisk,
        region=config.site.region,
        headsets=voices,
        spool=Path(config.site.spool) if config.site.spool else None,
        clock=clock,
    )
    beside = _lines(config, headsets, sounds, clock) if config.lines else None
    members: tuple[Switch, ...] = (pbx,) if beside is None else (beside, pbx)
    board = Switchboard(members, telephones=pbx)
    return Switching(switch=board, lines=beside, pbx=pbx, relay=relay, voices=voices)


def _lines(
    config: Config, headsets: Headsets, sounds: Sounds, clock: Callable[[], datetime]
) -> PyVoipSwitch:
    from cti_bridge.telephony.media.voicepath import VoicePath
    from cti_bridge.telephony.pyvoip.switch import PyVoipSwitch

    return PyVoipSwitch(
        config.lines,
        region=config.site.region,
        voice=VoicePath(headsets, sounds),
        clock=clock,
    )
