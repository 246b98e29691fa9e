#!/usr/bin/env python3
"""Writes the licences of everything that is part of the built program.

    python3 tools/licences.py > LICENCES.txt

Lists the crates that are linked into the program (from `cargo metadata`, for
x86-64 Linux, with all default features), the packages that are part of the
page (from `web/package-lock.json`), and the data files of the source tree,
each with its version and licence, and then every distinct licence text once,
under the names of those that it covers. A part without a licence is an error.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = "x86_64-unknown-linux-gnu"
TEXTS = re.compile(r"^(un)?licen[cs]e|^copying|^copyright|^notice", re.IGNORECASE)


def crates():
    """Yields name, version, licence and folder of each linked crate."""
    metadata = json.loads(subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked",
         "--filter-platform", TARGET],
        cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    linked, todo = set(), [root]
    while todo:
        node = nodes[todo.pop()]
        for dependency in node["deps"]:
            # `kind` is null for what is linked; build and dev are not shipped.
            kinds = [kind["kind"] for kind in dependency["dep_kinds"]]
            package = packages[dependency["pkg"]]
            # What runs only while compiling leaves nothing in the program.
            macros = any("proc-macro" in target["kind"] for target in package["targets"])
            if None in kinds and not macros and dependency["pkg"] not in linked:
                linked.add(dependency["pkg"])
                todo.append(dependency["pkg"])
    for identity in sorted(linked, key=lambda i: packages[i]["name"]):
        package = packages[identity]
        folder = pathlib.Path(package["manifest_path"]).parent
        yield package["name"], package["version"], package["license"], folder


def page_packages():
    """Yields name, version, licence and folder of each package in the page."""
    lock = json.loads((ROOT / "web/package-lock.json").read_text())
    for path, package in lock["packages"].items():
        if path and not package.get("dev") and not package.get("optional"):
            name = path.removeprefix("node_modules/")
            yield name, package["version"], package.get("license"), ROOT / "web" / path


def data():
    """Yields name and folder of the data files of other origin."""
    for readme in sorted(ROOT.glob("src/**/README.md")):
        text = readme.read_text(encoding="utf-8")
        if re.search(r"licen[cs]e", text, re.IGNORECASE):
            yield readme.parent.relative_to(ROOT), text.strip()


def main():
    texts = collections.OrderedDict()
    without = []
    listing = []
    for kind, parts in (("Crates", crates()), ("Packages in the page", page_packages())):
        listing.append(f"\n{kind}\n")
        for name, version, licence, folder in parts:
            if not licence:
                without.append(name)
            listing.append(f"  {name} {version}: {licence}")
            found = sorted(path for path in folder.glob("*")
                           if path.is_file() and TEXTS.match(path.name))
            for path in found:
                text = path.read_text(encoding="utf-8", errors="replace").strip()
                key = re.sub(r"\s+", " ", text)
                texts.setdefault(key, (text, []))[1].append(f"{name} {version}")
    if without:
        sys.exit(f"licences: no licence is stated for {', '.join(without)}")
    print("leitong contains the following parts, under the licences named here.")
    print("\n".join(listing))
    print("\nData\n")
    for folder, text in data():
        print(f"  {folder}\n")
        for line in text.splitlines():
            print(f"    {line}".rstrip())
        print()
    for text, names in texts.values():
        print("-" * 72)
        print(", ".join(names))
        print()
        print(text)
        print()


if __name__ == "__main__":
    main()
