"""What a new chat, a message left and a call-back have in common: who comes, and what for."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.chat.identity import BadIdentity, verify
from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.errors import StoreError
from cti_bridge.protocol.vocabulary import IdentityKind, MatchKind, QueueId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.acd.ports import Taken
    from cti_bridge.channels.chat.form import Visitor
    from cti_bridge.channels.chat.means import Means
    from cti_bridge.channels.chat.ports import SiteClaims
    from cti_bridge.config.values import ChatSite
    from cti_bridge.protocol.values import MatchResult

logger = logging.getLogger(__name__)
SUBJECT: Final = 120
MATCH_SECONDS: Final = 2.0  # then the contact goes on without


def vouched_for(means: Means, site: ChatSite, token: str) -> SiteClaims | None:
    """What the site's token says. One that does not hold gives nobody an identity, and nobody's
    chat is refused for it: the page may simply have been open for too long."""
    if not token or not site.identity_secret:
        return None
    try:
        return verify(token, site.identity_secret, site.id, means.clock.now())
    except BadIdentity as bad:
        means.figures[f"identity_{bad}"] += 1
        logger.info("chat site %s: an identity token was not believed: %s", site.id, bad)
        return None


async def match(
    means: Means, visitor_name: str, visitor: Visitor, claims: SiteClaims | None
) -> MatchResult | None:
    """Who this may be; None where that could not be found out in time."""
    vouched = None
    if claims is not None:
        vouched = {
            "sub": claims.subject,
            "email": claims.email,
            "phone": claims.phone,
            "name": claims.name,
        }
    try:
        async with asyncio.timeout(MATCH_SECONDS):
            return await means.visitors.match_visitor(
                visitor_name,
                email=visitor.email,
                phone=visitor.phone.value if visitor.phone else "",
                name=visitor.name,
                claims=vouched,
            )
    except (TimeoutError, StoreError) as error:
        logger.warning("a visitor was not looked for: %r", error)
        return None


def address_on_file(who: MatchResult | None) -> str:
    """Of the one customer that this is; "": none, or several may be meant."""
    if who is None or who.kind is not MatchKind.ONE or not who.matches:
        return ""
    identities = who.matches[0].card.identities
    return next((one.value for one in identities if one.kind is IdentityKind.EMAIL), "")


def language_skills(means: Means, language: str) -> Mapping[str, int]:
    """A language is asked for as a skill where some agent has a skill of that very code."""
    known = any(language in agent.skills for agent in means.config.agents)
    return {language: 1} if language and known else {}


def subject_of(visitor: Visitor, text: str) -> str:
    return (visitor.subject or " ".join(text[: 30 * SUBJECT].split()))[:SUBJECT]


def refusal(means: Means, site: ChatSite, taken: Taken) -> ChatRefused:
    """What a visitor is told whom the queue's rules turn away."""
    means.figures[f"turned_away_{taken.turned_away}"] += 1
    _open, opens_at = means.contacts.service(QueueId(site.queue))
    return ChatRefused(taken.turned_away, opens_at=opens_at)
