"""The domain said no: three families, a stable code, and the facts that explain it."""

from typing import ClassVar


class Refused(Exception):
    """A rule of the domain forbids it. `code` is public and for ever; `facts` are plain values that explain it."""

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class Absent(Refused):
    """What the command speaks of does not exist."""


class Conflict(Refused):
    """What the command asks cannot be, as things stand."""


class Forbidden(Refused):
    """This person may not ask this."""


class Invalid(Refused):
    """A field's value contradicts another or a list that it must be in. Facts: `field` and `reason`."""

    code = "command.invalid"


class NotYetHappened(Invalid):
    """A paper act is stated to lie in the future."""

    code = "command.happens-in-future"
