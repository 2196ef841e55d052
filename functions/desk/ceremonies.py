"""WebAuthn's two ceremonies: setting a passkey up, and confirming with it.

The only module that imports the library, which takes long to load: only when a passkey is used.
"""

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from functions.core.errors import BadRequestError
from functions.core.settings import settings
from functions.team.rules import CHALLENGE_SECONDS, Passkey, TeamMember

CREDENTIAL_ID_MAX = 1023  # bytes (WebAuthn 3, 4)
MILLISECONDS = 1000
# Preferred: a security key without a PIN will do, since the link in the email comes first.
VERIFICATION = UserVerificationRequirement.PREFERRED


def site_host() -> str:
    """The passkeys' "relying party": the site as it is configured, whatever a request says."""
    return urlsplit(settings().site_url).hostname or ""


def creation_options(member: TeamMember, known: list[Passkey], challenge: str, company: str) -> str:
    """What the browser's `navigator.credentials.create` needs, as JSON."""
    options = generate_registration_options(
        rp_id=site_host(),
        rp_name=company,
        user_id=bytes.fromhex(member.id),
        user_name=member.email,
        user_display_name=member.name,
        challenge=base64url_to_bytes(challenge),
        timeout=CHALLENGE_SECONDS * MILLISECONDS,
        # Preferred, so that phones and computers keep it as they keep other passkeys.
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=VERIFICATION
        ),
        exclude_credentials=_descriptors(known),
    )
    return options_to_json(options)


def request_options(known: list[Passkey], challenge: str) -> str:
    """What the browser's `navigator.credentials.get` needs, as JSON."""
    options = generate_authentication_options(
        rp_id=site_host(),
        challenge=base64url_to_bytes(challenge),
        timeout=CHALLENGE_SECONDS * MILLISECONDS,
        allow_credentials=_descriptors(known),
        user_verification=VERIFICATION,
    )
    return options_to_json(options)


def read_new(answer: str, challenge: str, name: str, now: int) -> Passkey:
    """The passkey that the browser has set up.

    Raises:
        BadRequestError: the answer isn't one to this challenge, or not one for this site.
    """
    verified = _verify(
        verify_registration_response,
        credential=answer,
        expected_challenge=base64url_to_bytes(challenge),
    )
    if len(verified.credential_id) > CREDENTIAL_ID_MAX:
        raise BadRequestError("passkey: too long an id")
    return Passkey(
        id=hashlib.sha256(verified.credential_id).hexdigest()[:32],
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        counter=verified.sign_count,
        name=name,
        created_at=now,
        used_at=now,
    )


def read_confirmation(answer: str, challenge: str, known: list[Passkey]) -> tuple[Passkey, int]:
    """Which passkey has signed the challenge, and what it counts now.

    Raises:
        BadRequestError: none of these has, for this site, or its count has gone back.
    """
    passkey = _signer(answer, known)
    verified = _verify(
        verify_authentication_response,
        credential=answer,
        expected_challenge=base64url_to_bytes(challenge),
        credential_public_key=base64url_to_bytes(passkey.public_key),
        credential_current_sign_count=passkey.counter,
    )
    return passkey, verified.new_sign_count


def _signer(answer: str, known: list[Passkey]) -> Passkey:
    try:
        credential_id = json.loads(answer)["id"]
    except (ValueError, TypeError, KeyError):
        raise BadRequestError("passkey: no JSON") from None
    for passkey in known:
        if passkey.credential_id == credential_id:
            return passkey
    raise BadRequestError("passkey: not theirs")


def _verify(verify: Any, **given: Any) -> Any:
    try:
        return verify(expected_rp_id=site_host(), expected_origin=settings().site_url, **given)
    except Exception as error:  # hostile bytes: the parsers raise whatever these lead to
        raise BadRequestError(f"passkey: {type(error).__name__}") from error


def _descriptors(known: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    ids = (base64url_to_bytes(passkey.credential_id) for passkey in known)
    return [PublicKeyCredentialDescriptor(id=credential_id) for credential_id in ids]
