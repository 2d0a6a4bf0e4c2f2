"""Files and pasted texts, from the bytes to keywords and reasons."""

import pytest

from keywords.uploads import Import, UploadError, read_file, read_list, read_text


def read(text: str | bytes, max_keywords: int = 1000, **choices: object) -> Import:
    data = text.encode() if isinstance(text, str) else text
    return read_file(data, "list.csv", max_keywords=max_keywords, **choices)  # type: ignore[arg-type]


def texts(imported: Import) -> list[str]:
    return [row.text for row in imported.accepted]


def reasons(imported: Import) -> dict[int, str]:
    return {skipped.row: skipped.reason for skipped in imported.skipped}


class TestReadFile:
    def test_takes_one_keyword_a_line(self) -> None:
        imported = read("red shoes\nblue shoes\n")
        assert texts(imported) == ["red shoes", "blue shoes"]
        assert (imported.encoding, imported.delimiter, imported.has_header) == ("utf-8", "", False)

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_takes_every_kind_of_line_end(self, end: str) -> None:
        assert texts(read(end.join(["keyword", "one", "two"]))) == ["one", "two"]

    @pytest.mark.parametrize(
        "name", ["keyword", "Keywords", "Search term", "Suchbegriff", "Mots-clés"]
    )
    def test_knows_a_header(self, name: str) -> None:
        imported = read(f"{name}\nshoes\n")
        assert texts(imported) == ["shoes"]
        assert imported.has_header
        assert imported.rows == 1

    def test_header_is_what_the_user_says(self) -> None:
        assert texts(read("keyword\nshoes", has_header=False)) == ["keyword", "shoes"]
        assert texts(read("Meine Wörter\nshoes", has_header=True)) == ["shoes"]

    def test_finds_the_keyword_column_wherever_it_stands(self) -> None:
        imported = read("id;Keyword;Volume\n1;red shoes;100\n2;blue shoes;200\n")
        assert texts(imported) == ["red shoes", "blue shoes"]
        assert imported.delimiter == ";"
        assert imported.ignored_columns == ("id", "Volume")

    def test_finds_a_header_below_a_title(self) -> None:
        imported = read("Keyword Stats 2026\nMay to June\nKeyword,Currency\nshoes,EUR\nboots,EUR\n")
        assert texts(imported) == ["shoes", "boots"]
        assert reasons(imported) == {1: "Stands above the header.", 2: "Stands above the header."}

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_finds_the_delimiter_without_a_header(self, delimiter: str) -> None:
        lines = [
            delimiter.join(cells) for cells in [("shoes", "10"), ("boots", "20"), ("hats", "5")]
        ]
        imported = read("\n".join(lines))
        assert texts(imported) == ["shoes", "boots", "hats"]
        assert imported.ignored_columns == ("column 2",)

    def test_leaves_commas_of_plain_text_alone(self) -> None:
        imported = read("hotel berlin, germany\nhotel paris, france\n")
        assert texts(imported) == ["hotel berlin, germany", "hotel paris, france"]

    def test_keeps_commas_under_a_single_header(self) -> None:
        assert texts(read('keyword\nred, blue\n"green, grey"\n')) == ["red, blue", "green, grey"]

    def test_keeps_delimiters_and_line_ends_in_quotes(self) -> None:
        imported = read('keyword,country\n"red, ""big"" shoes",de\n"two\nlines",\n')
        assert texts(imported) == ['red, "big" shoes', "two lines"]
        assert [row.row for row in imported.accepted] == [2, 3]

    def test_loses_one_row_to_an_unbalanced_quote(self) -> None:
        imported = read('keyword,country\none,de\n"two,de\nthree,de\nfour,de\n')
        assert texts(imported) == ["one", "three", "four"]
        assert reasons(imported) == {3: "Unbalanced quote."}

    def test_keeps_quotes_within_a_text(self) -> None:
        assert texts(read('keyword\n24" monitor\n"red shoes" men\n')) == [
            '24" monitor',
            '"red shoes" men',
        ]

    def test_reports_a_row_with_too_many_cells(self) -> None:
        imported = read("keyword,country\nhotel berlin, germany,de\nshoes,de,,\n")
        assert texts(imported) == ["shoes"]
        assert "3 cells where the file has 2 columns" in reasons(imported)[2]

    def test_reports_blank_rows_and_empty_keywords(self) -> None:
        imported = read("keyword,country\n\nshoes,de\n,de\n   ,\n")
        assert texts(imported) == ["shoes"]
        assert reasons(imported) == {2: "Empty row.", 4: "Empty keyword.", 5: "Empty row."}

    def test_reports_duplicates_with_their_first_row(self) -> None:
        imported = read("Shoes\nboots\n  shoes \nsho\u200bes\ncafe\u0301\ncaf\u00e9\n")
        assert texts(imported) == ["Shoes", "boots", "caf\u00e9"]
        assert reasons(imported) == {
            3: "Duplicate of row 1.",
            4: "Duplicate of row 1.",
            6: "Duplicate of row 5.",
        }

    def test_tells_places_and_devices_apart(self) -> None:
        imported = read(
            "keyword,country,device\nshoes,de,\nshoes,AT,\nshoes,de,mobile\nshoes,DE,\n"
        )
        assert [(row.country, row.device) for row in imported.accepted] == [
            ("de", ""),
            ("at", ""),
            ("de", "mobile"),
        ]
        assert reasons(imported) == {5: "Duplicate of row 2."}

    def test_reads_options(self) -> None:
        imported = read("keyword,country,language,device,priority\nshoes,US,pt_BR,Phone,3\n")
        row = imported.accepted[0]
        assert (row.country, row.language, row.device, row.priority) == ("us", "pt-BR", "mobile", 3)

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ("Germany,,,", "“Germany” is not a country code of two letters."),
            (",german!,,", "“german!” is not a language code such as en or pt-BR."),
            (",,toaster,", "“toaster” is neither desktop nor mobile."),
            (",,,11", "“11” is not a priority from 0 to 9."),
        ],
    )
    def test_reports_options_that_mean_nothing(self, cells: str, reason: str) -> None:
        imported = read(f"keyword,country,language,device,priority\nshoes,{cells}\n")
        assert reasons(imported) == {2: reason}

    def test_reports_over_long_keywords_whole(self) -> None:
        imported = read("a" * 255 + "\n" + "b" * 412)
        assert texts(imported) == ["a" * 255]
        assert reasons(imported) == {2: "412 characters, the limit is 255."}
        assert imported.skipped[0].text == "b" * 412

    def test_reports_nul_and_control_characters(self) -> None:
        lines = [b"some longer line of text here", b"nul\0byte", b"bell\x07"]
        imported = read(b"\n".join(lines))
        assert reasons(imported) == {
            2: "Holds a NUL byte.",
            3: "Holds the control character U+0007.",
        }
        assert imported.skipped[0].text == "nul\u2400byte"

    def test_reports_every_row_over_the_limit(self) -> None:
        imported = read("\n".join(f"keyword {number}" for number in range(1500)))
        assert len(imported.accepted) == 1000
        assert len(imported.skipped) == 500
        assert imported.count_reasons() == {"Over the limit of 1,000 keywords.": 500}

    def test_keeps_what_looks_dangerous_as_text(self) -> None:
        assert texts(read("=cmd|' /C calc'!A0\n<script>alert(1)</script>\n")) == [
            "=cmd|' /C calc'!A0",
            "<script>alert(1)</script>",
        ]

    def test_reports_a_header_that_comes_again(self) -> None:
        imported = read("keyword,country\nshoes,de\nKeyword,Country\nboots,de\n")
        assert reasons(imported) == {3: "Repeats the header."}

    def test_repeats_itself_without_a_header_only_as_duplicates(self) -> None:
        assert reasons(read("shoes\nshoes\n")) == {2: "Duplicate of row 1."}


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"", "The file is empty."),
            (b"\xef\xbb\xbf", "every row is empty"),
            (b"\n\n  \n", "every row is empty"),
            (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG picture"),
            (b"PK\x03\x04" + bytes(100), "a ZIP archive"),
            (b"%PDF-1.7 ...", "a PDF document"),
            (bytes(range(256)) * 20, "holds no text"),
            (bytes(1000), "holds no text"),
        ],
    )
    def test_says_in_a_sentence_why(self, data: bytes, sentence: str) -> None:
        with pytest.raises(UploadError, match=sentence):
            read(data)

    def test_refuses_what_cannot_be_reported_row_by_row(self) -> None:
        with pytest.raises(UploadError, match="100,001 rows"):
            read("x\n" * 100_001)

    def test_refuses_an_encoding_that_does_not_fit(self) -> None:
        with pytest.raises(UploadError, match="not written in utf-8"):
            read("größe".encode("latin-1"), encoding="utf-8")
        with pytest.raises(UploadError, match="no encoding named"):
            read("x", encoding="klingon")

    def test_refuses_an_unknown_delimiter(self) -> None:
        with pytest.raises(UploadError, match="delimiter"):
            read("x", delimiter="x")


class TestEncodings:
    GERMAN = "Ungefähr\nStraße\ngrößere Schuhe\n"

    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
    )
    def test_reads_german(self, encoding: str) -> None:
        assert texts(read(self.GERMAN.encode(encoding))) == ["Ungefähr", "Straße", "größere Schuhe"]

    @pytest.mark.parametrize(
        ("encoding", "words"),
        [
            ("cp1251", ["купить велосипед", "красная обувь", "погода в москве"]),
            ("cp1254", ["kırmızı ayakkabı", "istanbul hava durumu", "ucuz uçak bileti şehir"]),  # noqa: RUF001 - Turkish
            ("cp1250", ["czerwone buty", "tani rower górski", "łóżko dziecięce", "żółta sukienka"]),
            ("gb18030", ["红色鞋子", "北京天气", "买自行车"]),
            ("shift_jis", ["赤い靴", "東京の天気", "自転車を買う"]),
            ("cp1252", ["chaussures d'été", "crème brûlée", "où acheter vélo électrique", "forêt"]),
        ],
    )
    def test_guesses_legacy_encodings(self, encoding: str, words: list[str]) -> None:
        assert texts(read("\n".join(words).encode(encoding))) == words

    def test_takes_the_users_word(self) -> None:
        assert texts(read("größe".encode("cp850"), encoding="cp850")) == ["größe"]


class TestReadText:
    def test_takes_lines_as_they_stand(self) -> None:
        imported = read_text(
            '"red shoes"\nhotel berlin,germany\nhotel paris,france\n', max_keywords=9
        )
        assert texts(imported) == ['"red shoes"', "hotel berlin,germany", "hotel paris,france"]
        assert imported.how == "paste"

    def test_takes_columns_with_a_header(self) -> None:
        imported = read_text("keyword,country\nshoes,de\n", max_keywords=9)
        assert [(row.text, row.country) for row in imported.accepted] == [("shoes", "de")]

    def test_takes_cells_of_a_spreadsheet(self) -> None:
        assert texts(read_text("shoes\t100\nboots\t200\n", max_keywords=9)) == ["shoes", "boots"]

    def test_refuses_nothing(self) -> None:
        with pytest.raises(UploadError, match="no keyword"):
            read_text("  \n ", max_keywords=9)


class TestReadList:
    def test_checks_each_text(self) -> None:
        imported = read_list(["a,b", " a,b", "\ud800", "x\ny", ""], max_keywords=9)
        assert texts(imported) == ["a,b", "x y"]
        assert sorted(reasons(imported)) == [2, 3, 5]
        assert imported.how == "api"
