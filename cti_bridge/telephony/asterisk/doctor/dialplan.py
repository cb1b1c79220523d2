"""Whether the dial plan hands calls to this bridge: the application that its Stasis() names.

ARI has no word for a dial plan, and a call to an application that no bridge has is over without a
trace. But functions of a channel read files of configuration, and contexts of telephones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.telephony.asterisk.doctor.finding import mistake, ok, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cti_bridge.telephony.asterisk.doctor.finding import Finding

CONTEXT: Final = "ficha-in"
MOST_ROWS: Final = 60  # of a context, of each kind; each is a request
MOST_TRUNKS: Final = 4
_KINDS: Final = ("exten", "same")
_STASIS: Final = re.compile(r"\bStasis\(\s*([^,()\s]+)\s*[,)]", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[\w.-]{1,79}", re.ASCII)  # what may stand within a function's words


class Read(Protocol):
    async def __call__(self, function: str, /) -> str | None:
        """A function of the dial plan; None where it fails."""
        ...


async def dial_plan(app: str, others: Sequence[str], read: Read) -> Finding:
    """What becomes of calls that come in, by [ficha-in] and the contexts of `others`: endpoints
    that are no agent's, of which one may be the trunk."""
    exists = await read(f"DIALPLAN_EXISTS({CONTEXT},1,1)")
    if exists is None:
        return warning("its dial plan cannot be seen", f"Load func_dialplan.so. {_look(app)}")
    contexts = [CONTEXT] if exists == "1" else []
    contexts += [one for one in await _contexts(others, read) if one not in contexts]
    named: dict[str, list[str]] = {}
    for context in contexts:
        named[context] = await _applications(context, read)
        if app in named[context]:
            break
    return said(app, named)


def said(app: str, named: Mapping[str, Sequence[str]]) -> Finding:
    """`named`: of each context that is there, the applications that it hands calls to."""
    ours = [context for context, apps in named.items() if app in apps]
    if ours:
        return ok(f"its dial plan hands calls to Stasis({app}), in [{ours[0]}]")
    for context, apps in named.items():
        if not apps:
            continue
        tell = mistake if context == CONTEXT else warning
        return tell(
            f'its dial plan hands calls to Stasis({apps[0]}), in [{context}], and app is "{app}": '
            "they reach nobody",
            f"Write Stasis({app},…) in [{context}] of its extensions.conf, then: asterisk -rx "
            f"'dialplan reload'; or app = \"{apps[0]}\" in [[asterisk]].",
        )
    what = (
        f"whether [{CONTEXT}] of its dial plan hands calls to Stasis({app}) cannot be seen"
        if CONTEXT in named
        else f"its dial plan has no [{CONTEXT}]"
    )
    return warning(what, _look(app))


def _look(app: str) -> str:
    return (
        f"Where calls come in, it must say Stasis({app}): look at what asterisk -rx "
        "'dialplan show CONTEXT' shows."
    )


async def _contexts(endpoints: Sequence[str], read: Read) -> list[str]:
    found = []
    for name in [one for one in endpoints if _PLAIN.fullmatch(one)][:MOST_TRUNKS]:
        context = await read(f"PJSIP_ENDPOINT({name},context)") or ""
        if _PLAIN.fullmatch(context) and context not in found:
            found.append(context)
    return found


async def _applications(context: str, read: Read) -> list[str]:
    rows: list[str] = []
    for kind in _KINDS:
        for index in range(MOST_ROWS):
            row = await read(f"AST_CONFIG(extensions.conf,{context},{kind},{index})")
            if row is None:
                break
            rows.append(row)
    return applications(rows)


def applications(rows: Iterable[str]) -> list[str]:
    """Those that Stasis() is given by name; one that a variable names cannot be told."""
    found = [one[1] for row in rows for one in _STASIS.finditer(row)]
    return [one[:80] for one in found if "$" not in one]
