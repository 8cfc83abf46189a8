"""Tokens that the gateway must refuse, made with the standard library and the openssl command.

The second issuer of the test's policies has an RSA key in PEM files, which the test makes: certs/second.pem and certs/second-public.pem.
"""

import base64
import hashlib
import hmac
import json
import subprocess
import tempfile
import time
import uuid

from gateway import note

ISSUER = "https://second.example"
PUBLIC = "certs/second-public.pem"
PRIVATE = "certs/second.pem"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(**changes):
    now = int(time.time())
    members = {
        "iss": ISSUER,
        "aud": ["gatehouse"],
        "sub": "sam",
        "client_id": "test",
        "jti": uuid.uuid4().hex,
        "iat": now,
        "exp": now + 300,
        "roles": ["user"],
    }
    members.update(changes)
    return {name: value for name, value in members.items() if value is not None}


def signed(header, payload, sign):
    message = ".".join(encode(json.dumps(part).encode()) for part in (header, payload))
    token = message + "." + encode(sign(message.encode()))
    note("secret", token)
    return token


def rs256(payload, key=PRIVATE, **header):
    def sign(message):
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=message, capture_output=True, check=True).stdout

    return signed({"alg": "RS256", "typ": "at+jwt", "kid": "second", **header}, payload, sign)


def expired():
    now = int(time.time())
    return rs256(claims(iat=now - 600, exp=now - 300))


def wrong_audience():
    return rs256(claims(aud=["another-service"]))


def wrong_key():
    """A good token in all but the key, which is a fresh one under the known key id."""
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        subprocess.run(["openssl", "genrsa", "-out", file.name, "2048"], check=True, capture_output=True)
        return rs256(claims(), key=file.name)


def unknown_issuer():
    return rs256(claims(iss="https://elsewhere.example"))


def algorithm_none():
    return signed({"alg": "none", "typ": "at+jwt", "kid": "second"}, claims(), lambda message: b"")


def hmac_with_public_key():
    """The classic confusion: the RSA public key, which everybody has, as the secret of HS256."""
    with open(PUBLIC, "rb") as file:
        secret = file.read()
    header = {"alg": "HS256", "typ": "at+jwt", "kid": "second"}
    return signed(header, claims(), lambda message: hmac.new(secret, message, hashlib.sha256).digest())


def tampered():
    """A good token with one claim changed after it was signed."""
    head, _, signature = rs256(claims()).split(".")
    return ".".join((head, encode(json.dumps(claims(sub="mo", roles=["moderator"])).encode()), signature))
