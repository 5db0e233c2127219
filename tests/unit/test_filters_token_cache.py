"""The tokens that are remembered: how many, for how long, and as what."""

import random
import threading

import pytest

from computeapi.filters import token_cache
from computeapi.filters.token_cache import Moment, TokenCache, Validation


class Clocks:
    wall = 1_000.0
    steady = 50.0


@pytest.fixture
def clocks(monkeypatch):
    stopped = Clocks()
    monkeypatch.setattr(token_cache, "time", lambda: stopped.wall)
    monkeypatch.setattr(token_cache, "monotonic", lambda: stopped.steady)
    return stopped


def validation(user="u", expires=2_000.0):
    found = Validation({"token": {"user": {"id": user}}}, Moment.now())
    found.admit({"HTTP_X_USER_ID": user}, expires)
    return found


def test_only_so_many_are_kept_and_those_unused_for_longest_go(clocks):
    cache = TokenCache(300, size=3)
    for name in "abc":
        cache.put(name, validation(name))
    assert cache.get("a") is not None
    cache.put("d", validation("d"))
    assert len(cache) == 3
    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]


def test_what_is_put_again_takes_one_place_and_is_the_newest(clocks):
    cache = TokenCache(300, size=2)
    for name in "aba":
        cache.put(name, validation(name))
    cache.put("c", validation("c"))
    assert [name for name in "abc" if cache.get(name)] == ["a", "c"]


@pytest.mark.parametrize(
    ("wall", "steady", "kept"),
    [
        (299.99, 299.99, True),
        (300, 300, False),
        (300, 0, False),  # the machine was suspended
        (-3600, 300, False),  # the wall clock was set back
    ],
)
def test_its_age_is_what_the_clock_says_that_tells_the_greater_one(wall, steady, kept, clocks):
    cache = TokenCache(300)
    cache.put("a", validation())
    clocks.wall += wall
    clocks.steady += steady
    assert (cache.get("a") is not None) is kept
    assert len(cache) == kept


def test_use_does_not_make_it_younger(clocks):
    cache = TokenCache(300)
    cache.put("a", validation())
    for _ in range(2):
        clocks.steady += 149
        assert cache.get("a")
    clocks.steady += 2
    assert cache.get("a") is None


def test_the_identity_ends_with_the_token(clocks):
    found = validation(expires=clocks.wall + 10)
    clocks.wall += 9.999
    assert found.identity() == {"HTTP_X_USER_ID": "u"}
    clocks.wall += 0.001
    assert found.identity() is None


def test_who_was_not_admitted_has_no_identity(clocks):
    assert Validation({"token": {}}, Moment.now()).identity() is None


def test_a_token_is_not_to_be_found_in_what_is_kept(clocks):
    token = "gAAAA-secret"
    cache = TokenCache(300)
    cache.put(token, Validation({"token": {"id": 1, "auth_token": token}}, Moment.now()))
    (key, kept), *_ = cache._kept.items()
    assert token.encode() not in key
    assert kept.token_info == {"token": {"id": 1}}


def test_nobody_changes_what_the_next_one_sees(clocks):
    told = {"token": {"system": {}, "roles": [{"name": "member"}]}}
    kept = Validation(told, Moment.now()).token_info
    told["token"]["system"]["all"] = True
    with pytest.raises(TypeError):
        kept["token"]["system"]["all"] = True
    with pytest.raises(TypeError):
        kept["token"]["roles"][0]["name"] = "admin"
    assert kept["token"] == {"system": {}, "roles": ({"name": "member"},)}


def test_threads_neither_mix_tokens_nor_break_the_bound():
    cache = TokenCache(300, size=5)
    wrong = []

    def work(seed):
        names = [str(number) for number in range(12)]
        chance = random.Random(seed)
        for _ in range(500):
            name = chance.choice(names)
            known = cache.get(name)
            if known is None:
                cache.put(name, validation(name, expires=4e9))
            elif known.identity() != {"HTTP_X_USER_ID": name}:
                wrong.append(name)
            if len(cache) > 5:
                wrong.append(len(cache))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(cache) == 5
