"""An SFTP server on the loopback that tells as little of its files as the protocol allows."""

import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import paramiko
from paramiko import SFTPAttributes


@dataclass
class OddSftp:
    """`files`: name (bytes) -> content. `told`: the attributes given in listings and by `stat`, `sized` in `stat` too.

    `refused`: names that cannot be opened. `words`: what the server says then, in bytes.
    """

    files: dict[bytes, bytes] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    has_longname: bool = False
    refused: frozenset[bytes] = frozenset()
    port: int = 0
    key: paramiko.PKey = field(default_factory=paramiko.ECDSAKey.generate)

    @property
    def host_key(self) -> str:
        return f"{self.key.get_name()} {self.key.get_base64()}"

    def attributes(self, name: bytes, told: frozenset[str]) -> SFTPAttributes:
        attributes = SFTPAttributes()
        known = {"st_size": len(self.files[name]), "st_mode": stat.S_IFREG | 0o644}
        known |= {"st_mtime": 1763458200, "st_atime": 1763458200}
        for field_, value in known.items():
            if field_ in told:
                setattr(attributes, field_, value)
        return attributes


class _Session(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Line(SFTPAttributes):
    """An entry of a listing whose name and long name are bytes."""

    line = b""

    def asbytes(self) -> bytes:
        return self.line


def _raw(name: bytes | str) -> bytes:
    return name if isinstance(name, bytes) else name.encode("utf-8", "surrogateescape")


class _Server(paramiko.SFTPServer):
    def _process(self, t: int, request_number: int, msg: paramiko.Message) -> None:
        # Paths come as bytes too.
        msg.get_text = lambda: msg.get_string().decode("utf-8", "surrogateescape")  # type: ignore[method-assign]
        super()._process(t, request_number, msg)

    def _send_status(self, request_number: int, code: int, desc: object = None) -> None:
        words = "Accès refusé".encode("cp1252") if code == paramiko.SFTP_FAILURE else b"fin"
        self._response(request_number, 101, code, words, b"")


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, server: paramiko.ServerInterface, odd: OddSftp) -> None:
        self.odd = odd

    def list_folder(self, path: str) -> list[SFTPAttributes]:
        lines = []
        for name in self.odd.files:
            line = _Line()
            vars(line).update(vars(self.odd.attributes(name, self.odd.listed)))
            line.filename = name
            line.line = b"-rw-r--r-- 1 u g 3 Nov 18 09:30 " + name if self.odd.has_longname else b""
            lines.append(line)
        return lines

    def stat(self, path: str) -> SFTPAttributes | int:
        name = _raw(path).rpartition(b"/")[2]
        return self.odd.attributes(name, self.odd.asked) if name in self.odd.files else 2

    lstat = stat

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> "paramiko.SFTPHandle | int":
        name = _raw(path).rpartition(b"/")[2]
        if name in self.odd.refused:
            return paramiko.SFTP_FAILURE
        return _Open(self.odd.files[name])


class _Open(paramiko.SFTPHandle):
    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content

    def read(self, offset: int, length: int) -> bytes | int:
        return self.content[offset : offset + length] or paramiko.SFTP_EOF


@contextmanager
def odd_sftp(odd: OddSftp) -> Iterator[OddSftp]:
    """The server, until the end of the block."""
    transports: list[paramiko.Transport] = []

    def serve(listening: socket.socket) -> None:
        with suppress(OSError, EOFError, paramiko.SSHException):
            while True:
                accepted, _ = listening.accept()
                transport = paramiko.Transport(accepted)
                transports.append(transport)
                transport.add_server_key(odd.key)
                transport.set_subsystem_handler("sftp", _Server, _Files, odd)
                transport.start_server(server=_Session())

    with socket.create_server(("127.0.0.1", 0)) as listening:
        odd.port = listening.getsockname()[1]
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        try:
            yield odd
        finally:
            for transport in transports:
                transport.close()
