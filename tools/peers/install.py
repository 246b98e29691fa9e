"""Installs the other tools into `.venv`."""

import json
import shutil
import subprocess
import venv

import peers
from machine import ROOT

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NPM = VENV / "npm"
JSCPD = NPM / "node_modules" / ".bin" / "jscpd"


def last_line(done):
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1] if lines else f"exit {done.returncode}"


def install(names):
    """Installs the packages of the adapters; returns those that failed, with the reason."""
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    failed = {}
    for name in names:
        adapter = peers.adapter(name)
        commands = [[PYTHON, "-m", "pip", "install", "--quiet", package] for package in adapter.PACKAGES]
        if adapter.NPM and not shutil.which("npm"):
            failed[name] = "no npm"
        elif adapter.NPM:
            options = ["--no-fund", "--no-audit", "--loglevel=error", "--prefix", NPM]
            commands.append(["npm", "install", *options, *adapter.NPM])
        for command in commands:
            done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
            if done.returncode != 0:
                failed[name] = last_line(done)
                break
    return failed


def versions(names):
    """Returns the version of each adapter's first package."""
    listed = subprocess.run([str(PYTHON), "-m", "pip", "list", "--format", "json"], capture_output=True, text=True)
    installed = {row["name"].lower(): row["version"] for row in json.loads(listed.stdout or "[]")}
    found = {}
    for name in names:
        adapter = peers.adapter(name)
        package = (adapter.PACKAGES + adapter.NPM + [""])[0].split("=")[0]
        if adapter.NPM:
            file = NPM / "node_modules" / package / "package.json"
            found[name] = json.loads(file.read_text())["version"] if file.exists() else "?"
        else:
            found[name] = installed.get(package.lower(), "?") if package else "this"
    return found
