from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher, extract_parameters

from cti_bridge.errors import StoreError
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import RefusalCode
from cti_bridge.server.auth import (
    ADDRESS,
    MAX_PASSWORD,
    ONE_DESK,
    Authenticator,
    Passwords,
    new_hasher,
    policy_fault,
)
from cti_bridge.server.throttle import Rule, Throttle
from cti_bridge.server.tickets import Ticket, Tickets
from tests.helpers.wire import CHEAP, HASH, PASSWORD, FakeAccounts, account

HERE = "10.0.0.1"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Counted(Passwords):
    """Counts the hashes worked on."""

    def __init__(self):
        super().__init__(CHEAP)
        self.worked = 0

    def _verify(self, password_hash, password):
        self.worked += 1
        return super()._verify(password_hash, password)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def accounts():
    return FakeAccounts(account("ana"), account("luis"), account("gone", disabled=True))


@pytest.fixture
def auth(accounts, clock):
    made = Authenticator(accounts, Counted(), clock=clock)
    yield made
    made.close()


async def refusal(auth, login="ana", password="not the one", address=HERE):
    with pytest.raises(CommandRefused) as raised:
        await auth.sign_in(login, password, address)
    return raised.value


async def test_the_right_password(auth):
    assert (await auth.sign_in(" ana ", PASSWORD, HERE)).login == "ana"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ana", "not the one"),
        ("ana", ""),
        ("ana", "x" * 60_000),
        ("ana", PASSWORD + "\x00"),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("x" * 60_000, PASSWORD),
        ("gone", PASSWORD),
        ("gone", "not the one"),
    ],
)
async def test_whatever_is_wrong_the_answer_and_the_work_are_the_same(auth, login, password):
    refused = await refusal(auth, login, password)
    assert (refused.code, refused.detail, refused.field) == (RefusalCode.WRONG_CREDENTIALS, "", "")
    assert auth.passwords.worked == 1


async def test_a_hundred_guesses_in_a_row(auth, clock):
    codes = [(await refusal(auth)).code for _ in range(100)]
    assert codes[: ONE_DESK.free] == [RefusalCode.WRONG_CREDENTIALS] * ONE_DESK.free
    assert set(codes[ONE_DESK.free :]) == {RefusalCode.THROTTLED}
    assert auth.passwords.worked == ONE_DESK.free  # and no more work for it
    right = await refusal(auth, password=PASSWORD)
    assert right.code is RefusalCode.THROTTLED
    assert right.retry_after_s > 0
    clock.now += right.retry_after_s
    assert await auth.sign_in("ana", PASSWORD, HERE)


async def test_a_hundred_guesses_at_once_are_no_better(auth):
    results = await asyncio.gather(*(refusal(auth) for _ in range(100)))
    tried = [one for one in results if one.code is RefusalCode.WRONG_CREDENTIALS]
    assert len(tried) == ONE_DESK.free


async def test_waiting_out_each_window_makes_the_next_longer_up_to_a_cap(auth, clock):
    waits = []
    for _ in range(16):
        await refusal(auth)
        refused = await refusal(auth)
        if refused.code is RefusalCode.THROTTLED:
            waits.append(refused.retry_after_s)
            clock.now += refused.retry_after_s
    assert waits == sorted(waits)
    assert waits[0] <= 2
    assert waits[-1] == ONE_DESK.cap


async def test_an_attacker_elsewhere_does_not_lock_the_user_out(auth):
    for _ in range(20):
        await refusal(auth, address="10.9.9.9")
    assert await auth.sign_in("ana", PASSWORD, HERE)


async def test_many_addresses_guessing_one_login_are_slowed_together(auth):
    codes = [(await refusal(auth, address=f"10.1.0.{n}")).code for n in range(60)]
    assert codes[-1] is RefusalCode.THROTTLED


async def test_many_logins_from_one_address_are_slowed_together(auth):
    codes = [(await refusal(auth, login=f"u{n}")).code for n in range(ADDRESS.free + 5)]
    assert codes[-1] is RefusalCode.THROTTLED


async def test_unknown_logins_are_slowed_like_known_ones(auth):
    known = [(await refusal(auth, "ana")).code for _ in range(10)]
    unknown = [(await refusal(auth, "nobody")).code for _ in range(10)]
    assert known == unknown


async def test_another_spelling_of_a_login_is_no_new_chance(auth, accounts):
    accounts.by_name["Ána"] = accounts.by_name["ana"]  # the store folds case and accents
    for _ in range(ONE_DESK.free):
        await refusal(auth, "ana")
    assert (await refusal(auth, "Ána")).code is RefusalCode.THROTTLED


async def test_a_hundred_right_sign_ins_from_one_office_are_not_slowed(auth):
    for _ in range(100):
        await asyncio.gather(
            auth.sign_in("ana", PASSWORD, HERE), auth.sign_in("luis", PASSWORD, HERE)
        )


async def test_success_forgets_the_slips_before_it(auth):
    for _ in range(3):
        for _ in range(ONE_DESK.free - 1):
            await refusal(auth)
        assert await auth.sign_in("ana", PASSWORD, HERE)


async def test_trouble_of_the_store_is_no_guess(auth, accounts):
    accounts.error = StoreError("locked", "is locked")
    for _ in range(20):
        with pytest.raises(StoreError):
            await auth.sign_in("ana", PASSWORD, HERE)
    accounts.error = None
    assert await auth.sign_in("ana", PASSWORD, HERE)


async def test_a_hash_of_old_parameters_is_made_anew(accounts, clock):
    newer = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    auth = Authenticator(accounts, Passwords(newer), clock=clock)
    await auth.sign_in("ana", PASSWORD, HERE)
    assert accounts.by_name["ana"].password_hash != HASH
    assert not newer.check_needs_rehash(accounts.by_name["ana"].password_hash)
    assert await auth.sign_in("ana", PASSWORD, HERE)
    auth.close()


async def test_a_rehash_that_fails_stops_nobody(accounts, clock, caplog):
    async def broken(_agent, _hash):
        raise StoreError("full", "disk full")

    accounts.set_password = broken
    newer = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    auth = Authenticator(accounts, Passwords(newer), clock=clock)
    assert await auth.sign_in("ana", PASSWORD, HERE)
    assert "not hashed anew" in caplog.text
    auth.close()


async def test_a_stored_hash_that_is_none_signs_nobody_in(auth, accounts, caplog):
    accounts.by_name["ana"] = account("ana", password_hash="plain text")
    assert (await refusal(auth, password="plain text")).code is RefusalCode.WRONG_CREDENTIALS
    assert "not argon2" in caplog.text


async def test_the_loop_goes_on_while_passwords_are_checked(accounts):
    auth = Authenticator(accounts, Passwords(new_hasher()))
    accounts.by_name["ana"] = account("ana", password_hash=new_hasher().hash(PASSWORD))
    ticks, checking = 0, asyncio.ensure_future(auth.sign_in("ana", PASSWORD, HERE))
    while not checking.done():
        await asyncio.sleep(0.001)
        ticks += 1
    assert (await checking).login == "ana"
    assert ticks > 1
    auth.close()


def test_the_hash_is_argon2id_of_64_mib_in_one_lane():
    assert new_hasher().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=1$")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("x" * 9, "at least 10"),
        ("ab" * 200, f"at most {MAX_PASSWORD}"),
        ("aaaaaaaaaaab", "four different"),
        ("Ana.Ruiz.1", "not be the login"),
        ("correct horse", ""),
        ("contraseña ñ", ""),
    ],
)
def test_the_policy(password, said):
    fault = policy_fault(password, "ana.ruiz.1")
    assert said in fault
    assert bool(fault) is bool(said)


# -- throttle and tickets -----------------------------------------------------------------------


def test_a_throttle_holds_no_more_keys_than_it_may():
    throttle = Throttle(Rule(free=1, cap=10), keys=100)
    for key in range(1000):
        throttle.failed(key, 0.0)
    assert len(throttle._failures) == 100


def test_failures_are_forgotten_after_a_quarter_of_an_hour():
    throttle = Throttle(Rule(free=2, cap=10))
    throttle.failed("k", 0.0)
    throttle.failed("k", 901.0)
    assert throttle.closed_for("k", 901.0) == 0.0
    throttle.failed("k", 902.0)
    assert throttle.closed_for("k", 902.0) == 1.0


def test_a_window_does_not_grow_without_end():
    throttle = Throttle(Rule(free=0, cap=300))
    for _ in range(5000):
        throttle.failed("k", 0.0)
    assert throttle.closed_for("k", 0.0) == 300


def test_a_token_is_256_bit_and_not_kept():
    tickets = Tickets(seconds=10)
    token = tickets.issue(Ticket(agent="a", login="a", watch=False), 0.0)
    assert len(token) == 43
    assert token not in repr(tickets.__dict__)
    assert tickets.find(token, 0.0)
    assert tickets.find(token[:-1], 0.0) is None


def test_tokens_of_the_lost_are_cleared_away():
    tickets = Tickets(seconds=10)
    for _ in range(100):
        tickets.lost(tickets.issue(Ticket(agent="a", login="a", watch=False), 0.0), 0.0)
    tickets.issue(Ticket(agent="a", login="a", watch=False), 11.0)
    assert len(tickets._tickets) == 1


def test_the_dummy_hash_costs_what_a_real_one_costs():
    """Guards against a name that can be found by the time its refusal takes."""
    passwords = Passwords(CHEAP)
    real = extract_parameters(CHEAP.hash(PASSWORD))
    dummy = extract_parameters(passwords._nobody.result())
    assert dummy == real
    passwords.close()
