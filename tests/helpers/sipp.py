"""A real SIPp as carrier or phone: plays a scenario, gives its figures.

    result = await Sipp(folder=tmp_path).run(
        "ring_and_cancel", line.address, calls=1000, rate=100, hold_ms=300, service="+34944210017"
    )
    assert result.failed == 0, result.errors
    result.response_ms          # INVITE to the first 18x of each call, in milliseconds

Scenarios are the files of `sipp_scenarios/`, or any path:
`ring_and_cancel` rings for `hold_ms`, then CANCELs and wants a 487;
`call` is answered, stays for `hold_ms`, hangs up with BYE; both carry a rich identity
(P-Asserted-Identity, Remote-Party-ID, Diversion) that `keys` changes: `caller`, `name`,
`pai_name`, `first_dialled`. `answer` is the phone that is called: 180, 200, waits for BYE.
Mark tests with `@pytest.mark.peer("sipp")`.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.helpers.ports import free_port, free_range

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

SCENARIOS: Final = Path(__file__).with_name("sipp_scenarios")
KEYS: Final = {
    "caller": "+34612345099",
    "name": "Ana Prieto",
    "pai_name": "Ana Prieto",
    "first_dialled": "+34944210000",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SippResult:
    succeeded: int
    failed: int
    retransmissions: int
    response_ms: tuple[float, ...]  # whole milliseconds: SIPp's clock
    exit_code: int
    errors: str  # what went wrong, in SIPp's words, at most 4,000 characters


@dataclass(slots=True, kw_only=True)
class Sipp:
    folder: Path
    ip: str = "127.0.0.1"  # another loopback address is another peer: "127.0.0.9"
    port: int = field(default_factory=free_port)
    _runs: int = 0

    @property
    def address(self) -> str:
        return f"{self.ip}:{self.port}"

    async def run(
        self,
        scenario: str | Path,
        target: str,
        *,
        calls: int = 1,
        rate: float = 10,
        hold_ms: int = 500,
        service: str = "+34944210017",
        keys: Mapping[str, str] | None = None,
        within: float = 60,
    ) -> SippResult:
        """Plays it to its end; past `within` seconds it is killed and TimeoutError raised."""
        process, home = self._spawn(scenario, target, calls, rate, hold_ms, service, keys)
        return await self._finish(process, home, within)

    @contextlib.asynccontextmanager
    async def serving(
        self, scenario: str | Path = "answer", *, calls: int = 100_000, hold_ms: int = 100
    ) -> AsyncIterator[Sipp]:
        """Waits for calls at `address` during the block."""
        process, _home = self._spawn(scenario, "", calls, 10, hold_ms, "", None)
        try:
            await asyncio.sleep(0.2)
            if process.poll() is not None:
                raise RuntimeError(f"SIPp ended at once: {_errors(self.folder)}")
            yield self
        finally:
            process.kill()
            process.wait()

    def _spawn(
        self,
        scenario: str | Path,
        target: str,
        calls: int,
        rate: float,
        hold_ms: int,
        service: str,
        keys: Mapping[str, str] | None,
    ) -> tuple[subprocess.Popen[bytes], Path]:
        self._runs += 1
        home = self.folder / f"sipp-{self.port}-{self._runs}"
        home.mkdir(parents=True)
        file = scenario if isinstance(scenario, Path) else SCENARIOS / f"{scenario}.xml"
        media_first, _last = free_range(8)
        command = ["sipp", *([target] if target else []), "-sf", str(file.resolve())]
        command += ["-i", self.ip, "-p", str(self.port), "-mi", self.ip, "-mp", str(media_first)]
        command += ["-m", str(calls), "-r", f"{rate:g}", "-d", str(hold_ms), "-l", "100000"]
        command += ["-trace_stat", "-stf", "stat.csv", "-fd", "1", "-trace_err"]
        command += ["-error_file", "errors.log", "-trace_rtt", "-rtt_freq", "1", "-nostdin"]
        command += ["-timeout_error", *(["-s", service] if service else [])]
        for name, value in (KEYS | dict(keys or {})).items():
            command += ["-key", name, value]
        with (home / "screen").open("wb") as screen:
            process = subprocess.Popen(
                command,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
                env={"TERM": "dumb", "PATH": "/usr/bin:/bin"},
                start_new_session=True,
            )
        return process, home

    async def _finish(
        self, process: subprocess.Popen[bytes], home: Path, within: float
    ) -> SippResult:
        try:
            async with asyncio.timeout(within):
                while process.poll() is None:
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise TimeoutError(f"SIPp did not end in {within} s: {_errors(home)}") from None
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        last = _last_row(home / "stat.csv")
        return SippResult(
            succeeded=int(last.get("SuccessfulCall(C)", 0)),
            failed=int(last.get("FailedCall(C)", 0)),
            retransmissions=int(last.get("Retransmissions(C)", 0)),
            response_ms=_response_times(home),
            exit_code=process.returncode,
            errors=_errors(home),
        )


def _last_row(file: Path) -> dict[str, str]:
    """The totals at the end; empty when SIPp did not come so far."""
    if not file.exists():
        return {}
    with file.open(newline="") as rows:
        found = list(csv.DictReader(rows, delimiter=";"))
    return found[-1] if found else {}


def _response_times(home: Path) -> tuple[float, ...]:
    """Each row: date; milliseconds; number or name of the timer (1: INVITE to 18x)."""
    times = []
    for file in home.glob("*_rtt.csv"):
        for line in file.read_text().splitlines()[1:]:
            fields = line.split(";")
            if len(fields) >= 3 and fields[2].strip() in ("1", "ring"):
                times.append(float(fields[1]))
    return tuple(times)


def _errors(home: Path) -> str:
    """Its own list of errors, or, where it wrote none, the end of its screen."""
    for file in (home / "errors.log", home / "screen"):
        if file.exists() and (text := file.read_text(errors="replace").strip()):
            return text[-4000:]
    return ""
