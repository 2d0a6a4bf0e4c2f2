"""Keeping a request's secrets on the wire and nowhere else."""

from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit

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
        return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(self.params)}"

    def take_from(self, url: str) -> str:
        """The URL without the secret parameters, where a server repeats them in a redirect."""
        if not any(spelling in url for spelling in self.spellings):
            return url
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if self.params.get(name) != value]
        return self.mask(parts._replace(query=urlencode(kept)).geturl())

    def mask(self, text: str) -> str:
        for spelling in self.spellings:
            text = text.replace(spelling, MASK)
        return text

    def mask_bytes(self, data: bytes) -> bytes:
        for spelling in self.spellings:
            data = data.replace(spelling.encode(), MASK.encode())
        return data


def spellings(values: list[str]) -> tuple[str, ...]:
    """Each value as it is and as URLs write it, the longest first."""
    found: set[str] = set()
    for value in values:
        # "Bearer KEY": the key alone must not be kept either.
        for part in {value, value.rpartition(" ")[2]}:
            if len(part) >= SHORTEST:
                found.update((part, quote(part, safe=""), quote(part), quote_plus(part)))
    return tuple(sorted(found, key=lambda spelling: (-len(spelling), spelling)))
