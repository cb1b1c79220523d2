"""What a switch need not be able to do: its verbs say so, and it refuses who asks all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.telephony.ports import SwitchError

if TYPE_CHECKING:
    from cti_bridge.protocol.vocabulary import MonitorMode
    from cti_bridge.telephony.ports import CallId, Device, LineId


class WithoutTelephones:
    """For a switch whose agents hear by headset only."""

    async def alert(self, call: CallId, device: Device) -> None:
        """Nothing rings: the desktop does."""

    async def stop_alert(self, call: CallId) -> None:
        """Nothing rang."""

    def unsure(self) -> frozenset[LineId]:
        """Its calls are in this process: what it says is all there is."""
        return frozenset()


class WithoutRecording:
    async def record_call(self, call: CallId, file: str) -> None:
        raise SwitchError("unsupported", "calls of this line are not recorded")

    async def pause_recording(self, call: CallId, paused: bool) -> None:
        raise SwitchError("unsupported", "calls of this line are not recorded")

    async def stop_recording(self, call: CallId) -> None:
        raise SwitchError("unsupported", "calls of this line are not recorded")


class WithoutMonitoring:
    async def monitor(
        self, call: CallId, monitor: CallId, device: Device, mode: MonitorMode
    ) -> None:
        raise SwitchError("unsupported", "nobody can look into calls of this line")

    async def stop_monitor(self, monitor: CallId) -> None:
        raise SwitchError("gone", f"no monitor {monitor}")
