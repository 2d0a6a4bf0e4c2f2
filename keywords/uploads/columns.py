"""Which column is what: by the names in the first row, in a few languages."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from keywords.uploads.types import Record, UploadError

KEYWORD_NAMES = frozenset(
    name.strip()
    for name in """
    keyword|keywords|key word|key words|kw|search term|search terms|searchterm|search query
    search queries|search keyword|search phrase|query|queries|top queries|phrase|term|terms
    suchbegriff|suchbegriffe|suchwort|suchwörter|schlüsselwort|schlüsselwörter|suchanfrage
    suchanfragen|häufigste suchanfragen|stichwort|begriff|mot clé|mots clés|mot clef|mots clefs
    requête|requêtes|requêtes les plus fréquentes|terme de recherche|termes de recherche
    palabra clave|palabras clave|término de búsqueda|términos de búsqueda|consulta|consultas
    consultas principales|palavra chave|palavras chave|termo de pesquisa|termos de pesquisa
    parola chiave|parole chiave|termine di ricerca|query di ricerca|zoekwoord|zoekwoorden|zoekterm
    zoektermen|zoekopdracht|sökord|sökterm|søgeord|søkeord|hakusana|hakusanat|avainsana
    słowo kluczowe|słowa kluczowe|klíčové slovo|klíčová slova|kulcsszó|cuvânt cheie
    ключевое слово|ключевые слова|ключевая фраза|запрос|запросы|поисковый запрос|ключове слово
    anahtar kelime|anahtar kelimeler|arama terimi|từ khóa|kata kunci|キーワード|検索キーワード|クエリ
    检索词|关键词|关键字|關鍵字|關鍵詞|搜索词|키워드|검색어|الكلمة المفتاحية|كلمة مفتاحية|מילת מפתח|कीवर्ड
    """.replace("\n", "|").split("|")
    if name.strip()
)
OPTION_NAMES = {
    "country": {
        "country",
        "country code",
        "gl",
        "geo",
        "land",
        "ländercode",
        "pays",
        "país",
        "paese",
    },
    "language": {
        *("language", "language code", "lang", "hl", "locale"),
        *("sprache", "langue", "idioma", "lingua", "taal", "язык"),
    },
    "device": {
        "device",
        "device type",
        "gerät",
        "appareil",
        "dispositivo",
        "apparaat",
        "устройство",
    },
    "priority": {"priority", "prio", "priorität", "priorité", "prioridad", "priorità"},
    "tags": {
        *("tag", "tags", "label", "labels", "schlagwort", "schlagwörter", "étiquette"),
        *("étiquettes", "etiqueta", "etiquetas", "etichetta", "etichette", "метка", "метки"),
    },
}
# Some exports begin with a title and a date range.
HEADER_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns in a row. `header` is the number of the header's row; 0: there is none."""

    keyword: int = 0
    options: dict[str, int] = field(default_factory=dict)
    header: int = 0
    width: int = 1
    names: tuple[str, ...] = ()
    normal_names: tuple[str, ...] = ()

    def ignored(self) -> tuple[str, ...]:
        used = {self.keyword, *self.options.values()}
        unused = (place for place in range(self.width) if place not in used)
        return tuple(self.name_of(place) for place in unused)

    def role_of(self, place: int) -> str:
        """ "keyword", an option, or "" for a column that is not used."""
        if place == self.keyword:
            return "keyword"
        return next((name for name, at in self.options.items() if at == place), "")

    def name_of(self, place: int) -> str:
        name = self.names[place].strip() if place < len(self.names) else ""
        return name or f"column {place + 1}"


def find_columns(records: Sequence[Record], has_header: bool | None) -> Columns:
    """`has_header` None: a header is a row that names a keyword column, or known options."""
    filled = [record for record in records[:1000] if not record.is_blank and not record.problem]
    if has_header is None:
        header = find_header(filled)
    else:
        header = filled[0] if has_header and filled else None
    if header is not None:
        return name_columns(header)
    widths = [len(record.cells) for record in filled] or [1]
    return Columns(width=max(set(widths), key=widths.count))


def assign_columns(columns: Columns, roles: Mapping[int, str]) -> Columns:
    """The user's word instead of the names. Raises UploadError unless one column is the keyword's."""
    keywords = [place for place, role in roles.items() if role == "keyword"]
    options = {role: place for place, role in roles.items() if role in OPTION_NAMES}
    if len(keywords) != 1:
        raise UploadError("Choose one column, and only one, for the keyword.")
    if len(options) < sum(role in OPTION_NAMES for role in roles.values()):
        raise UploadError("Two columns have been given the same meaning.")
    return replace(columns, keyword=keywords[0], options=options)


def find_header(filled: Sequence[Record]) -> Record | None:
    """The first row where it names things; a row further down only where it names several."""
    for place, record in enumerate(filled[:HEADER_WITHIN]):
        names = [normalise(cell) for cell in record.cells]
        known = [name for name in names if name in KEYWORD_NAMES or option_of(name)]
        if place == 0 and known and (len(names) == 1 or len(known) > 1 or names_one(names)):
            return record if len(names) > 1 or names[0] in KEYWORD_NAMES else None
        if len(names) > 1 and names_one(names) and len(record.cells) > len(filled[0].cells):
            return record
    return None


def names_one(names: Sequence[str]) -> bool:
    return any(name in KEYWORD_NAMES for name in names)


def name_columns(header: Record) -> Columns:
    names = [normalise(cell) for cell in header.cells]
    options: dict[str, int] = {}
    for place, name in enumerate(names):
        if option := option_of(name):
            options.setdefault(option, place)
    named = (place for place, name in enumerate(names) if name in KEYWORD_NAMES)
    free = (place for place in range(len(names)) if place not in options.values())
    keyword = next(named, next(free, 0))
    return Columns(keyword, options, header.row, len(names), header.cells, tuple(names))


def option_of(name: str) -> str:
    return next((option for option, names in OPTION_NAMES.items() if name in names), "")


def normalise(cell: str) -> str:
    text = unicodedata.normalize("NFKC", cell).casefold()
    return " ".join(text.replace("_", " ").replace("-", " ").strip(" \"'\ufeff:").split())
