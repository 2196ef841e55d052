"""The privacy notice for people: every use of their data, in one of the site's languages."""

from microsite import words
from microsite.content.company import Settings

from functions.core.lifetimes import SIGNUP_DAYS
from functions.privacy.records import Use
from functions.privacy.uses import RIGHTS, USES, numbers

PERSONAL = tuple(use for use in USES if use.is_personal)


def notice(settings: Settings, language: str) -> str:
    """Markdown, from the settings and the data map."""
    _ = words.translations(language).gettext
    company = settings.company
    lines = [
        f"# {_('What %(company)s keeps about you') % {'company': company}}",
        f"{_('The controller is:')} {settings.imprint.in_language(language)}",
        f"<{settings.site_url}/privacy/>",
    ]
    lines += (f"## {_(use.name)}\n\n{_facts(use, settings, language)}" for use in PERSONAL)
    lines.append(f"## {_('Who receives it, and your rights')}")
    lines += map(_, RIGHTS)
    return "\n\n".join(lines) + "\n"


def _facts(use: Use, settings: Settings, language: str) -> str:
    _ = words.translations(language).gettext
    kept = _(use.kept) % numbers(settings.keep, SIGNUP_DAYS)
    return "\n".join(
        (
            f"- **{_('What for')}:** {_(use.purpose)}",
            f"- **{_('Legal basis')}:** {_(use.basis)}",
            f"- **{_('How long')}:** {kept}",
            f"- **{_('Who sees it')}:** {_(use.seen_by)}",
        )
    )
