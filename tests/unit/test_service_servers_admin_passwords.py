"""The administrator passwords of servers."""

import re

from computeapi.service.servers.admin_passwords import AdminPasswords


def test_a_password_has_no_letters_that_look_alike():
    passwords = AdminPasswords(length=20)
    chosen = {passwords.choose(None) for _ in range(50)}
    assert len(chosen) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9]{20}", each) for each in chosen)
    assert not set("".join(chosen)) & set("Il1O0o")


def test_a_password_that_is_given_is_kept_and_shown_unless_passwords_are_not_shown():
    assert AdminPasswords().choose("mine") == "mine"
    assert AdminPasswords().shown("mine") == "mine"
    assert AdminPasswords(are_shown=False).shown("mine") is None
