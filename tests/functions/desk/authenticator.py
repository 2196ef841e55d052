"""A passkey in software (WebAuthn 3, 6), and every wrong answer that one could give."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.functions.support import SITE_URL

HOST = SITE_URL.removeprefix("https://")
PRESENT, VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40
ES256, P256, EC2 = -7, 1, 2  # COSE: the algorithm, the curve, the kind of key


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Authenticator:
    """Answers as a browser with a device would; what is changed here makes it answer wrongly."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=_new_key)
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    origin: str = SITE_URL
    host: str = HOST
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    wrong_key: Any = None  # instead of a public key

    def create(self, options: dict[str, Any]) -> str:
        """The answer of `navigator.credentials.create`."""
        credential = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id
        data = self._data(HAS_CREDENTIAL) + credential + self._public_key()
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        client = self._client("webauthn.create", options)
        return self._answer(
            {"clientDataJSON": text(client), "attestationObject": text(cbor2.dumps(attestation))}
        )

    def get(self, options: dict[str, Any]) -> str:
        """The answer of `navigator.credentials.get`."""
        client, data = self._client("webauthn.get", options), self._data()
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(data),
                "signature": text(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            }
        )

    def _answer(self, response: dict[str, str]) -> str:
        own = text(self.credential_id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        facts = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(facts | {"crossOrigin": False}).encode()

    def _data(self, more_flags: int = 0) -> bytes:
        flags = bytes([self.flags | more_flags])
        return hashlib.sha256(self.host.encode()).digest() + flags + self.counter.to_bytes(4)

    def _public_key(self) -> bytes:
        if self.wrong_key is not None:
            return cbor2.dumps(self.wrong_key)
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
        return cbor2.dumps({1: EC2, 3: ES256, -1: P256, -2: x, -3: y})
