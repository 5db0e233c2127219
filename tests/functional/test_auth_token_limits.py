"""How long a known token is good for, and which tokens and options auth_token keeps to itself."""

import pytest

LIFETIME = 300


def test_expiry_to_the_second(guard, keystone, clocks, middleware):
    guarded, token = guard(), keystone.issue(expires=clocks.utc(60))
    assert guarded.ask(token)[0] == 200
    clocks.advance(59)
    assert guarded.ask(token)[0] == 200
    clocks.advance(0.999)
    assert guarded.ask(token)[0] == 200
    assert len(middleware) == 1
    clocks.advance(0.002)
    for _ in range(2):
        assert guarded.ask(token)[0] == 401
    assert len(middleware) == 3


def test_at_the_moment_of_expiry_auth_token_decides(guard, keystone, clocks, middleware):
    fast, stock = guard(), guard(fast="false")
    token = keystone.issue(expires=clocks.utc(60))
    assert [fast.ask(token)[0], stock.ask(token)[0]] == [200, 200]
    clocks.advance(60)
    before = len(middleware)
    assert fast.ask(token)[0] == stock.ask(token)[0]
    assert len(middleware) == before + 2


def test_a_revoked_token_is_good_until_keystone_is_asked_again(guard, keystone, clocks):
    guarded, token = guard(token_cache_time=str(LIFETIME)), keystone.issue(clocks.utc(3600))
    assert guarded.ask(token)[0] == 200
    keystone.revoke(token)
    for _ in range(3):  # use does not prolong it
        clocks.advance(LIFETIME / 3 - 0.1)
        assert guarded.ask(token)[0] == 200
    assert keystone.asked.count(token) == 1
    clocks.advance(0.4)
    assert guarded.ask(token)[0] == 401
    assert keystone.asked.count(token) == 2


def test_the_time_begins_when_keystone_is_asked_not_when_it_answers(guard, keystone, clocks):
    guarded, token = guard(token_cache_time=str(LIFETIME)), keystone.issue(clocks.utc(3600))
    keystone.before = lambda: clocks.advance(20)
    assert guarded.ask(token)[0] == 200
    keystone.before = lambda: None
    keystone.revoke(token)
    clocks.advance(LIFETIME - 20 - 1)
    assert guarded.ask(token)[0] == 200
    clocks.advance(1)
    assert guarded.ask(token)[0] == 401


def test_what_auth_token_and_we_remember_does_not_add_up(guard, keystone, clocks, middleware):
    guarded, token = guard(token_cache_time=str(LIFETIME)), keystone.issue(clocks.utc(3600))
    service = keystone.issue(clocks.utc(3600), roles=[{"id": "s", "name": "service"}])
    # auth_token's own doing, which leaves no identity to remember …
    assert guarded.ask(token, HTTP_X_SERVICE_TOKEN=service)[0] == 200
    keystone.revoke(token)
    clocks.advance(LIFETIME - 1)
    # … and then the first request that does.
    assert guarded.ask(token)[0] == 200
    assert guarded.ask(token)[0] == 200
    assert (len(middleware), keystone.asked.count(token)) == (2, 1)
    clocks.advance(1)
    assert guarded.ask(token)[0] == 401


def test_a_clock_set_back_does_not_prolong_it(guard, keystone, clocks):
    guarded, token = guard(token_cache_time=str(LIFETIME)), keystone.issue(clocks.utc(3600))
    assert guarded.ask(token)[0] == 200
    keystone.revoke(token)
    clocks.wall -= 3000
    clocks.advance(LIFETIME)
    assert guarded.ask(token)[0] == 401


def test_a_known_token_passes_while_keystone_is_in_trouble(guard, keystone):
    guarded, known, unknown = guard(), keystone.issue(), keystone.issue()
    assert guarded.ask(known)[0] == 200

    def fail():
        raise ConnectionAbortedError

    keystone.before = fail
    try:
        assert guarded.ask(known)[0] == 200
        assert guarded.ask(unknown)[0] == 503
    finally:
        keystone.before = lambda: None
    assert guarded.ask(unknown)[0] == 200


def test_a_service_token_is_auth_tokens_affair(guard, keystone, middleware):
    guarded, token = guard(), keystone.issue()
    service = keystone.issue(roles=[{"id": "s", "name": "service"}])
    assert guarded.ask(token)[0] == 200
    alone = guarded.identity()
    for number in range(2):
        assert guarded.ask(token, HTTP_X_SERVICE_TOKEN=service)[0] == 200
        assert guarded.seen["HTTP_X_SERVICE_ROLES"] == "service"
        assert len(middleware) == number + 2
    assert guarded.ask(token, HTTP_X_SERVICE_TOKEN="bogus")[0] == 401
    assert guarded.ask(token, HTTP_X_SERVICE_TOKEN=token)[0] == 401
    assert guarded.ask(token)[0] == 200
    assert guarded.identity() == alone


def test_an_expired_token_passes_with_a_service_token_only(guard, keystone, clocks):
    guarded, token = guard(), keystone.issue(clocks.utc(10))
    service = keystone.issue(clocks.utc(3600), roles=[{"id": "s", "name": "service"}])
    assert guarded.ask(token)[0] == 200
    clocks.advance(11)
    for _ in range(2):
        assert guarded.ask(token, HTTP_X_SERVICE_TOKEN=service)[0] == 200
        assert guarded.ask(token)[0] == 401


def test_access_rules_are_looked_at_in_each_request(guard, keystone, middleware):
    guarded = guard(service_type="compute", include_service_catalog="true")
    rules = [{"service": "compute", "method": "GET", "path": "/v2.1/servers"}]
    credential = {"id": "a", "name": "a", "restricted": True, "access_rules": rules}
    token = keystone.issue(application_credential=credential, catalog=keystone.catalog)
    for _ in range(2):
        assert guarded.ask(token)[0] == 200
        assert guarded.ask(token, REQUEST_METHOD="DELETE")[0] == 401
        assert guarded.ask(token, "/v2.1/flavors")[0] == 401
    assert len(middleware) == 6
    assert keystone.asked.count(token) == 1


def test_no_access_rule_allows_nothing(guard, keystone):
    guarded = guard(service_type="compute", include_service_catalog="true")
    credential = {"id": "a", "access_rules": []}
    token = keystone.issue(application_credential=credential, catalog=keystone.catalog)
    assert [guarded.ask(token)[0] for _ in range(2)] == [401, 401]


def test_a_bound_token_is_good_for_who_it_is_bound_to(guard, keystone, middleware):
    guarded, token = guard(), keystone.issue(bind={"kerberos": "demo"})
    for _ in range(2):
        assert guarded.ask(token, AUTH_TYPE="Negotiate", REMOTE_USER="demo")[0] == 200
        assert guarded.ask(token, AUTH_TYPE="Negotiate", REMOTE_USER="other")[0] == 401
        assert guarded.ask(token)[0] == 401
    assert len(middleware) == 6


def test_where_binding_is_required_a_token_without_is_refused(guard, keystone):
    guarded, token = guard(enforce_token_bind="required"), keystone.issue()
    assert [guarded.ask(token)[0] for _ in range(2)] == [401, 401]


def test_the_old_name_of_the_tokens_header_is_auth_tokens_affair(guard, keystone, middleware):
    guarded, token = guard(), keystone.issue()
    assert guarded.ask(token)[0] == 200
    for _ in range(2):
        assert guarded.ask(HTTP_X_STORAGE_TOKEN=token)[0] == 200
    assert len(middleware) == 3


class SharedCache:
    """A cache that a filter in front may provide; it never tells the age of its entries."""

    def __init__(self):
        self.kept = {}

    def get(self, key):
        return self.kept.get(key)

    def set(self, key, value, time):
        self.kept[key] = value


def test_a_cache_that_others_provide_is_used_alone(guard, keystone, middleware):
    guarded, token, shared = guard(cache="shared"), keystone.issue(), SharedCache()
    for _ in range(3):
        assert guarded.ask(token, shared=shared)[0] == 200
    assert (len(middleware), len(shared.kept)) == (3, 1)
    assert keystone.asked.count(token) == 1


@pytest.mark.parametrize(
    "conf",
    [
        {"memcache_security_strategy": "ENCRYPT", "memcache_secret_key": "k"},
        {"token_cache_time": "-1"},
    ],
)
def test_nothing_is_remembered_where_auth_token_shall_not(conf, guard, keystone, middleware):
    guarded, token = guard(**conf), keystone.issue()
    assert [guarded.ask(token)[0] for _ in range(3)] == [200] * 3
    assert len(middleware) == 3


@pytest.mark.parametrize(
    ("conf", "fast"),
    [({}, True), ({"memcached_servers": "127.0.0.1:11211"}, False), ({"fast": "0"}, False)],
)
def test_with_memcached_auth_token_keeps_its_cache(conf, fast, guard):
    assert (guard(**conf).app._tokens is not None) is fast
