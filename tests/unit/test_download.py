"""Downloads against a local server that can break off, and archives that misbehave."""

import hashlib
import io
import json
import stat
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from labkit.datasets import download, ravdess
from labkit.datasets.download import RemoteFile, fetch, unpack
from labkit.datasets.ravdess_download import archive_names, download_ravdess
from labkit.errors import DataError

CHUNK = 1 << 16


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


class Server(ThreadingHTTPServer):
    """Serves ``files`` with ranges; each address in ``cuts`` breaks off once after so many bytes."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.cuts: dict[str, list[int]] = {}
        self.ranges: list[str | None] = []
        self.understands_ranges = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def publish(self, archives: dict[str, bytes]) -> str:
        """Serve the archives and a record of them as Zenodo's; returns the record's address."""
        entries = []
        for name, content in archives.items():
            self.files[f"/{name}/content"] = content
            links = {"self": f"{self.address}/{name}/content"}
            checksum = f"md5:{hashlib.md5(content).hexdigest()}"
            entries.append({"key": name, "size": len(content), "checksum": checksum, "links": links})
        self.files["/record"] = json.dumps({"files": entries}).encode()
        return f"{self.address}/record"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        wanted = self.headers.get("Range")
        start = 0
        if self.path != "/record":
            self.server.ranges.append(wanted)
        if wanted and self.server.understands_ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        cuts = self.server.cuts.get(self.path)
        self.wfile.write(content[start : cuts.pop(0)] if cuts else content[start:])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(download.time, "sleep", lambda seconds: None)
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def remote(server: Server, content: bytes, name="a.zip") -> RemoteFile:
    server.publish({name: content})
    return download.zenodo_files(f"{server.address}/record")[name]


def test_a_broken_connection_is_taken_up_where_it_broke(server, tmp_path):
    content = bytes(range(256)) * 1024
    file = remote(server, content)
    server.cuts["/a.zip/content"] = [CHUNK, 3 * CHUNK]
    assert fetch(file, tmp_path).read_bytes() == content
    assert server.ranges == [None, f"bytes={CHUNK}-", f"bytes={3 * CHUNK}-"]
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_a_second_run_goes_on_from_what_the_first_left(server, tmp_path):
    content = bytes(range(256)) * 1024
    file = remote(server, content)
    server.cuts["/a.zip/content"] = [CHUNK] + [CHUNK] * download.ATTEMPTS
    with pytest.raises(
        DataError, match="broke off after 65,536 of 262,144 bytes; run the same command again"
    ):
        fetch(file, tmp_path)
    assert not (tmp_path / "a.zip").exists()
    server.cuts.clear()
    server.ranges.clear()
    assert fetch(file, tmp_path).read_bytes() == content
    assert server.ranges == [f"bytes={CHUNK}-"]


def test_a_server_without_ranges_starts_again(server, tmp_path):
    content = bytes(range(256)) * 1024
    file = remote(server, content)
    server.understands_ranges = False
    server.cuts["/a.zip/content"] = [CHUNK]
    assert fetch(file, tmp_path).read_bytes() == content


def test_a_whole_file_is_not_fetched_again(server, tmp_path):
    file = remote(server, b"x" * 100)
    fetch(file, tmp_path)
    server.ranges.clear()
    fetch(file, tmp_path)
    assert server.ranges == []


def test_a_wrong_checksum_leaves_nothing_behind(server, tmp_path):
    file = remote(server, b"x" * 100)
    server.files["/a.zip/content"] = b"y" * 100
    with pytest.raises(DataError, match="a.zip arrived damaged"):
        fetch(file, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_and_a_dead_server_are_said(server, tmp_path):
    file = remote(server, b"x")
    del server.files["/a.zip/content"]
    with pytest.raises(DataError, match="answered 404"):
        fetch(file, tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        download.zenodo_files("http://127.0.0.1:9/record")
    server.files["/record"] = b"<html>maintenance</html>"
    with pytest.raises(DataError, match="did not answer with a Zenodo record"):
        download.zenodo_files(f"{server.address}/record")


@pytest.mark.parametrize(
    "entry", ["../evil.mp4", "/evil.mp4", "a/../../evil.mp4", "..\\evil.mp4", "C:/evil.mp4"]
)
def test_an_entry_that_reaches_outside_is_refused(tmp_path, entry):
    archive = tmp_path / "bad.zip"
    archive.write_bytes(zipped({"Actor_01/good.mp4": b"good", entry: b"evil"}))
    with pytest.raises(DataError, match="reach outside the folder"):
        unpack(archive, tmp_path / "out" / "bad")
    assert list((tmp_path / "out").iterdir()) == []
    assert not list(tmp_path.rglob("evil*"))


def test_a_link_is_refused(tmp_path):
    archive = tmp_path / "bad.zip"
    link = zipfile.ZipInfo("Actor_01")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(link, "/etc")
    with pytest.raises(DataError, match="reach outside"):
        unpack(archive, tmp_path / "bad")


def test_a_damaged_archive_leaves_nothing(tmp_path):
    archive = tmp_path / "bad.zip"
    archive.write_bytes(zipped({"a.mp4": b"x" * 1000}).replace(b"x" * 10, b"y" * 10, 1))
    with pytest.raises(DataError, match="damaged"):
        unpack(archive, tmp_path / "bad")
    assert [p.name for p in tmp_path.iterdir()] == ["bad.zip"]


def test_too_small_a_disk_is_said_before_anything_is_fetched(server, tmp_path, monkeypatch):
    record = server.publish({"Video_Song_Actor_01.zip": zipped({"Actor_01/a.mp4": b"a"})})
    monkeypatch.setattr(download.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 1}))
    with pytest.raises(DataError, match="GB are free"):
        download_ravdess(tmp_path, [1], record=record)
    assert server.ranges == []


def test_only_the_archives_asked_for_are_fetched_once(server, tmp_path):
    clip = "02-02-01-01-01-01-{:02d}.mp4"
    archives = {
        f"Video_Song_Actor_{actor:02d}.zip": zipped({f"Actor_{actor:02d}/{clip.format(actor)}": b"video"})
        for actor in (1, 2, 3)
    }
    record = server.publish(archives)
    fetched = download_ravdess(tmp_path, [1, 3], record=record)
    assert fetched == ["Video_Song_Actor_01.zip", "Video_Song_Actor_03.zip"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["Video_Song_Actor_01", "Video_Song_Actor_03"]
    assert list(ravdess.load(tmp_path)["subject"]) == ["01", "03"]
    assert download_ravdess(tmp_path, [1, 3], record=record) == []


def test_archive_names_are_zenodos():
    assert len(archive_names()) == 23 and len(archive_names(channel="both")) == 47
    assert archive_names([18], "both") == ["Video_Speech_Actor_18.zip"]
    for actors, channel, reason in (
        ([18], "song", "no songs"),
        ([25], "song", "actors 1 to 24"),
        (None, "x", "song"),
    ):
        with pytest.raises(DataError, match=reason):
            archive_names(actors, channel)
