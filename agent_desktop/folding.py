"""Text as it is compared: what a person types finds what another wrote."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Without case and accents: "Según" → "segun"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
