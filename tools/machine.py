"""The machine, commit and date of a measurement."""

import datetime
import os
import pathlib
import platform
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def said(command):
    """Returns what a command prints, or nothing if it fails or is missing."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def processor():
    """Returns the name of the processor."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            facts = dict(line.split(":", 1) for line in lines if ":" in line)
        facts = {key.strip(): value.strip() for key, value in facts.items()}
        # Virtual machines give several generations the same name.
        name = facts.get("model name") or platform.machine()
        numbers = [facts[key] for key in ("cpu family", "model") if key in facts]
        return f"{name} ({'/'.join(numbers)})" if numbers else name
    except OSError:
        return platform.processor() or platform.machine()


def machine():
    """Returns the facts that must agree for two times to be comparable."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "system": f"{platform.system()} {platform.machine()}",
    }


def commit():
    """Returns the commit, with + if files differ from it."""
    short = said(["git", "rev-parse", "--short", "HEAD"]) or "unknown"
    changed = said(["git", "status", "--porcelain", "--untracked-files=no"])
    return short + ("+" if changed else "")


def compiler():
    """Returns the version of rustc."""
    return said(["rustc", "--version"]).removeprefix("rustc ").split(" ")[0]


def today():
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()
