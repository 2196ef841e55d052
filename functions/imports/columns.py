"""What the columns of a list mean: guessed by headings in three languages, or by what they hold.

No I/O here.
"""

import re
import unicodedata
from collections.abc import Sequence

from functions.imports.rules import Columns, Field

# Without accents, case, blanks and signs; the best one first. Mailchimp, listmonk and Ghost have
# English ones of their own.
HEADINGS = {
    Field.EMAIL: (
        "email emailaddress emailadress emailadresse epost epostadress mejl mejladress mail "
        "mailadress mailadresse privateemail privatemail privatepost privatmejl privatmail "
        "privatemailadresse privateemailadresse privateemailaddress personalemail"
    ),
    Field.NAME: "name fullname namn helanamnet fullstandigtnamn vollstandigername",
    Field.FIRST_NAME: "firstname givenname fname fornamn tilltalsnamn vorname",
    Field.LAST_NAME: "lastname surname familyname lname efternamn nachname familienname",
    Field.OFFICE: (
        "office kontor standort buro location site city arbetsort ort stad arbeitsort "
        "niederlassung lastoffice senastekontor"
    ),
    Field.ROLE: "role jobtitle title position roll befattning titel yrke funktion stelle beruf",
    Field.FIRST_DAY: (
        "firstday startdate started startyear from fromyear hired forstadag startdatum borjade "
        "anstalld anstalldfran fran franar erstertag eintritt eintrittsdatum von vonjahr"
    ),
    Field.LAST_DAY: (
        "lastday enddate ended endyear left to toyear sistadag slutdatum slutade slutar till "
        "tillar letztertag austritt austrittsdatum bis bisjahr"
    ),
    Field.LANGUAGE: "language lang locale sprak sprache",
    Field.INTERESTS: "interests topics intressen amnen interessen themen",
    Field.AGREED_ON: (
        "agreedon consentdate agreed confirmtime optintime createdat samtyckedatum samtycke "
        "godkand einwilligung einwilligungam einwilligungsdatum zugestimmtam"
    ),
    Field.STATUS: "status subscribedtoemails subscribed prenumererar abonniert",
}
ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
SEVERAL_WORDS = re.compile(r"[^\W\d_][\w'.-]*( [^\W\d_][\w'.-]*)+")
MOST = 0.5  # of the cells of a column, for it to be of a kind


def guess(sample: Sequence[Sequence[str]]) -> Columns:
    """How a list that begins with these rows is meant."""
    width = max(map(len, sample))
    has_heading = not any(map(ADDRESS.search, sample[0]))
    headings = [_folded(cell) for cell in sample[0]] if has_heading else []
    fields = [Field.NOTHING] * width
    for field, words in HEADINGS.items():
        at = next((headings.index(word) for word in words.split() if word in headings), None)
        if at is not None:
            fields[at] = field
    _guess_by_content(fields, sample[1:] if has_heading else sample)
    return Columns(tuple(fields), has_heading)


def _guess_by_content(fields: list[Field], rows: Sequence[Sequence[str]]) -> None:
    wanted = {Field.EMAIL: ADDRESS}
    if not {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME} & set(fields):
        wanted[Field.NAME] = SEVERAL_WORDS
    for field, pattern in wanted.items():
        free = [at for at, known in enumerate(fields) if known is Field.NOTHING]
        if field not in fields and free:
            best = max(free, key=lambda at: _share(rows, at, pattern))
            if _share(rows, best, pattern) > MOST:
                fields[best] = field


def _share(rows: Sequence[Sequence[str]], at: int, pattern: re.Pattern[str]) -> float:
    cells = [row[at] for row in rows if at < len(row) and row[at]]
    return sum(bool(pattern.search(cell)) for cell in cells) / len(cells) if cells else 0


def _folded(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(letter for letter in plain if letter.isalnum() and letter.isascii())
