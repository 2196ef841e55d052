"""What publishing and the functions must agree on about an event's sign-up."""

from enum import StrEnum


class OpenTo(StrEnum):
    """Who may come."""

    ANYONE = "anyone"
    MEMBERS = "members"
    INVITED = "invited"


class Attend(StrEnum):
    """Where people attend."""

    HERE = "here"
    ONLINE = "online"
    BOTH = "both"


class AnswerKind(StrEnum):
    """How a question of an event is answered."""

    TEXT = "text"
    CHOICE = "choice"
    SEVERAL = "several"
    YES_NO = "yes/no"
