"""Pages made to cost: up to eight megabytes each, written to be slow in one way."""

from collections.abc import Callable, Mapping

SIZE = 8 * 1024 * 1024
GOOGLE_FRAME = b"<form><input name=q value=kettle></form><div id=rcnt><div id=search><div id=rso>"
BING_FRAME = b"<form><input name=q value=kettle></form><ol id=b_results>"


def _fill(piece: bytes, *, before: bytes = b"", size: int = SIZE) -> bytes:
    return before + piece * max(1, (size - len(before)) // len(piece))


def _number(before: bytes, piece: bytes, size: int = SIZE) -> bytes:
    """Each piece with a number of its own in place of the hash sign."""
    count = size // (len(piece) + 6)
    return before + b"".join(piece.replace(b"#", str(n).encode()) for n in range(count))


HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "one element in the other": lambda: _fill(b"<div>", before=GOOGLE_FRAME),
    "millions of elements": lambda: _fill(b"<b></b>", before=GOOGLE_FRAME),
    "headed links": lambda: _number(GOOGLE_FRAME, b'<div><a href="https://x#.example/"><h3>t#</h3></a>text</div>'),
    "headed links, one in the other": lambda: _number(GOOGLE_FRAME, b'<div role=heading><a href="https://x#.example/"><h3>t</h3></a>'),
    "ads": lambda: _number(GOOGLE_FRAME.replace(b"search", b"tads"), b'<div data-text-ad><a href="/aclk?adurl=https://x#.example/"><h3>t</h3></a>'),
    "box after box": lambda: _number(GOOGLE_FRAME, b'<div><h2>Videos</h2><a href="/search?tbm=vid&n=#">all</a><a href="https://v#.example/">v</a></div>'),
    "questions": lambda: _fill(b'<div class="related-question-pair"><div data-q="why?">why?</div></div>', before=GOOGLE_FRAME),
    "products": lambda: _number(GOOGLE_FRAME, b'<div class="pla-unit"><a href="/aclk?n=#">kettle</a><b>$5</b></div>'),
    "results of a listing": lambda: _number(BING_FRAME, b'<li class=b_algo><h2><a href="https://x#.example/">t</a></h2><p>text</p></li>'),
    "results, one in the other": lambda: _number(BING_FRAME, b'<li class=b_algo><div><h2><a href="https://x#.example/">t</a></h2>'),
    "boxes of a listing": lambda: _number(BING_FRAME, b'<li class=b_ans><h2><a href="/videos/search?q=#">Videos of x</a></h2><a href="https://v#.example/"><div>a long title</div></a></li>'),
    "new names": lambda: _number(BING_FRAME.replace(b"b_results", b"zz"), b'<li class=zz><h2><a href="https://x#.example/">t#</a></h2><p>text that is prose</p></li>'),
    "new names, one in the other": lambda: _number(BING_FRAME.replace(b"b_results", b"zz"), b'<div><h2><a href="https://x#.example/">t</a></h2>'),
    "rows": lambda: _number(b'<form action="/lite/"><input name=q value=k></form><table>', b'<tr><td><a class=result-link href="https://x#.example/">t</a></td></tr>'),
    "a huge attribute": lambda: GOOGLE_FRAME + b'<a href="https://x.example/?' + b"a=b&" * (SIZE // 4) + b'"><h3>t</h3></a>',
    "huge attributes": lambda: _fill(b'<a href="https://x.example/' + b"a" * 60_000 + b'"><h3>t</h3></a>', before=GOOGLE_FRAME),
    "many attributes": lambda: GOOGLE_FRAME + b"<div " + b" ".join(b"a%d=b" % n for n in range(SIZE // 12)) + b">",
    "many classes": lambda: _fill(b'<div class="' + b"a b c d " * 500 + b'">t</div>', before=GOOGLE_FRAME),
    "entities": lambda: _fill(b"&amp;&lt;&#x1F600;&nosuch;&#1;", before=GOOGLE_FRAME + b'<a href="https://x.example/"><h3>'),
    "words before the verdict": lambda: _fill(b"unusual traffic captcha not a robot ", before=b"<p>"),
    "pieces of text": lambda: _fill(b"<br>a", before=GOOGLE_FRAME + b'<a href="https://x.example/"><h3>t</h3></a>'),
    "comments": lambda: _fill(b"<!-- x -->a", before=GOOGLE_FRAME),
    "one comment": lambda: GOOGLE_FRAME + b"<!--" + b"x" * SIZE,
    "scripts": lambda: _fill(b"<script>var a='result-stats\\\">About 1 result</script>", before=GOOGLE_FRAME),
    "one script": lambda: GOOGLE_FRAME + b"<script>" + b'result-stats\\">' * (SIZE // 15),
    "open brackets": lambda: _fill(b"<<<<<a href=", before=GOOGLE_FRAME),
    "a table": lambda: _fill(b"<tr><td>", before=b"<div id=main><table>"),
    "no tags at all": lambda: b"a" * SIZE,
    "spaces": lambda: b" \n" * (SIZE // 2),
    "zeros": lambda: b"\0" * SIZE,
    "broken encoding": lambda: _fill(b"\xff\xfe<\xc3\x28div\xa0>\xed\xa0\x80", before=GOOGLE_FRAME),
    "wide encoding": lambda: (GOOGLE_FRAME * 30_000).decode().encode("utf-16")[:SIZE],
    "snippets": lambda: _number(GOOGLE_FRAME, b'<a href="https://x#.example/"><h3>t</h3></a><div><span>' + b"word " * 300 + b"</span></div>"),
    "dates": lambda: _number(GOOGLE_FRAME, b'<a href="https://x#.example/"><h3>t</h3></a><div><span>12 de ' + b"1 1 " * 300 + b"</span></div>"),
}  # fmt: skip
