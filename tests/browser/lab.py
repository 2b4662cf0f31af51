"""Throwaway servers: each has its own folder, port, token and settings; nothing of the user's is read."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import nbformat

ROOT = Path(__file__).resolve().parents[2]


def chromium() -> str | None:
    """Where the system's Chromium is, if it has one."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


class Server:
    """A server on the loopback, started when the block begins and killed when it ends.

    Args:
        folder: Where it works; ``notebooks`` in it is made for what it shows.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir(parents=True, exist_ok=True)
        self.token = secrets.token_hex(16)
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.port: int = sock.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """What starts it: a module of this Python and its arguments."""
        raise NotImplementedError

    @property
    def ready(self) -> str:
        """An address that is answered once it is there."""
        return self.url

    def __enter__(self) -> Self:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder),
            "IPYTHONDIR": str(self.folder / "ipython"),
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.folder / "workspaces"),
        }
        with (self.folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self.command()],
                cwd=self.notebooks,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            # The server and its kernels are one session, so none of them outlives the tests.
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)

    def _wait(self, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process and self._process.poll() is None:
            try:
                with urllib.request.urlopen(self.ready, timeout=10):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.25)
        log = (self.folder / "server.log").read_text()[-4000:]
        raise RuntimeError(f"{' '.join(self.command()[:1])} did not start:\n{log}")

    def notebook(self, name: str, *cells: str) -> Path:
        """Write a notebook of code cells."""
        notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
        notebook.metadata["kernelspec"] = {
            "name": "python3", "display_name": "Python 3", "language": "python",
        }  # fmt: skip
        notebook.cells = [nbformat.v4.new_code_cell(c) for c in cells]  # type: ignore[no-untyped-call]
        path = self.notebooks / f"{name}.ipynb"
        nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
        return path


class Lab(Server):
    """JupyterLab.

    Args:
        folder: As that of any server.
        settings: More of its settings, by trait.
        widget_state: Whether notebooks keep the state of their widgets, which is the most they can keep.
    """

    program = "jupyterlab"
    application = "LabApp"
    tree = "doc/tree"
    """Where it shows a notebook alone, without side bars."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, object] | None = None,
        *,
        widget_state: bool = False,
    ) -> None:
        super().__init__(folder)
        self._widget_state = widget_state
        self._settings = settings or {}

    def command(self) -> list[str]:
        """JupyterLab, asking nothing of anyone elsewhere."""
        settings = self.folder / "settings"
        _write(settings, "@jupyterlab/apputils-extension/notification", fetchNews="false")
        _write(settings, "@jupyterlab/notebook-extension/tracker", recordTiming=False)
        _write(settings, "@jupyter-widgets/jupyterlab-manager/plugin", saveState=self._widget_state)
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.open_browser": False,
            "ServerApp.root_dir": self.notebooks,
            "ServerApp.allow_root": True,
            "IdentityProvider.token": self.token,
            f"{self.application}.expose_app_in_browser": True,
            "LabApp.extension_manager": "readonly",
            "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "LabApp.news_url": "None",
            **self._settings,
        }
        return [self.program, *(f"--{k}={v}" for k, v in options.items())]

    @property
    def ready(self) -> str:
        """The interface that its page speaks to."""
        return f"{self.url}/api?token={self.token}"

    def stop_kernels(self) -> None:
        """Stop all kernels, which would otherwise take a few hundred megabytes each until the end."""
        for kernel in self._call("kernels"):
            self._call(f"kernels/{kernel['id']}", "DELETE")

    def _call(self, what: str, method: str = "GET") -> Any:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}/api/{what}", method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def write(self, name: str, *cells: str) -> str:
        """Write a notebook of code cells. Returns the address that opens it."""
        path = self.notebook(name, *cells)
        return f"{self.url}/{self.tree}/{path.name}?token={self.token}"


class Notebook7(Lab):
    """Jupyter Notebook 7."""

    program = "notebook"
    application = "JupyterNotebookApp"
    tree = "notebooks"


class Voila(Server):
    """Voilà, which runs ``app.ipynb`` for whoever opens it and shows what it puts out."""

    def command(self) -> list[str]:
        """Voilà on one notebook."""
        options = {
            "Voila.ip": "127.0.0.1",
            "port": self.port,
            "Voila.open_browser": False,
            # Extensions of other programs in this environment are not for it.
            "VoilaConfiguration.extension_denylist": ["@jupyter-notebook/lab-extension"],
        }
        return ["voila", "app.ipynb", *(f"--{k}={v}" for k, v in options.items())]

    @property
    def ready(self) -> str:
        """A file of its own; to ask for the page would run the notebook."""
        return f"{self.url}/voila/static/voila.js"


class Marimo(Server):
    """marimo, which runs ``app.py`` for whoever opens it and shows what it puts out."""

    def command(self) -> list[str]:
        """Marimo on one program."""
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--headless", "--no-token"]
        return ["marimo", "-q", "-y", "run", "app.py", *options]


def _write(settings: Path, name: str, **values: object) -> None:
    path = settings / f"{name}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")
