"""Two runs side by side."""

from keywords.comparison import Comparison, compare
from keywords.models import ResultLink


def link(url: str, *, opaque: bool = False) -> ResultLink:
    return ResultLink(url="" if opaque else url, title=url, domain=url, opaque=opaque)


def compared(now: str, before: str, *, opaque: bool = False) -> Comparison:
    """Each letter is a link."""
    return compare(
        [link(each, opaque=opaque) for each in now], [link(each, opaque=opaque) for each in before]
    )


class TestCompare:
    def test_tells_new_gone_and_moved(self) -> None:
        found = compared("bxa", "abc")
        told = [(row.link.url, row.is_new, row.rise) for row in found.rows]
        assert told == [("b", False, 1), ("x", True, 0), ("a", False, -2)]
        assert [(row.link.url, row.before) for row in found.gone] == [("c", 3)]
        assert (found.new, found.moved, found.is_same) == (1, 2, False)

    def test_tells_sameness(self) -> None:
        assert compared("abc", "abc").is_same

    def test_knows_links_whose_target_is_hidden_by_their_title(self) -> None:
        assert compared("ab", "ab", opaque=True).is_same

    def test_counts_the_same_link_twice(self) -> None:
        found = compared("aa", "a")
        assert [row.is_new for row in found.rows] == [False, True]
