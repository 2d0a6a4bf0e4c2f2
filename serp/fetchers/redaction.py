"""Keeping a request's secrets on the wire and nowhere else."""

from urllib.parse import quote, quote_plus, unquote_plus, urlencode

from serp.types import Request

MASK = "[secret]"
SHORTEST = 4  # shorter values would mask half of any text


class Secrets:
    """The secrets of one request: added to what is sent, masked in what is kept."""

    def __init__(self, request: Request) -> None:
        self.params = dict(request.secret_params)
        self.headers = dict(request.secret_headers)
        self.spellings = spellings([*self.params.values(), *self.headers.values()])

    def add_to(self, url: str) -> str:
        if not self.params:
            return url
        return f"{url}{'&' if '?' in url else '?'}{urlencode(self.params)}"

    def take_from(self, url: str) -> str:
        """The URL without the secret parameters, where a server repeats them in a redirect."""
        page, question, query = url.partition("?")
        fields = query.split("&")
        kept = [field for field in fields if parameter_name(field) not in self.params]
        if len(kept) < len(fields):
            url = page + question * bool(kept) + "&".join(kept)
        return self.mask(url)

    def mask(self, text: str) -> str:
        for spelling in self.spellings:
            text = text.replace(spelling, MASK)
        return text

    def mask_bytes(self, data: bytes) -> bytes:
        for spelling in self.spellings:
            data = data.replace(spelling.encode(), MASK.encode())
        return data


def parameter_name(field: str) -> str:
    return unquote_plus(field.partition("=")[0])


def spellings(values: list[str]) -> tuple[str, ...]:
    """Each value as it is and as URLs write it, the longest first."""
    found: set[str] = set()
    for value in values:
        # "Bearer KEY": the key alone must not be kept either.
        for part in {value, value.rpartition(" ")[2]}:
            if len(part) >= SHORTEST:
                found.update((part, quote(part, safe=""), quote(part), quote_plus(part)))
    return tuple(sorted(found, key=lambda spelling: (-len(spelling), spelling)))
