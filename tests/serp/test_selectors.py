import pytest

from serp.document import read_document
from serp.selectors import BadSelector, select, select_one

PAGE = read_document(
    b"""<div id="list"><ul class="a b"><li class="item first"><a href="/x" data-k="web">one</a></li>
<li class="item ad"><p><a href="https://y/">two</a></p></li></ul></div><a href="/z">three</a>"""
)


class TestSelect:
    @pytest.mark.parametrize(
        ("selector", "texts"),
        [
            ("a", ["one", "two", "three"]),
            ("#list a", ["one", "two"]),
            ("#list > ul > li > a", ["one"]),
            ("li.item:not(.ad) a", ["one"]),
            (".a.b .first", ["one"]),
            ("[data-k]", ["one"]),
            ("[data-k=web]", ["one"]),
            ('a[href^="https:"]', ["two"]),
            ("a[href*=z]", ["three"]),
            ("a[href^=/z], li.ad", ["two", "three"]),
            ("h1", []),
            (".a .missing a", []),
        ],
    )
    def test_finds_in_document_order(self, selector: str, texts: list[str]) -> None:
        assert [node.text for node in select(PAGE, selector)] == texts

    def test_looks_inside_a_node_only(self) -> None:
        box = PAGE.by_id["list"]
        assert [node.text for node in select(box, "a")] == ["one", "two"]
        assert select_one(box, ".ad a") is select(PAGE, ".ad a")[0]
        assert select_one(box, "") is None

    @pytest.mark.parametrize("selector", ["", ">", "a >", "a::before", "a[", "a:hover", ","])
    def test_says_what_it_does_not_understand(self, selector: str) -> None:
        with pytest.raises(BadSelector):
            select(PAGE, selector)
