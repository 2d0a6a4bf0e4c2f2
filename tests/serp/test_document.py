import pytest

from serp.document import LONGEST_TEXT, MOST_ELEMENTS, read_document

PAGE = b"""<html><head><title> A  title </title><style>p {}</style></head><body>
<div id="one" class="a b"><p>First <b>bold</b></p><script>var hidden = 1</script>
<a href="/x">link</a><a name="y">no link</a><ul><li>inner</li></ul></div>
<div id="one" class="b">second<p style="display: none">unseen</p></div>
<noscript>Turn JavaScript on</noscript></body></html>"""


class TestNodes:
    def test_text_is_one_line_without_scripts(self) -> None:
        node = read_document(PAGE).by_id["one"]
        assert node.text == "First bold linkno link inner"

    def test_ids_may_repeat(self) -> None:
        document = read_document(PAGE)
        assert [node.get("class") for node in document.all_with_id("one")] == ["a b", "b"]

    def test_children_are_direct(self) -> None:
        node = read_document(PAGE).by_id["one"]
        assert [child.name for child in node.children] == ["p", "script", "a", "a", "ul"]

    def test_descendants_by_name_and_class(self) -> None:
        document = read_document(PAGE)
        assert [node.text for node in document.by_id["one"].named("b", "li")] == ["bold", "inner"]
        assert len(document.by_name["body"][0].classed("b")) == 2

    def test_only_anchors_with_an_href_are_links(self) -> None:
        document = read_document(PAGE)
        assert [link.text for link in document.links] == ["link"]

    def test_ancestors_and_containment(self) -> None:
        document = read_document(PAGE)
        item = document.by_name["li"][0]
        assert [node.name for node in item.ancestors] == ["ul", "div", "body", "html"]
        assert document.by_id["one"].contains(item)
        assert not item.contains(document.by_id["one"])

    def test_visible_text_leaves_out_what_nobody_sees(self) -> None:
        text = read_document(PAGE).visible_text
        assert "second" in text
        assert "unseen" not in text
        assert "JavaScript" not in text
        assert "A title" not in text

    def test_title_scripts_and_noscript(self) -> None:
        document = read_document(PAGE)
        assert document.title == "A title"
        assert document.scripts == ["var hidden = 1"]
        assert document.noscript_text == "Turn JavaScript on"


class TestCaps:
    @pytest.mark.parametrize(
        "body",
        [
            b"<div>" * 300_000,
            b"<table><tr><td>" * 100_000,
            b"<!---->" * 300_000,
            b"&lt;" * 500_000,
            b"<" * 2_000_000,
            b"<a " + b"x=1 " * 300_000,
            b"<b><p>" * 100_000,
        ],
        ids=["deep", "tables", "comments", "entities", "brackets", "attributes", "unclosed"],
    )
    def test_a_hostile_page_is_read_up_to_a_point(self, body: bytes) -> None:
        document = read_document(body)
        assert len(document.nodes) <= MOST_ELEMENTS
        assert len(document.visible_text) <= 50 * LONGEST_TEXT

    def test_says_that_it_was_cut(self) -> None:
        assert read_document(b"<i>x</i>" * (MOST_ELEMENTS + 1)).cut
        assert not read_document(PAGE).cut

    @pytest.mark.parametrize(
        "body", [b"", b"\0", b"plain", b"http://a.example/", b"<?xml version='1.0'?><rss/>"]
    )
    def test_takes_what_is_no_page(self, body: bytes) -> None:
        assert read_document(body).links == []
