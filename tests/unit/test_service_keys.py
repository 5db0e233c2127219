"""The material of keypairs."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from computeapi.domain.errors import Invalid
from computeapi.service import keys

#: With the fingerprints that ssh-keygen -l -E md5 tells.
PUBLIC = {
    "65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd": (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
    ),
}


@pytest.fixture(scope="module", params=["ssh", "x509"])
def made(request):
    return request.param, keys.make(request.param, "a user")


@pytest.mark.parametrize("fingerprint", PUBLIC)
@pytest.mark.parametrize("around", ["{}", "{} a comment\n", "{}\n"])
def test_the_fingerprint_of_a_key(fingerprint, around):
    assert keys.fingerprint("ssh", around.format(PUBLIC[fingerprint])) == fingerprint


@pytest.mark.parametrize("kind", ["ssh", "x509"])
@pytest.mark.parametrize(
    "text", ["", " ", "nonsense", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-what AAAAB3Nz", "é",
             "a\0b",
             "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)  # fmt: skip
def test_a_key_that_is_none(kind, text):
    with pytest.raises(Invalid):
        keys.fingerprint(kind, text)


def test_a_key_is_not_a_certificate_nor_the_other_way_round(made):
    kind, material = made
    with pytest.raises(Invalid):
        keys.fingerprint({"ssh": "x509", "x509": "ssh"}[kind], material.public_key)


def test_both_halves_belong_together(made):
    kind, material = made
    private = serialization.load_pem_private_key(material.private_key.encode(), None)
    text = material.public_key.encode()
    public = (
        serialization.load_ssh_public_key(text)
        if kind == "ssh"
        else x509.load_pem_x509_certificate(text).public_key()
    )
    assert public == private.public_key()
    assert private.key_size >= 2048


def test_what_is_made_has_a_fingerprint(made):
    kind, material = made
    pairs = keys.fingerprint(kind, material.public_key).split(":")
    assert len(pairs) == {"ssh": 16, "x509": 20}[kind]


def test_the_private_half_is_not_in_what_is_logged(made):
    assert "PRIVATE" not in repr(made[1])


def test_a_certificate_names_its_user():
    certificate = x509.load_pem_x509_certificate(keys.make("x509", "u" * 200).public_key.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names[0].value.endswith(b"u" * 64 + b"@localhost")
    certificate.verify_directly_issued_by(certificate)
