"""Domains as DNS and SES take them."""


def in_ascii(domain: str) -> str | None:
    """In lowercase letters and punycode (IDNA 2008: ß is a letter of its own), or None if there can
    be no such domain."""
    if domain.isascii():
        return domain.lower()
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return None
