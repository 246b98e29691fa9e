#!/usr/bin/env python3
"""Measures `leitong serve`: the time of a check for one client, and what many
clients at once are told.

    python3 tools/bench_serve.py target/library-100000 [--checks 300]
        [--clients 200] [--seconds 60] [--binary target/release/leitong]

The library is one of `examples/library.rs` (articles with ids `article-N`).
Drafts have 1,500 characters, 1,000 of them in ten passages of articles.
Every answer is looked at: all ten passages must be in it. Meanwhile one more
client adds documents and checks each at once. Ends with 1 if anything is
missing or refused.
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import subprocess
import sys
import threading
import time

PASSAGES, PASSAGE_CHARS, OWN_CHARS = 10, 100, 50
DRAFTS = 200
ROOT = pathlib.Path(__file__).resolve().parent.parent


class Client:
    """One connection that stays open."""

    def __init__(self, address):
        self.http = http.client.HTTPConnection(*address, timeout=120)

    def ask(self, method, path, body=None):
        """Returns the status and the value of an answer."""
        status, content, _ = self.timed(method, path, body)
        return status, json.loads(content) if content else None

    def timed(self, method, path, body=None):
        """Returns the status and the bytes of an answer, and the time from the
        first byte of the request to the last of the answer."""
        data = None if body is None else json.dumps(body).encode()
        begin = time.perf_counter()
        self.http.request(method, path, data, {"content-type": "application/json"})
        response = self.http.getresponse()
        content = response.read()
        return response.status, content, time.perf_counter() - begin


def own(rng, length):
    """Returns characters that stand nowhere."""
    return "".join(chr(0x4E00 + rng.randrange(20000)) for _ in range(length))


def drafts(client, count, rng, number):
    """Returns drafts, each with the ids of the articles that are in it."""
    made = []
    for _ in range(number):
        text, ids = "", []
        for _ in range(PASSAGES):
            name = f"article-{rng.randrange(count)}"
            article = client.ask("GET", f"/v1/documents/{name}")[1]["text"]
            start = rng.randrange(len(article) - PASSAGE_CHARS)
            text += own(rng, OWN_CHARS) + article[start:start + PASSAGE_CHARS]
            ids.append(name)
        made.append((text, ids))
    return made


def missing(answer, ids):
    """Returns the number of passages that an answer lacks."""
    found = {one["b"] for one in answer["passages"] if one["length"] > PASSAGE_CHARS // 2}
    return sum(name not in found for name in ids)


def at(times, share):
    """Returns a quantile in milliseconds."""
    times = sorted(times)
    return 1000 * times[int((len(times) - 1) * share)] if times else float("nan")


def cpu(pid):
    """Returns the seconds of CPU that a process has taken, where /proc tells."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def one_client(address, made, checks):
    """Returns the times of checks, and the passages that were missing."""
    client, times, lost = Client(address), [], 0
    for nth in range(checks):
        text, ids = made[nth % len(made)]
        status, answer, took = client.timed("POST", "/v1/check", {"text": text})
        times.append(took)
        lost += PASSAGES if status != 200 else missing(json.loads(answer), ids)
    return times, lost


def many_clients(address, made, clients, seconds):
    """Returns times, errors, and passages or additions that were missing."""
    end = time.monotonic() + seconds
    lock, times, errors, lost = threading.Lock(), [], [], [0, 0]

    def check(nth):
        rng, client = random.Random(nth), Client(address)
        while time.monotonic() < end:
            text, ids = rng.choice(made)
            begin = time.perf_counter()
            try:
                status, answer = client.ask("POST", "/v1/check", {"text": text})
            except OSError as error:
                status, answer = 0, str(error)
            took = time.perf_counter() - begin
            with lock:
                times.append(took)
                if status != 200:
                    errors.append((status, answer))
                else:
                    lost[0] += missing(answer, ids)

    def add():
        rng, client, nth = random.Random(-1), Client(address), 0
        while time.monotonic() < end:
            text, name = own(rng, 300), f"added-{nth}"
            nth += 1
            status, answer = client.ask("PUT", f"/v1/documents/{name}", {"text": text})
            if status not in (200, 201):
                errors.append((status, answer))
                continue
            status, answer = client.ask("POST", "/v1/check", {"text": text})
            if status != 200 or not any(one["id"] == name for one in answer["near"]):
                lost[1] += 1
        for done in range(nth):
            client.ask("DELETE", f"/v1/documents/added-{done}")
        added.append(nth)

    added = []
    threads = [threading.Thread(target=check, args=(nth,)) for nth in range(clients)]
    threads.append(threading.Thread(target=add))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, errors, lost, added[0] if added else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("--binary", default=ROOT / "target/release/leitong")
    parser.add_argument("--checks", type=int, default=300)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    server = subprocess.Popen(
        [options.binary, "serve", options.library, "--listen", "127.0.0.1:0", "--quiet"],
        stderr=subprocess.PIPE, text=True)
    try:
        line = server.stderr.readline()
        host, port = line.split("http://")[1].split(" ")[0].split(":")
        address = (host, int(port))
        client = Client(address)
        count = client.ask("GET", "/v1/documents?limit=1")[1]["total"]
        made = drafts(client, count, random.Random(1), DRAFTS)
        # Drafts that the server has not seen.
        fresh = drafts(client, count, random.Random(2), options.checks)
        one_client(address, made, len(made))
        before = cpu(server.pid)
        times, lost = one_client(address, fresh, options.checks)
        print(f"documents     {count:>10}")
        print(f"load          {os.getloadavg()[0]:>10.1f} of {os.cpu_count()} cores")
        print(f"one client    {options.checks:>10} checks, {lost} of "
              f"{options.checks * PASSAGES} passages missing")
        print(f"p50           {at(times, 0.5):>10.2f} ms")
        print(f"p99           {at(times, 0.99):>10.2f} ms")
        print(f"CPU time      {1000 * (cpu(server.pid) - before) / options.checks:>10.2f} ms a check")
        if options.clients:
            begin = time.monotonic()
            times, errors, gone, added = many_clients(
                address, made, options.clients, options.seconds)
            rate = len(times) / (time.monotonic() - begin)
            print(f"{options.clients} clients   {len(times):>10} checks, {rate:.0f} a second, "
                  f"{len(errors)} errors, {gone[0]} passages missing")
            print(f"p50           {at(times, 0.5):>10.1f} ms")
            print(f"p99           {at(times, 0.99):>10.1f} ms")
            print(f"added         {added:>10} meanwhile, {gone[1]} not found at once")
            for error in errors[:3]:
                print(error, file=sys.stderr)
            lost += len(errors) + sum(gone)
    finally:
        server.terminate()
        code = server.wait(timeout=60)
    sys.exit(1 if lost or code else 0)


if __name__ == "__main__":
    main()
