"""A real JupyterLab in a real browser. Any console error and any request to elsewhere fails the test."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

import kg
from tests.browser.explorer_page import Run, ready
from tests.browser.lab import Lab, chromium
from tests.conftest import need
from tests.widgets.corpus import fill
from widgets.build import BUILT, STATIC

ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", "--disable-default-apps",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
SETUP = """
import kg
from widgets import Explorer
graph = kg.connect("library.kg")
"""

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one of this process, beside which no other starts; where there are a Chromium and the built page."""
    need(chromium() is not None, "no Chromium on this machine (apt-get install chromium)")
    need(
        all((STATIC / name).is_file() for name in BUILT),
        "the page is not built (python -m widgets.build)",
    )
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with the little library as ``library.kg`` beside its notebooks."""
    with Lab(tmp_path_factory.mktemp("lab"), widget_state=True) as lab:
        with kg.connect(lab.notebooks / "library.kg") as graph:
            fill(graph)
        yield lab


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures are kept: POLYMATH_SCREENSHOTS, else a folder of this run."""
    named = os.environ.get("POLYMATH_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that remembers what it must not do."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    elsewhere: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} ({message.location.get('url', '')})")

    def on_request(request: Request) -> None:
        host = urlsplit(request.url).hostname
        if request.url.startswith(("http", "ws")) and host not in ("127.0.0.1", "localhost"):
            elsewhere.append(request.url)

    page.on("console", on_console)
    page.on(
        "pageerror", lambda error: errors.append(f"{error.name}: {error.message} {error.stack}")
    )
    page.on("request", on_request)
    page.on("websocket", lambda socket: on_socket(socket.url))

    def on_socket(url: str) -> None:
        if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
            elsewhere.append(url)

    allowed: list[str] = []
    page.allow_errors = allowed.append  # type: ignore[attr-defined]  # a test may expect some, and the requests that end in them
    yield page
    context.close()

    def unexpected(found: list[str]) -> list[str]:
        return [e for e in found if not any(re.search(a, e) for a in allowed)]

    assert not unexpected(errors), f"errors in the console: {unexpected(errors)}"
    assert not unexpected(elsewhere), f"requests to elsewhere: {unexpected(elsewhere)}"


@pytest.fixture(autouse=True)
def rested(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave no kernel of a test running."""
    yield
    if "lab" in request.fixturenames:
        request.getfixturevalue("lab").stop_kernels()


@pytest.fixture
def run(lab: Lab, page: Page, request: pytest.FixtureRequest) -> Run:
    """Open a notebook of these cells (after the setup), run all, and wait until the kernel is idle."""

    def run(*cells: str) -> None:
        page.goto(lab.write(request.node.name, SETUP, *cells))
        idle(page)
        # Asks the widget to say where it paints things.
        page.evaluate("document.documentElement.dataset.polymathDebug = '1'")
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        numbered = page.locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\[\d+\]"))
        expect(numbered).to_have_count(len(cells) + 1, timeout=60_000)
        idle(page)

    return run


@pytest.fixture
def explorer(run: Run, page: Page) -> Locator:
    """One Explorer around graphene."""
    run('Explorer(graph, "graphene")')
    return ready(page.get_by_test_id("explorer"))


def idle(page: Page) -> None:
    """Wait until the notebook's kernel is there and has nothing to do.

    The indicator in the toolbar will not do: it says "idle" before there is a kernel.
    """
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.sessionContext")
    page.evaluate(
        """async () => {
            const { sessionContext } = window.jupyterapp.shell.currentWidget.context;
            await sessionContext.ready;
            await sessionContext.session.kernel.info;
            while (sessionContext.session.kernel.status !== "idle") {
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
        }"""
    )


def themed(page: Page, name: str) -> None:
    """Let JupyterLab be ``Light`` or ``Dark``, and wait until its style sheet is there."""
    page.evaluate(
        "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
        f"JupyterLab {name}",
    )
    page.wait_for_function(
        """dark => {
            const ground = getComputedStyle(document.body).getPropertyValue("--jp-layout-color1");
            return ground !== "" && !["white", "#fff", "#ffffff"].includes(ground.trim()) === dark;
        }""",
        arg=name == "Dark",
    )
    # JupyterLab covers itself until then.
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)
    # The widgets hear of the name before that, and look again a second later at most.
    for widget in ("explorer", "curator", "walkthrough"):
        for shown in page.get_by_test_id(widget).all():
            dark = expect(shown)
            (dark.to_have_class if name == "Dark" else dark.not_to_have_class)(
                re.compile("pm-dark")
            )
