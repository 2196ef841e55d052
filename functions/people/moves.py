"""How an address changes: the values that every package reads. No I/O here, and no keys."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NewAddress:
    """An address that its owner wants to change to, once the email there is answered."""

    owner: str  # as of a session: m and a member's id
    id: str  # 32 hex digits; a newer form has another
    email: str
    address_hash: str
    expires_at: int


@dataclass(frozen=True, kw_only=True)
class Move:
    """An owner's address has changed. Sign-ups follow it while `is_moving`; until `ends_at` a
    link takes the change back, and the old address is reserved."""

    owner: str
    from_hash: str
    from_email: str
    to_hash: str
    to_email: str
    at: int
    ends_at: int
    revision: int  # the member's before it
    is_moving: bool = True
    only: str = ""  # only sign-ups that came from the address with this hash follow

    def can_be_undone(self, now: int) -> bool:
        return now < self.ends_at


@dataclass(frozen=True)
class Reservation:
    """Whose an address was until `at`: nobody else can have it yet."""

    owner: str
    at: int
    revision: int  # the member's before that

    @property
    def member_id(self) -> str:
        return self.owner[1:]
