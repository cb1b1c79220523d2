"""One chat as its visitor sees it, without I/O."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from cti_bridge.channels.chat.rules import NEWS, PHASES, Chat, Due, News, Pace, Phase
from cti_bridge.protocol.vocabulary import AgentId, Author, InteractionId, InteractionState

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PACE = Pace(rest=180, idle=900, gone=120)
S = InteractionState


def chat(**more):
    return Chat(id=InteractionId("c1"), site="shop", spoken_at=NOW, **more)


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def test_every_state_of_a_contact_is_a_phase_and_every_pair_has_its_news():
    assert set(PHASES) == set(InteractionState)
    assert set(NEWS) == set(itertools.product(Phase, Phase))


@pytest.mark.parametrize(
    ("ladder", "told"),
    [
        ([S.QUEUED, S.OFFERED, S.CONNECTED], [News.NOTHING, News.NOTHING, News.JOINED]),
        ([S.CONNECTED, S.QUEUED, S.CONNECTED], [News.JOINED, News.WAITING, News.JOINED]),
        ([S.CONNECTED, S.HELD, S.CONNECTED], [News.JOINED, News.NOTHING, News.NOTHING]),
        ([S.CONNECTED, S.WRAP_UP, S.CLOSED], [News.JOINED, News.ENDED, News.NOTHING]),
        ([S.QUEUED, S.ABANDONED], [News.NOTHING, News.ENDED]),
        ([S.HELD, S.QUEUED, S.ABANDONED], [News.JOINED, News.WAITING, News.ENDED]),
        ([S.ABANDONED, S.CONNECTED], [News.ENDED, News.NOTHING]),
    ],
)
def test_ladder(ladder, told):
    one, heard = chat(), []
    for state in ladder:
        one, news = one.standing(state, AgentId("ana"), "Ana")
        heard.append(news)
    assert heard == told


def test_another_agent_joins():
    one, _ = chat().standing(S.CONNECTED, AgentId("ana"), "Ana")
    one, news = one.standing(S.CONNECTED, AgentId("luis"), "Luis")
    assert (news, one.agent_name) == (News.JOINED, "Luis")


def test_who_waits_has_no_agent_though_one_is_offered_it():
    one, _ = chat().standing(S.OFFERED, AgentId("ana"), "Ana")
    assert (one.agent, one.agent_name) == (None, "")


def test_a_visitor_who_waits_for_an_answer_is_never_idle():
    one, _ = chat().standing(S.CONNECTED, AgentId("ana"), "Ana")
    one = one.said(Author.CUSTOMER, after(5))
    assert one.due(PACE) is None


def test_the_silence_after_the_agents_word_is_the_visitors():
    one, _ = chat().standing(S.CONNECTED, AgentId("ana"), "Ana")
    one = one.said(Author.AGENT, after(5))
    assert one.due(PACE) == (after(185), Due.REST)
    one, _ = one.standing(S.HELD, AgentId("ana"), "Ana")
    assert one.due(PACE) == (after(905), Due.IDLE)
    one = one.said(Author.CUSTOMER, after(300))
    assert one.due(PACE) is None


def test_what_the_system_says_awaits_nobody():
    one, _ = chat().standing(S.CONNECTED, AgentId("ana"), "Ana")
    assert one.said(Author.SYSTEM, after(9)) == one


def test_a_browser_that_is_away_has_left_from_the_first_moment_on():
    one = chat().went(after(1)).went(after(60))
    assert one.due(PACE) == (after(121), Due.GONE)
    assert one.came().due(PACE) is None


def test_nothing_is_due_of_what_has_ended():
    one, _ = chat(away_since=NOW).standing(S.CLOSED, None, "")
    assert one.due(PACE) is None


@pytest.mark.parametrize("pace", [Pace(rest=0, idle=0, gone=0)])
def test_zero_is_never(pace):
    one, _ = chat(away_since=NOW).standing(S.CONNECTED, AgentId("ana"), "Ana")
    assert one.said(Author.AGENT, NOW).due(pace) is None


def test_the_first_who_ended_it_did():
    assert chat().ending("idle").ending("agent").ended_by == "idle"
    assert chat().over().ended_by == "closed"
    assert chat().ending("customer").over().ended_by == "customer"


def test_times_do_not_run_backwards():
    one = chat().said(Author.AGENT, after(10)).said(Author.AGENT, after(5))
    assert one.spoken_at == after(10)
