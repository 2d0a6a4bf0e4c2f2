"""A search server that nobody here wrote: Xapian Omega behind lighttpd, on a free port of loopback."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from tests.acceptance.product import find_free_port

OMEGA = Path("/usr/lib/cgi-bin/omega/omega")
TEMPLATES = Path("/usr/share/xapian-omega/templates")
PATHS = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
NEEDED = {"omega": OMEGA.exists(), "lighttpd": shutil.which("lighttpd", path=PATHS) is not None}

# What scriptindex is to do with each field.
INDEX_SCRIPT = """url : boolean=Q unique=Q field=url
title : field=title index=S index
text : field=sample index
"""
OMEGA_CONF = """database_dir {folder}/data
template_dir {folder}/templates
log_dir {folder}/log
cdb_dir {folder}/cdb
"""
LIGHTTPD_CONF = """server.modules = ("mod_alias", "mod_cgi", "mod_setenv")
server.document-root = "{folder}/empty"
server.bind = "127.0.0.1"
server.port = {port}
server.errorlog = "{folder}/error.log"
alias.url = ("/search" => "{omega}")
cgi.assign = ("" => "")
setenv.add-environment = ("OMEGA_CONFIG_FILE" => "{folder}/omega.conf")
"""


class OmegaServer:
    """Serves an index of the documents, address -> (title, text), at `url`."""

    def __init__(self, folder: Path, documents: Mapping[str, tuple[str, str]]) -> None:
        self.folder = folder
        self.documents = documents
        self.port = find_free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._write_files()
        self._index()
        self._process = subprocess.Popen(
            ["lighttpd", "-D", "-f", str(self.folder / "lighttpd.conf")],
            env={**os.environ, "PATH": PATHS},
        )
        self._wait_until_ready(15)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _write_files(self) -> None:
        for name in ("data", "log", "cdb", "empty"):
            (self.folder / name).mkdir()
        shutil.copytree(TEMPLATES, self.folder / "templates")
        (self.folder / "omega.conf").write_text(OMEGA_CONF.format(folder=self.folder))
        (self.folder / "index.script").write_text(INDEX_SCRIPT)
        (self.folder / "lighttpd.conf").write_text(
            LIGHTTPD_CONF.format(folder=self.folder, port=self.port, omega=OMEGA)
        )

    def _index(self) -> None:
        records = (
            f"url={url}\ntitle={title}\ntext={text}\n"
            for url, (title, text) in self.documents.items()
        )
        subprocess.run(
            [
                "scriptindex",
                str(self.folder / "data" / "default"),
                str(self.folder / "index.script"),
            ],
            input="\n".join(records),
            text=True,
            check=True,
            capture_output=True,
            timeout=60,
        )

    def _wait_until_ready(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            assert self._process.poll() is None, (self.folder / "error.log").read_text()
            try:
                answer = requests.get(f"{self.url}/search?P=kettle", timeout=5)
                assert answer.status_code == 200, answer.text
                return
            except requests.ConnectionError:
                assert time.monotonic() < until, (self.folder / "error.log").read_text()
                time.sleep(0.1)
