"""What mail programs write above and around the history of a mail, as the bridge passes it on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desktop.viewmodels.mail_history import MAX_DIVIDERS, split_history
from agent_desktop.viewmodels.mail_html import TAG, bearable
from cti_bridge.channels.mail.html import sanitise

GMAIL = (
    '<div dir="ltr">Gracias, sigue igual.</div><br><div class="gmail_quote gmail_quote_container">'
    '<div dir="ltr" class="gmail_attr">El lun, 2 mar 2026 a las 9:10, Soporte '
    '(&lt;<a href="mailto:info@example.com">info@example.com</a>&gt;) escribió:<br></div>'
    '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">HISTORY<br></blockquote></div>'
)
APPLE = (
    '<body style="word-wrap: break-word;">Gracias, sigue igual.<br><div><br><blockquote '
    'type="cite"><div>El 2 mar 2026, a las 9:10, Soporte escribió:</div><br>'
    "<div><div>HISTORY</div></div></blockquote></div><br></body>"
)
THUNDERBIRD = (
    "<p>Gracias, sigue igual.</p><div class='moz-cite-prefix'>El 2/3/26 a las 9:10, Soporte "
    'escribió:<br></div><blockquote type="cite" cite="mid:1@example.com"><p>HISTORY</p>'
    "</blockquote>"
)
OLD_THUNDERBIRD = (
    "<p>Gracias, sigue igual.</p>El 2/3/26 a las 9:10, <b>Soporte</b> escribió:<br>"
    '<blockquote type="cite"><p>HISTORY</p></blockquote>'
)
OUTLOOK = (
    "<div class=WordSection1><p class=MsoNormal>Gracias, sigue igual.</p>"
    "<p class=MsoNormal>&nbsp;</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;"
    "padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>De:</b> Soporte &lt;info@example.com&gt;<br>"
    "<b>Enviado el:</b> lunes, 2 de marzo de 2026 9:10<br><b>Para:</b> Ana<br><b>Asunto:</b> "
    "Router</p></div></div><p class=MsoNormal>HISTORY</p></div>"
)
OUTLOOK_WEB = (
    '<div>Gracias, sigue igual.</div><div id="appendonsend"></div><hr tabindex="-1" '
    'style="display:inline-block; width:98%"><div id="divRplyFwdMsg" dir="ltr"><font '
    'face="Calibri"><b>From:</b> Support<br><b>Sent:</b> Monday<br><b>To:</b> Ana<br>'
    "<b>Subject:</b> Router</font></div><div>HISTORY</div>"
)
RULED = (
    "<div>Gracias, sigue igual.</div><hr><b>From:</b> Support<br><b>Sent:</b> Monday<br>"
    "<b>To:</b> Ana<br><b>Subject:</b> Router<br><p>HISTORY</p>"
)
YAHOO = (
    '<div>Gracias, sigue igual.</div><div class="yahoo_quoted" style="margin:10px"><div>On Monday,'
    " Support wrote:</div><div>HISTORY</div></div>"
)
PROGRAMS = {
    "Gmail": GMAIL,
    "Apple Mail": APPLE,
    "Thunderbird": THUNDERBIRD,
    "Thunderbird of old": OLD_THUNDERBIRD,
    "Outlook": OUTLOOK,
    "Outlook on the web": OUTLOOK_WEB,
    "a rule": RULED,
    "Yahoo": YAHOO,
}


def folded(html: str) -> tuple[str, str]:
    return split_history(sanitise(html)[0])


def words(html: str) -> str:
    return " ".join(TAG.sub(" ", html).split())


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_history_of_each_program_is_folded(program: str) -> None:
    fresh, history = folded(PROGRAMS[program])
    assert words(fresh).replace("&nbsp;", "").strip() == "Gracias, sigue igual."
    assert "HISTORY" in history
    assert bearable(fresh)
    assert bearable(history)


@pytest.mark.parametrize("program", ["Gmail", "Apple Mail", "Thunderbird", "Yahoo"])
def test_an_answer_below_the_quotation_leaves_all_of_it_shown(program: str) -> None:
    html = sanitise(PROGRAMS[program] + "<p>Lo he probado: sí.</p>")[0]
    assert split_history(html) == (html, "")


def test_an_answer_piece_by_piece_is_shown_whole() -> None:
    cite = "<blockquote type='cite'>{}</blockquote>"
    html = sanitise(f"<p>Hola</p>{cite.format('¿Luz?')}<p>Verde</p>{cite.format('¿Y?')}<p>No</p>")
    assert split_history(html[0]) == (html[0], "")


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>Hola</p>",
        "<div class='gmail_quote'>Forwarded, without a word of one's own</div>",
        "<p>&nbsp;</p><blockquote type='cite'>HISTORY</blockquote>",
        "<p>Hola</p><blockquote>Somebody's verse</blockquote>",
        "<p>Hola</p><div class='quote'>no program's mark</div>",
        "<p>Hola</p><hr><p>From: here to there</p>",
        "<div style='border-top:solid 1px'>Total: 3</div>",
    ],
)
def test_what_is_no_history_is_not_folded(html: str) -> None:
    cleaned = sanitise(html)[0]
    assert split_history(cleaned) == (cleaned, "")


def test_a_picture_alone_is_something_new() -> None:
    fresh, history = folded("<img src='cid:a'><blockquote type='cite'>HISTORY</blockquote>")
    assert "<img" in fresh
    assert "HISTORY" in history


def test_each_part_closes_what_it_opens() -> None:
    table = f"<table><tbody><tr><td><b>{APPLE}</b></td></tr></tbody></table>"
    for part in folded(table):
        assert sanitise(part)[0].count("<") == part.count("<")


@given(
    st.lists(
        st.sampled_from(
            [*PROGRAMS.values(), "<p>a</p>", "<div>", "</div>", "<table><tr><td>", "x", "<hr>"]
        ),
        max_size=8,
    )
)
def test_no_word_is_lost(parts: list[str]) -> None:
    html = sanitise("".join(parts))[0]
    fresh, history = split_history(html)
    assert words(f"{fresh} {history}") == words(html)


@pytest.mark.parametrize(("lines", "folded"), [(MAX_DIVIDERS - 1, True), (20_000, False)])
def test_a_mail_of_lines_alone_is_not_read_for_ever(lines, folded):
    divider = "<hr><b>From:</b> Ana<br><b>Sent:</b> Monday<br><b>To:</b> Luis<br>old"
    html = "<p>new</p>" + "<hr>" * lines + "<p>more</p>" + divider
    assert bool(split_history(html)[1]) is folded
