"""One variant of an issue as a value: what SES gets of it, and how its bytes are known."""

import hashlib
from dataclasses import asdict, dataclass

from microsite.letters.readers import Alternative
from microsite.output import catalogue


@dataclass(frozen=True, slots=True)
class Variant:
    """`readers` are alternatives as in the catalogue. `html` and `text` hold the PLACEHOLDERS and
    no other pair of opening braces; a silent variant has neither."""

    name: str
    language: str
    readers: tuple[Alternative, ...]
    subject: str
    preheader: str
    html: str
    text: str

    @property
    def is_silent(self) -> bool:
        return not self.html

    @property
    def document(self) -> str:
        told = asdict(self)
        parts = ("subject", "preheader", "html", "text")
        return catalogue.dumps({part: told[part] for part in parts})

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.document.encode()).hexdigest()
