"""The made-up results: always the same, and of every kind that a parser must know."""

from urllib.parse import urlsplit

from serp.practice.content import PAGES, Asked, Content, make_content


def many() -> list[Content]:
    return [make_content(Asked(keyword=f"keyword {number}")) for number in range(400)]


class TestMakeContent:
    def test_says_the_same_to_the_same_question(self) -> None:
        asked = Asked(keyword="garden chairs", page=2, language="de", country="at")
        assert make_content(asked) == make_content(asked)

    def test_pages_differ_and_the_total_does_not(self) -> None:
        pages = [make_content(Asked(keyword="garden chairs", page=page)) for page in (1, 2)]
        assert pages[0].organic != pages[1].organic
        assert pages[0].stats == pages[1].stats

    def test_has_every_kind_of_page(self) -> None:
        contents = [content for content in many() if not content.found_nothing]
        assert {len(content.top_ads) for content in contents} == {0, 1, 2, 3, 4}
        assert {len(content.bottom_ads) for content in contents} == {0, 1, 2, 3}
        assert {len(content.organic) for content in contents} == {8, 9, 10}
        assert {bool(content.stats) for content in contents} == {True, False}
        assert {bool(content.questions) for content in contents} == {True, False}
        assert {bool(hit.sitelinks) for content in contents for hit in content.organic} == {
            True,
            False,
        }

    def test_finds_nothing_for_a_few_keywords(self) -> None:
        nothing = sum(content.found_nothing for content in many())
        assert 0 < nothing < 40
        assert make_content(Asked(keyword="nothing: at all")).found_nothing

    def test_ends_after_the_last_page(self) -> None:
        assert not make_content(Asked(keyword="garden chairs", page=PAGES)).found_nothing
        assert make_content(Asked(keyword="garden chairs", page=PAGES + 1)).found_nothing

    def test_leads_only_to_names_that_cannot_exist(self) -> None:
        entries = [entry for content in many() for entry in (*content.top_ads, *content.organic)]
        hosts = {urlsplit(entry.url).hostname or "" for entry in entries}
        assert all(host.endswith((".example", ".test")) for host in hosts)

    def test_writes_numbers_as_the_language_does(self) -> None:
        keywords = [f"word {number}" for number in range(20)]
        german = [make_content(Asked(keyword=k, language="de")).stats for k in keywords]
        assert any(stats.startswith("Ungefähr ") and "." in stats for stats in german)
