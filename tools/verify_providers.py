"""Holds the provider files against the source of the real SDKs.

    python -m tools.verify_providers [NAME ...] [--scratch DIR] [--refresh] [--notes] [--no-write]

For each provider file (by name; all when none is named): every constructor, call, argument and positional order is looked up in
the newest published SDK, or the newest of the range that `versions` names. What does not exist there is an error with the line of
the provider file; what the source leaves open (`**kwargs`, a base of a package that is not at hand) is a note. A file without
errors gets its `verified:` line written. Nothing of the SDKs is executed, and only wheels are fetched.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from linter.errors import Problem
from linter.knowledge.load import FOLDER, read_providers
from tools.provider_check import check, summary
from tools.sdk_fetch import Fetcher, Sdk
from tools.sdk_shelf import Shelf

_ENTRY = re.compile(r"^verified:.*\n?(?:[ ]+.*\n?)*", flags=re.MULTILINE)


def write_verified(path: Path, versions: Mapping[str, str]) -> None:
    """Sets the `verified:` entry of a provider file (before `examples:` when it is new) and leaves everything else as it is."""
    text = path.read_text(encoding="utf-8")
    line = "verified: {" + ", ".join(f'{name}: "{version}"' for name, version in versions.items()) + "}\n"
    if _ENTRY.search(text):
        new = _ENTRY.sub(lambda _: line, text, count=1)
    elif re.search(r"^examples:", text, flags=re.MULTILINE):
        new = re.sub(r"^examples:", lambda _: f"{line}\nexamples:", text, count=1, flags=re.MULTILINE)
    else:
        new = text.rstrip("\n") + "\n\n" + line
    if new != text:
        path.write_text(new, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns 0 when nothing is wrong, 1 for errors, 2 for provider files that do not load."""
    parser = argparse.ArgumentParser(
        prog="verify_providers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    scratch = Path(tempfile.gettempdir()) / "archfit-sdks"
    parser.add_argument("names", nargs="*", help="provider files: openai, or a path")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1], help="the project")
    parser.add_argument("--scratch", type=Path, default=scratch, help="where SDKs are unpacked, outside the project")
    parser.add_argument("--refresh", action="store_true", help="fetch again what is there already")
    parser.add_argument("--notes", action="store_true", help="print what the sources leave open")
    parser.add_argument("--no-write", action="store_true", help="leave `verified:` as it is")
    options = parser.parse_args(arguments)
    providers, problems = read_providers(options.root)
    names = {Path(name).stem for name in options.names} or {one.name for one in providers}
    broken = [p for p in problems if not options.names or p.file is None or Path(p.file).stem in names]
    broken.extend(Problem(f"no provider file {name!r}", FOLDER) for name in sorted(names - {one.name for one in providers}))
    if broken:
        print("\n".join(str(problem) for problem in broken))
        return 2
    shelf = Shelf(Fetcher(options.scratch, options.refresh), providers)
    failed = False
    for provider in providers:
        if provider.name not in names:
            continue
        report = check(provider, shelf)
        failed = failed or bool(report.errors)
        versions = {sdk.name: sdk.version for sdk in shelf.sdks(provider) if isinstance(sdk, Sdk)}
        notes = [f"note: {problem}" for problem in report.notes] if options.notes else []
        print("\n".join([*map(str, report.errors), *notes, summary(provider, report, versions)]), flush=True)
        if not report.errors and versions and not options.no_write:
            write_verified(options.root / FOLDER / f"{provider.name}.yaml", versions)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
