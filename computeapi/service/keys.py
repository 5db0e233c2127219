"""The material of keypairs: OpenSSH keys (RFC 4253, section 6.6) and X.509 certificates."""

import base64
import datetime
import hashlib
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from computeapi.domain.errors import Invalid

_BITS = 2048
_UPN = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")


@dataclass(frozen=True, slots=True)
class Material:
    """Both halves of a keypair as text."""

    public_key: str
    private_key: str = field(repr=False)


def make(kind: str, user_id: str) -> Material:
    """Make a pair: RSA, 2048 bits.

    :param kind: "ssh", or "x509" for a self-signed client certificate, as WinRM takes.
    :param user_id: the subject of the certificate.
    """
    private = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL
        if kind == "ssh"
        else serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    if kind == "x509":
        return Material(_certificate(private, user_id), pem)
    public = private.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return Material(public.decode() + " Generated-by-computeapi\n", pem)


def _certificate(private: rsa.RSAPrivateKey, user_id: str) -> str:
    """Sign a client certificate whose subject alternative name holds the user (a UPN)."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, user_id[:64])])
    upn = f"{user_id[:64]}@localhost".encode()
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=3650))
        .add_extension(
            # A DER UTF8String: tag 12, a length below 128, the text.
            x509.SubjectAlternativeName([x509.OtherName(_UPN, bytes([12, len(upn)]) + upn)]),
            critical=False,
        )
        .add_extension(
            x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .sign(private, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def fingerprint(kind: str, public_key: str) -> str:
    """Return a public key's fingerprint, in hexadecimal pairs with colons.

    That of an SSH key is the MD5 of its blob, of a certificate the SHA-1 of its DER form
    (API reference, "Keypairs"); neither is used for security here.

    :raises Invalid: when the key cannot be read.
    """
    if not public_key.strip():
        raise Invalid("Keypair data is invalid: failed to generate fingerprint")
    try:
        digest = _ssh_digest(public_key) if kind == "ssh" else _x509_digest(public_key)
    except (ValueError, IndexError, UnsupportedAlgorithm) as error:
        raise Invalid("Keypair data is invalid: failed to generate fingerprint") from error
    return ":".join(f"{byte:02x}" for byte in digest)


def _ssh_digest(public_key: str) -> bytes:
    serialization.load_ssh_public_key(public_key.encode())
    return hashlib.md5(base64.b64decode(public_key.split()[1]), usedforsecurity=False).digest()


def _x509_digest(public_key: str) -> bytes:
    certificate = x509.load_pem_x509_certificate(public_key.encode())
    return hashlib.sha1(
        certificate.public_bytes(serialization.Encoding.DER), usedforsecurity=False
    ).digest()
