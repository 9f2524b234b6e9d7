"""A place in a bucket of an S3 server, used as a `pathlib` path is: what `landing/` asks of a store, and no more.

An object is put whole or not at all: one that was cut is not there. Its MD5 goes with it, so the server refuses what
was altered on the way. A listing is never kept: what another worker has put is seen at once.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from hashlib import md5
from pathlib import Path, PurePosixPath

from vigie.errors import DamagedFile, LandingUnreachable, SettingsError
from vigie.object_server import SCHEME, code_of, is_condition, named, server

# Nothing that Vigie reads whole from landing is nearly so big: what is was not put by it.
MOST_BYTES = 256 * 1024**2
# How many times a value that other workers keep writing is read and written again.
_ATTEMPTS = 20


@dataclass(frozen=True)
class ObjectPath:
    """An object, or all those whose keys begin by it: `key` is `bucket/prefix/name`.

    `is_listed`: it was there when its folder was listed. `held`: its bytes, when they were asked in advance. Every call
    raises LandingUnreachable, which tells what to do, when the server is away, refuses the key, or has no such bucket.
    """

    key: str
    is_listed: bool = field(default=False, compare=False)
    held: bytes | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return SCHEME + self.key

    def __truediv__(self, name: str) -> "ObjectPath":
        return ObjectPath(f"{self.key}/{name}")

    @property
    def _pure(self) -> PurePosixPath:
        return PurePosixPath(self.key)

    @property
    def name(self) -> str:
        return self._pure.name

    @property
    def stem(self) -> str:
        return self._pure.stem

    @property
    def suffix(self) -> str:
        return self._pure.suffix

    @property
    def parts(self) -> tuple[str, ...]:
        return self._pure.parts

    @property
    def parent(self) -> "ObjectPath":
        return ObjectPath(str(self._pure.parent))

    def with_suffix(self, suffix: str) -> "ObjectPath":
        return ObjectPath(str(self._pure.with_suffix(suffix)))

    def relative_to(self, folder: "ObjectPath") -> PurePosixPath:
        return self._pure.relative_to(folder.key)

    def exists(self) -> bool:
        """Asked by a listing: of a bucket that does not exist, the server says no less that an object is not there."""
        return self._tag() is not None

    def is_file(self) -> bool:
        return self.is_listed or self.exists()

    def is_dir(self) -> bool:
        return any(True for _ in self._listed(f"{self.key}/"))

    def glob(self, pattern: str) -> Iterator["ObjectPath"]:
        """The objects below whose path has the parts of `pattern`, each matched alone."""
        parts = pattern.split("/")
        for found in self.rglob():
            names = found.relative_to(self).parts
            if len(names) == len(parts) and all(map(fnmatchcase, names, parts)):
                yield found

    def rglob(self, pattern: str = "*") -> Iterator["ObjectPath"]:
        """Every object below, however deep, of which the name matches."""
        for key, _ in self._listed(f"{self.key}/"):
            found = ObjectPath(key, is_listed=True)
            if fnmatchcase(found.name, pattern):
                yield found

    def read_bytes(self) -> bytes:
        """Raises FileNotFoundError when there is no such object, DamagedFile when it is bigger than anything kept."""
        if self.held is not None:
            return self.held
        with named(self.key):
            try:
                content = bytes(server().cat_file(self.key, start=0, end=MOST_BYTES + 1))
            except OSError as error:
                # A server may refuse the beginning of what is empty.
                if code_of(error) not in ("InvalidRange", "416"):
                    raise
                content = b""
        if len(content) > MOST_BYTES:
            raise DamagedFile(self, "ce n'est pas Vigie qui l'a déposé : l'écarter, puis relancer.")
        return content

    def with_content(self) -> "ObjectPath":
        """The same place, holding what it keeps now if anything: it is not asked again."""
        try:
            return replace(self, held=self.read_bytes())
        except (FileNotFoundError, DamagedFile):
            return self

    def write_bytes(self, content: bytes) -> None:
        """Puts the object in the place of the one before."""
        with named(self.key):
            self._put(content)

    def create(self, content: bytes) -> bool:
        """Puts the object unless there is one; whether it was put.

        Of two workers at once, one only, on a server that knows If-None-Match; on another, the last.
        """
        if self.exists():
            return False
        with named(self.key):
            try:
                self._put(content, IfNoneMatch="*")
            except OSError as error:
                if not is_condition(error):
                    raise
                return False
        return True

    def settle(self, decide: Callable[[bytes | None], bytes]) -> None:
        """Puts what `decide` makes of the object (None when there is none), asked again when another worker put one
        meanwhile: on a server that knows If-Match. On another, the last to write is the one read."""
        for _ in range(_ATTEMPTS):
            # Its tag first: written between the two, the object is read newer than its tag, and is not replaced.
            tag = self._tag()
            condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
            try:
                content = decide(self.read_bytes() if tag else None)
                with named(self.key):
                    self._put(content, **condition)
            except FileNotFoundError:
                continue
            except OSError as error:
                if not is_condition(error):
                    raise
            else:
                return
        raise LandingUnreachable(
            f"{self} est sans cesse réécrit par d'autres processus : rien n'est perdu, relancer quand ils ont fini."
        )

    def unlink(self, missing_ok: bool = False) -> None:
        """Removes the object; no error when there is none, whatever `missing_ok`, as servers do."""
        with named(self.key):
            server().rm_file(self.key)

    def upload(self, file: Path) -> None:
        """Puts a local file of any size; a part of it is never seen."""
        with named(self.key):
            server().put_file(str(file), self.key)

    def download(self, file: Path) -> None:
        """Copies the object to a local file, over what it holds. Raises FileNotFoundError."""
        with named(self.key):
            server().get_file(self.key, str(file))

    def _tag(self) -> str | None:
        return next((tag for found, tag in self._listed(self.key) if found == self.key), None)

    def _put(self, content: bytes, **conditions: str) -> None:
        digest = b64encode(md5(content, usedforsecurity=False).digest()).decode()
        bucket, _, key = self.key.partition("/")
        try:
            server().call_s3(
                "put_object", Bucket=bucket, Key=key, Body=content, ContentMD5=digest, **conditions
            )
        except OSError as error:
            if not conditions or code_of(error) not in ("NotImplemented", "501"):
                raise
            # This server takes no condition: as those that ignore them.
            self._put(content)

    def _listed(self, prefix: str) -> Iterator[tuple[str, str]]:
        """The keys, with their bucket, that begin by `prefix`, and their tags, asked page by page."""
        bucket, _, key = prefix.partition("/")
        asked = {"Bucket": bucket, "Prefix": key}
        while True:
            with named(self.key):
                page = server().call_s3("list_objects_v2", **asked)
            for found in page.get("Contents", ()):
                yield f"{bucket}/{found['Key']}", found["ETag"]
            if not page.get("IsTruncated"):
                return
            asked["ContinuationToken"] = page["NextContinuationToken"]


# What landing is made of: a folder of this machine, or a place in a bucket.
Kept = Path | ObjectPath


def object_path(address: str) -> ObjectPath:
    """The place that `s3://bucket/prefix` names. Raises SettingsError for an address of another shape."""
    key = address.removeprefix(SCHEME).strip("/")
    parts = key.split("/")
    if not address.startswith(SCHEME) or not key or not {"", ".", ".."}.isdisjoint(parts):
        raise SettingsError(
            f"VIGIE_LANDING doit être de la forme s3://seau/dossier, et non « {address} » ; sans ce réglage, l'aire "
            "d'arrivée est le dossier landing/ de VIGIE_HOME."
        )
    return ObjectPath(key)
