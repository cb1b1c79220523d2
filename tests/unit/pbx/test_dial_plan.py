"""The application that a dial plan names, beside the one of this bridge."""

from __future__ import annotations

import pytest

from cti_bridge.telephony.asterisk.doctor.dialplan import (
    MOST_ROWS,
    MOST_TRUNKS,
    applications,
    dial_plan,
)

HERE = "DIALPLAN_EXISTS(ficha-in,1,1)"
ROW = "AST_CONFIG(extensions.conf,{},same,0)"
OURS = "n,Stasis(ficha,diverted=${FILTER(+0-9,${REDIRECTING(from-num)})})"


async def said(answers: dict[str, str], *others: str) -> str:
    async def read(function: str) -> str | None:
        return answers.get(function)

    found = await dial_plan("ficha", others, read)
    return f"{found.level} {found.line()}"


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (OURS, ["ficha"]),
        ("n(label),Stasis(ficha)", ["ficha"]),
        ("_X.,1,stasis( ficha , a)", ["ficha"]),
        ("n,ExecIf($[${OPEN}]?Stasis(day):Stasis(night))", ["day", "night"]),
        ("n,Stasis(${APP},a)", []),
        ('n,GotoIf($["${STASISSTATUS}" = "FAILED"]?away)', []),
        ("n,NotStasis(other)", []),
        ("n,Stasis()", []),
        ("", []),
    ],
)
def test_the_applications_of_a_row(row: str, found: list[str]) -> None:
    assert applications([row]) == found


async def test_ours_is_right() -> None:
    line = await said({HERE: "1", ROW.format("ficha-in"): OURS})
    assert line == "ok its dial plan hands calls to Stasis(ficha), in [ficha-in]"


async def test_another_is_a_mistake_with_both_ways_to_mend_it() -> None:
    line = await said({HERE: "1", ROW.format("ficha-in"): "n,Stasis(phisha)"})
    assert line.startswith("mistake its dial plan hands calls to Stasis(phisha), in [ficha-in]")
    assert "Write Stasis(ficha,…) in [ficha-in] of its extensions.conf" in line
    assert 'or app = "phisha" in [[asterisk]].' in line


async def test_the_context_of_a_trunk_counts_too() -> None:
    trunk = {HERE: "0", "PJSIP_ENDPOINT(carrier,context)": "from-carrier"}
    right = await said({**trunk, ROW.format("from-carrier"): OURS}, "x y)", "carrier")
    assert right == "ok its dial plan hands calls to Stasis(ficha), in [from-carrier]"
    line = await said({**trunk, ROW.format("from-carrier"): "n,Stasis(bot)"}, "carrier")
    assert line.startswith("warning its dial plan hands calls to Stasis(bot), in [from-carrier]")


@pytest.mark.parametrize(
    ("answers", "what"),
    [
        ({}, "cannot be seen. Load func_dialplan.so."),
        ({HERE: "0"}, "has no [ficha-in]"),
        ({HERE: "1"}, "whether [ficha-in] of its dial plan hands calls to Stasis(ficha) cannot"),
        ({HERE: "1", ROW.format("ficha-in"): "n,Stasis(${APP})"}, "cannot be seen"),
    ],
)
async def test_what_cannot_be_told_says_where_to_look(answers: dict[str, str], what: str) -> None:
    line = await said(answers)
    assert line.startswith("warning")
    assert what in line
    assert "it must say Stasis(ficha): look at what asterisk -rx 'dialplan show" in line


async def test_an_endless_dial_plan_is_bounded() -> None:
    asked = []

    async def read(function: str) -> str:
        asked.append(function)
        return "n,NoOp()" if function.startswith("AST_CONFIG") else "somewhere"

    await dial_plan("ficha", [f"t{one}" for one in range(100)], read)
    assert len(asked) == 1 + MOST_TRUNKS + 2 * MOST_ROWS
