"""Fetches the source of published SDKs: wheels are downloaded and unpacked, never installed, built or imported."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_KEEP = (".py", ".pyi", "METADATA")
_TIMEOUT = 600  # seconds for one download
# SDKs without a wheel for the running interpreter often have one for this
_OTHER = ["--python-version=3.12", "--platform=manylinux_2_28_x86_64", "--platform=manylinux2014_x86_64", "--platform=any"]


@dataclass(frozen=True, slots=True)
class Sdk:
    """One unpacked distribution."""

    name: str
    version: str
    root: Path
    """The directory that would be on `sys.path`."""

    def requirements(self) -> Iterator[str]:
        """Names of the distributions that it always requires."""
        for metadata in self.root.glob("*.dist-info/METADATA"):
            for line in metadata.read_text(encoding="utf-8", errors="replace").partition("\n\n")[0].splitlines():
                match = re.match(r"Requires-Dist: ([\w.-]+)", line)
                if match and "extra ==" not in line:
                    yield match[1]


class FetchError(Exception):
    """No wheel could be had; the message is pip's last line."""


class Fetcher:
    """Downloads each requirement once and keeps what it unpacked in `scratch`."""

    def __init__(self, scratch: Path, refresh: bool = False) -> None:
        self.scratch = scratch
        self.refresh = refresh
        self.known: dict[str, Sdk | FetchError] = {}

    def get(self, name: str, versions: str = "") -> Sdk:
        """The newest version of the distribution `name` in the range `versions`. Raises FetchError."""
        requirement = f"{name}{versions.replace(' ', '')}"
        if requirement not in self.known:
            try:
                self.known[requirement] = self._fetch(name, requirement)
            except FetchError as error:
                self.known[requirement] = error
        found = self.known[requirement]
        if isinstance(found, FetchError):
            raise found
        return found

    def _fetch(self, name: str, requirement: str) -> Sdk:
        folder = self.scratch / re.sub(r"[^\w.=<>!~,-]", "_", requirement)
        if self.refresh and folder.exists():
            shutil.rmtree(folder)
        if not folder.exists():
            self.scratch.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.scratch) as temporary:
                wheel = _download(requirement, Path(temporary))
                unpacked = Path(temporary) / "unpacked"
                _unpack(wheel, unpacked / wheel.name.split("-")[1])
                try:
                    unpacked.rename(folder)
                except OSError:  # another run was faster
                    if not folder.exists():
                        raise
        root = next(folder.iterdir())
        return Sdk(name, root.name, root)


def _download(requirement: str, folder: Path) -> Path:
    # sdists are left out: even to read their metadata pip runs their build
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command = [*pip, "--dest", str(folder), requirement]
    message = ""
    for extra in ([], ["--ignore-requires-python"], _OTHER):
        done = subprocess.run([*command, *extra], capture_output=True, text=True, timeout=_TIMEOUT, check=False)
        wheels = list(folder.glob("*.whl"))
        if wheels:
            return wheels[0]
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        message = message or (lines[-1] if lines else f"pip ended with {done.returncode}")
    raise FetchError(f"no wheel of {requirement}: {message.removeprefix('ERROR: ')}")


def _unpack(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith(_KEEP):
                archive.extract(entry, folder)  # refuses paths that leave the folder
    data = next(folder.glob("*.data/purelib"), None) or next(folder.glob("*.data/platlib"), None)
    if data is not None:
        shutil.copytree(data, folder, dirs_exist_ok=True)
