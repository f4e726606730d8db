"""JupyterLab in a real, headless Chromium: start it, run a notebook, move its widgets as a person would.

The server gets folders of its own, so that nobody's settings matter, and Lab's notebook is told not to leave
cells out of the page while they are out of sight.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import numpy as np
from playwright.sync_api import Browser, Locator, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

_CHROMIUM_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --use-fake-device-for-media-stream"
).split()
_SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false"},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
_KERNEL_IDLE = """() => {
    const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
_RUN_STATE = """() => {  // 'done', the first error, or false while cells still run
    const cells = window.jupyterapp.shell.currentWidget.content.widgets
        .map(cell => cell.model).filter(model => model.type === 'code' && model.sharedModel.source.trim());
    for (const cell of cells)
        for (const output of cell.outputs.toJSON())
            if (output.output_type === 'error') return `${output.ename}: ${output.evalue}`;
    return cells.every(cell => cell.executionCount !== null) && 'done';
}"""
_WATCH_PICTURE = """image => {
    // Time from the last key or pointer event to each new picture, once it is decoded.
    window.latencies = [];
    let moved = 0;
    for (const event of ['keydown', 'pointermove'])
        document.addEventListener(event, () => { moved = performance.now(); }, true);
    new MutationObserver(async () => {
        const began = moved;
        await image.decode();
        window.latencies.push(performance.now() - began);
    }).observe(image, {attributes: true, attributeFilter: ['src']});
}"""
_PIXELS = """async image => {
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [90, 60];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0, 90, 60);
    return Array.from(context.getImageData(0, 0, 90, 60).data);
}"""


class Notebook:
    """An open notebook. ``page`` is Playwright's, for whatever has no helper here."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def run_all(self, seconds: float = 120) -> None:
        """Run every cell and wait for the end; a cell that raises fails the test with its error."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        end = self.page.wait_for_function(_RUN_STATE, timeout=1000 * seconds).json_value()
        assert end == "done", end
        self.page.wait_for_function(_KERNEL_IDLE, timeout=1000 * seconds)

    def find(self, selector: str) -> Locator:
        """The first element that matches, scrolled into view."""
        element = self.page.locator(f".jp-Notebook {selector}").first
        element.scroll_into_view_if_needed()
        return element

    def watch(self, selector: str = "img.picture") -> None:
        """Start timing a picture's updates; :meth:`latencies` reads them."""
        self.find(selector).evaluate(_WATCH_PICTURE)

    def latencies(self) -> list[float]:
        """Milliseconds from the last key or pointer event to each decoded picture, since :meth:`watch`."""
        return self.page.evaluate("() => window.latencies")

    def pixels(self, selector: str = "img.picture") -> np.ndarray:
        """What the browser shows of a picture, through a canvas: (60, 90, 3) uint8."""
        values = np.array(self.find(selector).evaluate(_PIXELS), np.uint8)
        return values.reshape(60, 90, 4)[..., :3]

    def pixels_after(
        self, before: np.ndarray, selector: str = "img.picture", seconds: float = 10
    ) -> np.ndarray:
        """The picture's pixels as soon as they differ from ``before``."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            now = self.pixels(selector)
            if (now != before).any():
                return now
            time.sleep(0.05)
        raise AssertionError(f"The picture {selector} did not change within {seconds:g} s.")

    def press(self, control: str, key: str, times: int = 1) -> None:
        """Focus a slider by its class name and press a key."""
        handle = self.find(f".{control} .noUi-handle")
        handle.focus()
        for _ in range(times):
            handle.press(key)

    def drag(self, control: str, pixels: int) -> None:
        """Drag a slider's handle to the right (or left) by so many screen pixels."""
        box = self.find(f".{control} .noUi-handle").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + pixels, y, steps=5)
        self.page.mouse.up()

    def value(self, control: str) -> int:
        """What a slider's readout says."""
        return int(self.find(f".{control} .widget-readout").inner_text())


class Lab:
    """A JupyterLab server and a browser on it."""

    def __init__(self, url: str, token: str, browser: Browser) -> None:
        self._url, self._token, self._browser = url, token, browser

    @contextmanager
    def open(self, path: str, seconds: float = 60) -> Iterator[Notebook]:
        """Open a notebook, by its path under the server's root, with its kernel ready."""
        page = self._browser.new_page(viewport={"width": 1300, "height": 1100})
        workspace = secrets.token_hex(4)
        page.goto(f"{self._url}/lab/workspaces/{workspace}/tree/{path}?token={self._token}&reset")
        page.wait_for_function(_KERNEL_IDLE, timeout=1000 * seconds)
        try:
            yield Notebook(page)
        finally:
            page.close()


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook of code cells, with the kernel named: without it Lab asks which one to take."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


@contextmanager
def running_lab(root: Path, home: Path) -> Iterator[Lab]:
    """JupyterLab serving ``root``, with every setting and run file under ``home``."""
    token, port = secrets.token_hex(16), _free_port()
    with _server(root, home, port, token) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_CHROMIUM_FLAGS)
        try:
            yield Lab(url, token, browser)
        finally:
            browser.close()


@contextmanager
def _server(root: Path, home: Path, port: int, token: str) -> Iterator[str]:
    for name, values in _SETTINGS.items():
        file = home / "config" / "lab" / "user-settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(values))
    places = {
        "HOME": "",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
        *(f"--ServerApp.root_dir={root}", "--ServerApp.allow_root=True", "--expose-app-in-browser"),
        "--LabApp.extension_manager=readonly",
    ]
    log = home / "server.log"
    with log.open("w") as out:
        environment = os.environ | {name: str(home / place) for name, place in places.items()}
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield _answering(f"http://127.0.0.1:{port}", token, server, log)
    finally:
        server.terminate()  # shuts its kernels down
        server.wait(timeout=20)


def _answering(url: str, token: str, server: subprocess.Popen, log: Path, seconds: float = 60) -> str:
    """Wait until the server answers; return its address."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/api/status?token={token}", timeout=2).close()
            return url
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
