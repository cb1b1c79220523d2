"""Where the new text of an e-mail ends and the quoted history begins."""

from __future__ import annotations

import re
from typing import Final

MAX_LINE: Final = 300  # longer ones introduce nothing
_INTRO: Final = re.compile(
    r"^\W{0,3}(?:on\b.{3,250}\bwrote|el\b.{3,250}\bescribi[óo]|le\b.{3,250}\ba écrit"
    r"|am\b.{3,250}\bschrieb\b.{0,120}|em\b.{3,250}\bescreveu|il\b.{3,250}\bha scritto"
    r"|op\b.{3,250}\bschreef\b.{0,120})\s{0,3}:\s*$",
    re.IGNORECASE,
)
_INTRO_BEGINS: Final = re.compile(r"^\W{0,3}(?:on|el|le|am|em|il|op)\s", re.IGNORECASE)
_RULE: Final = re.compile(
    r"^\s*-{2,}\s*(?:original message|original appointment|forwarded message|mensaje original"
    r"|mensaje reenviado|message d'origine|message original|message transféré"
    r"|ursprüngliche nachricht|weitergeleitete nachricht|mensagem original"
    r"|mensagem encaminhada|messaggio originale|oorspronkelijk bericht)\s*-*\s*$"
    r"|^\s*(?:begin forwarded message|inicio del mensaje reenviado|début du message réexpédié"
    r"|anfang der weitergeleiteten nachricht)\s*:\s*$",
    re.IGNORECASE,
)
_LABELS: Final = (
    re.compile(r"^\W{0,4}(?:from|de|von|da|van)\s?:\W{0,4}\s*\S", re.IGNORECASE),
    re.compile(
        r"^\W{0,4}(?:sent|date|enviado(?: el)?|fecha|gesendet|datum|envoyé|enviada(?: em)?|data"
        r"|inviato|verzonden)\s?:",
        re.IGNORECASE,
    ),
    re.compile(r"^\W{0,4}(?:to|para|an|à|a|aan|cc)\s?:", re.IGNORECASE),
    re.compile(
        r"^\W{0,4}(?:subject|asunto|betreff|objet|assunto|oggetto|onderwerp)\s?:", re.IGNORECASE
    ),
)


def split_quoted(text: str) -> tuple[str, str]:
    """The new text, and the history below it; nothing is folded where there is no new text, or
    where the answer stands between the quoted lines."""
    lines = text.split("\n")
    cut = _first_cut(lines)
    if cut is None:
        return text.strip(), ""
    while cut and _is_ruler(lines[cut - 1]):
        cut -= 1
    fresh = "\n".join(lines[:cut]).strip()
    if not fresh:
        return text.strip(), ""
    return fresh, "\n".join(lines[cut:]).strip()


def _is_ruler(line: str) -> bool:
    """Nothing, or `________`, which Outlook on the web puts above the history."""
    return len(line) <= MAX_LINE and not line.strip().strip("_*")


def _first_cut(lines: list[str]) -> int | None:
    for number, line in enumerate(lines):
        if len(line) > MAX_LINE:
            continue
        if _RULE.match(line) or _is_block(lines, number) or _is_intro(lines, number):
            return number
    return _trailing_quote(lines)


def _is_intro(lines: list[str], number: int) -> bool:
    """`On … wrote:` over at most three lines, with quoted lines or the end's text below it."""
    if not _INTRO_BEGINS.match(lines[number]):
        return False
    joined = ""
    for more in range(min(3, len(lines) - number)):
        if not lines[number + more].strip():
            return False
        joined = f"{joined} {lines[number + more].strip()}".strip()[: MAX_LINE + 100]
        if joined.endswith(":"):
            return bool(_INTRO.match(joined)) and not _goes_on(lines, number + more + 1)
    return False


def _goes_on(lines: list[str], number: int) -> bool:
    """Whether new text follows quoted lines: then the history is answered piece by piece."""
    quoted = False
    for at in range(number, len(lines)):
        line = lines[at]
        if line.startswith(">"):
            quoted = True
        elif quoted and line.strip() and not line.startswith("-- "):
            return True
        elif not quoted and line.strip():
            return False
    return False


def _is_block(lines: list[str], number: int) -> bool:
    """From, Sent, To, Subject, one below the other, as Outlook writes them."""
    if not _LABELS[0].match(lines[number]):
        return False
    block = [line[:MAX_LINE] for line in lines[number : number + 8] if line.strip()][:6]
    return sum(any(label.match(line) for line in block) for label in _LABELS) >= 3


def _trailing_quote(lines: list[str]) -> int | None:
    """The `>` lines at the end, without anything below them."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    begin = end
    while begin and (lines[begin - 1].startswith(">") or not lines[begin - 1].strip()):
        begin -= 1
    while begin < end and not lines[begin].strip():
        begin += 1
    return begin if begin < end else None
