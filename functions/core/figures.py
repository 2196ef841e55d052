"""Numbers and money as people of a language write them."""

THOUSANDS = {"sv": "\N{NO-BREAK SPACE}", "de": "."}
DECIMALS = {"sv": ",", "de": ","}


def figure(number: int, language: str) -> str:
    """12345 as `12,345`, in German `12.345`."""
    return f"{number:,}".replace(",", THOUSANDS.get(language, ","))


def dollars(cents: int, language: str) -> str:
    """US cents as `12.05 USD`."""
    whole = figure(cents // 100, language)
    return f"{whole}{DECIMALS.get(language, '.')}{cents % 100:02} USD"
