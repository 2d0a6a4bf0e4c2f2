"""A page that tries everything to reach out, to run, and to change what is around it."""

import socketserver
import threading
from types import TracebackType
from typing import Self


class Server(socketserver.ThreadingTCPServer):
    # A browser may open a connection and say nothing on it.
    daemon_threads = True


class Trap:
    """A port that counts whoever knocks. Leaving the `with` block closes it."""

    def __init__(self) -> None:
        self.visits: list[str] = []
        trap = self

        class Knock(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                trap.visits.append(self.request.recv(200).split(b"\r\n")[0].decode("latin-1"))
                self.request.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

        self.server = Server(("127.0.0.1", 0), Knock)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()


def make_hostile_page(trap: str) -> bytes:
    """`trap` is an address at which any request would be noticed."""
    return f"""<!doctype html>
<html><head>
<base href="{trap}/base/" target="_top">
<meta http-equiv="refresh" content="0; url={trap}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src * 'unsafe-inline'">
<link rel="stylesheet" href="{trap}/style.css">
<link rel="prefetch" href="{trap}/prefetch">
<link rel="dns-prefetch" href="//evil.example">
<style>@import url("{trap}/import.css"); body {{ background: url("{trap}/background.png") }}
@font-face {{ font-family: x; src: url("{trap}/font.woff2") }} p {{ font-family: x }}</style>
<title>harmless</title></head>
<body onload="top.document.title='PWNED'; fetch('{trap}/onload')">
<p id="text">A hostile page</p>
<script>document.title = 'PWNED'; parent.document.title = 'PWNED'; top.location = '{trap}/top';
new Image().src = '{trap}/script'; localStorage.setItem('pwned', 'yes'); document.cookie = 'pwned=yes';</script>
<script src="{trap}/script.js"></script>
<img src="{trap}/picture.png" onerror="fetch('{trap}/onerror'); parent.document.title='PWNED'">
<svg onload="fetch('{trap}/svg')"><image href="{trap}/svg.png"/><script>fetch('{trap}/svgscript')</script></svg>
<iframe src="{trap}/frame"></iframe><object data="{trap}/object"></object><embed src="{trap}/embed">
<video src="{trap}/video" poster="{trap}/poster" autoplay></video><audio src="{trap}/audio" autoplay></audio>
<form id="form" action="{trap}/form" target="_top"><input name="a" value="1"><button id="send">Send</button></form>
<a id="top" href="{trap}/link" target="_top">Leave by the top</a>
<a id="blank" href="{trap}/blank" target="_blank">Leave by a window</a>
<a id="ping" href="#" ping="{trap}/ping">Ping</a>
<a id="script" href="javascript:parent.document.title='PWNED'">Script</a>
</body></html>""".encode()
