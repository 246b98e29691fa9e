"""Runs one finder once, in a process of its own.

python -m peers.one ADAPTER FINDER CORPUS OUT CORES
"""

import importlib
import json
import os
import resource
import sys
import time

import peers


def seconds_of_cpu():
    """Returns the CPU seconds of this process and of the children it waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def own_peak():
    """Returns this process's peak of memory in KiB."""
    try:
        with open("/proc/self/status", encoding="utf-8") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        # The counter starts at the value of the parent process.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main():
    name, finder, corpus, out, cores = sys.argv[1:]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
    adapter = peers.adapter(name)
    for module in adapter.MODULES:
        importlib.import_module(module)
    given = adapter.prepare(corpus) if hasattr(adapter, "prepare") else corpus
    before, start = seconds_of_cpu(), time.perf_counter()
    found = adapter.FINDERS[finder](given)
    seconds = time.perf_counter() - start
    cpu = seconds_of_cpu() - before
    # The largest process that it started; a command's memory is its own, not this process's.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if adapter.MODULES:
        peak = max(peak, own_peak())
    if hasattr(adapter, "read"):
        found = adapter.read(found, corpus)
    result = {"seconds": seconds, "cpu": cpu, "megabytes": peak / 1024, "found": sorted(found)}
    with open(out, "w", encoding="utf-8") as file:
        json.dump(result, file)


if __name__ == "__main__":
    main()
