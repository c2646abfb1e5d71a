"""A house of its own: a small demo, served as users meet it, and a real browser before it.

The server is another process with a home and a database of its own, as `make demo` starts it: gunicorn, the worker
of background tasks, compressed static files, no test settings. The browser is Debian's Chromium.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "unionhall" / "kernel" / "static" / "vendor" / "axe.min.js"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCALE = "0.002"
START_SECONDS = 60
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 900}
RUN_AXE = """async (rules) => {
  const found = await axe.run(document, {
    resultTypes: ["violations"], ...(rules ? {runOnly: {type: "rule", values: rules}} : {}),
  });
  return found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.target.join(" ")).join(", ")}`);
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here drive the browser; without one, or without its files, they say what is missing."""
    here = Path(__file__).parent
    missing = ""
    if CHROMIUM is None:
        missing = "Chromium is not here: apt-get install chromium"
    elif not AXE.is_file():
        missing = "axe is not here: run `make setup`"
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(pytest.mark.skip(reason=missing))


@dataclass(frozen=True, slots=True)
class House:
    """The server: its address, and who may enter with which password."""

    address: str
    password: str
    units: dict[str, str]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demo federation of the smallest size, served until the last test is done."""
    home = tmp_path_factory.mktemp("home")
    environment = {key: text for key, text in os.environ.items() if not key.startswith("UNIONHALL_")}
    environment |= {
        "UNIONHALL_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home / 'unionhall.sqlite3'}",
        "PYTHONPATH": str(ROOT),
    }
    command = (sys.executable, "-m", "unionhall.site.command")

    def run(*words: str) -> str:
        done = subprocess.run(  # noqa: S603  our own command
            [*command, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(words)} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    run("keys", "create")
    run("migrate", "--verbosity", "0")
    run("collectstatic", "--noinput", "--verbosity", "0")
    told = run("demo", "--scale", SCALE)
    port = free_port()
    serve = (*command, "serve", "--bind", f"127.0.0.1:{port}", "--processes", "1")
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(serve, cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/accounts/login/", server, home / "server.log")
            first, *lines = told.splitlines()
            units = {line.split()[0]: line.split()[-1] for line in lines if line.startswith("  ")}
            yield House(address, re.split("[:：]", first)[1].strip(), units)
        finally:
            server.terminate()
            server.wait(30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@dataclass(slots=True)
class Visitor:
    """One person before a browser of her own. Whatever the browser complains about is kept."""

    house: House
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Response:
        """Open a page by its path."""
        answer = self.page.goto(self.house.address + path)
        assert answer is not None
        return answer

    def log_in(self, name: str, password: str = "") -> "Visitor":
        """Log in with the password of the demo, or one's own."""
        self.go("/accounts/login/")
        self.page.fill("[name=login]", name)
        self.page.fill("[name=password]", password or self.house.password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda address: "/accounts/login" not in address)
        return self

    def submit(self, within: str = "main") -> None:
        """Press the one primary button, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.click(f"{within} button.btn-primary")

    @property
    def path(self) -> str:
        """Where she is."""
        return self.page.url.removeprefix(self.house.address)

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.inner_text("main")

    def axe(self, *rules: str) -> list[str]:
        """What axe finds wrong here: rule and places."""
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE.read_text("utf-8"))
        found: list[str] = self.page.evaluate(RUN_AXE, list(rules) or None)
        return found

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


class Visits:
    """Makes visitors, and closes their browsers."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house, self.browser = house, browser
        self.made: list[Visitor] = []

    def __call__(self, *, phone: bool = False, script: bool = True) -> Visitor:
        """A new person, at a desk or with a phone, with JavaScript or without."""
        context = self.browser.new_context(
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            java_script_enabled=script,
            locale="zh-CN",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        visitor = Visitor(self.house, context, context.new_page())
        notes = visitor.complaints
        visitor.page.on(
            "console",
            lambda said: notes.append(said.text) if said.type in {"error", "warning"} else None,
        )
        visitor.page.on("pageerror", lambda error: notes.append(str(error)))
        self.made.append(visitor)
        return visitor

    def close(self) -> None:
        """Close what was opened."""
        for visitor in self.made:
            visitor.context.close()


@pytest.fixture
def visit(house: House, chromium: Browser) -> Iterator[Visits]:
    """`visit()` is somebody at a desk, `visit(phone=True)` with a phone. No page may complain in the console."""
    visits = Visits(house, chromium)
    yield visits
    visits.close()
    complaints = [text for one in visits.made for text in one.complaints]
    assert complaints == []


@pytest.fixture(scope="session")
def tour(house: House, chromium: Browser) -> Iterator[Visits]:
    """As `visit`, for one long walk through the whole house."""
    visits = Visits(house, chromium)
    yield visits
    visits.close()
