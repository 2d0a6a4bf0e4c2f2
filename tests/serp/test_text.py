# ruff: noqa: RUF001 (texts as engines write them)
import pytest

from serp.text import clean_text, fold_text, read_total_results


class TestReadTotalResults:
    @pytest.mark.parametrize(
        ("stats", "total"),
        [
            ("About 1,230 results (0.24 seconds)", 1230),
            ("About 1,060,000 results", 1_060_000),
            ("1 result (0.30 seconds)", 1),
            ("About 0 results (0.25 seconds)", 0),
            ("16.900.000 results", 16_900_000),
            ("Ungefähr 10.200 Ergebnisse (0,57 Sekunden)", 10_200),
            ("Ungefähr 1’100’000 Ergebnisse (0.41 Sekunden)", 1_100_000),
            ("Ungefähr 1'100'000 Ergebnisse (0.41 Sekunden)", 1_100_000),
            ("Environ 25\u202f500\u202f000 résultats (0,31 secondes)", 25_500_000),
            ("Environ 3\u00a0030\u00a0000 résultats (0,31 secondes)", 3_030_000),
            ("Результатов: примерно 121 000 (0,41 сек.)", 121_000),
            ("Нашлось 12 млн результатов", 12_000_000),
            ("Нашлось 2 тыс. результатов", 2_000),
            ("Page 2 of about 1,060,000 results (0.24 seconds)", 1_060_000),
            ("Seite 2 von ungefähr 1.060.000 Ergebnissen (0,39 Sekunden)", 1_060_000),
            ("約 1,230 件中 2 ページ目 （0.30 秒）", 1230),
            ("找到约 21,100,000 条结果 （用时 0.30 秒）", 21_100_000),
            ("百度为您找到相关结果约100,000,000个", 100_000_000),
            ("約 12 万件", 120_000),
            ("Results 1 to 10 from 5,280,016 in 0.37s", 5_280_016),
            ("Results 11-20 of 38,500", 38_500),
            ("About 1,23,45,678 results", 12_345_678),
            ("حوالي ٢٬١٠٠ نتيجة", 2100),
            ("About 3.5 million results", 3_500_000),
            ("About 575,000 results(0.20s)", 575_000),
            ("ผลการค้นหาประมาณ 40,300,000 รายการ (0.44 วินาที)", 40_300_000),
        ],
    )
    def test_reads_the_number_in_any_style(self, stats: str, total: int) -> None:
        assert read_total_results(stats) == total

    @pytest.mark.parametrize("stats", ["", "No results", "(0.24 seconds)", "Related searches"])
    def test_says_none_where_there_is_no_number(self, stats: str) -> None:
        assert read_total_results(stats) is None


class TestCleanText:
    def test_folds_whitespace_and_drops_invisible_marks(self) -> None:
        assert clean_text(" a\u00a0\n b\u200b\u200ec \u00ad ") == "a bc"

    def test_folding_is_for_comparing(self) -> None:
        assert fold_text("\uff32ed  KETTLE") == fold_text("red kettle")
