#!/usr/bin/env python3
"""Opens the graphs that leitong writes in networkx, igraph and Graphviz.

    python3 tools/check_graphs.py [--leitong target/release/leitong] [--keep DIR]

Makes a venv below `target/`, installs networkx and igraph into it, and installs
Graphviz from Debian's package if it is missing and the user may install packages.
A tool that can't be installed is reported and skipped; with CI=true it is a failure.

Every graph of `corpus/articles` and of a hostile corpus (ids, titles, dates
and sources with quotes, tags, control characters, line ends, other scripts)
is written in every format. GraphML and GEXF must load without any warning in
networkx and igraph, DOT must pass Graphviz without a message, and all must have
the nodes, edges and attributes of the JSON, value by value.
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import traceback
import venv
import warnings
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / "target" / "graph-venv"
PACKAGES = ["networkx>=3.6", "igraph"]
VARIANTS = {
    "documents": [],
    "directed": ["--directed", "--connected"],
    "phrases": ["--with-phrases", "--phrases-top", "20"],
    "sources": ["--level", "source"],
    "source-phrases": ["--level", "source", "--with-phrases", "--directed", "--phrases-top", "20"],
}
GEXF = "{http://gexf.net/1.3}"


# The tools and packages.


def missing(what):
    """Reports what is skipped; in CI that is a failure."""
    print(f"graphs: {what}", file=sys.stderr)
    if os.environ.get("CI") == "true":
        sys.exit(1)


def enter_venv():
    """Runs this script again with the packages; returns if it has them."""
    if pathlib.Path(sys.prefix) == VENV:
        return True
    python = VENV / "bin" / "python"
    try:
        if not python.exists():
            venv.create(VENV, with_pip=True)
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        subprocess.run(command, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        missing(f"not checked in networkx and igraph, which can't be installed: {error}")
        return False
    os.execv(python, [str(python), *sys.argv])


def graphviz():
    if not shutil.which("dot") and shutil.which("apt-get") and os.geteuid() == 0:
        for step in (["update"], ["install", "-y", "graphviz"]):
            subprocess.run(["apt-get", "-q", *step], stdout=subprocess.DEVNULL, check=False)
    if not shutil.which("dot"):
        missing("DOT is not checked: there is no Graphviz (install the package graphviz)")
        return False
    return True


# A hostile corpus.

HARM = [
    "",
    " ",
    " a  b ",
    'a "quoted" one',
    "it's",
    "<b>tag</b> & &amp; &#0;",
    "]]>",
    "<![CDATA[",
    "<!-- -- -->",
    "ends with a backslash\\",
    "\\N \\G \\l \\\" \\\\",
    "two\nlines",
    "\r\n\t",
    "one\u0001",
    "one\u0002",
    "nul\u0000",
    "escape\u001b[31m",
    "delete\u007f\u0085\u009f",
    "not characters \ufffe\uffff",
    "\ufffd",
    "half \ud800",
    "half \udfff of one",
    "👩‍👩‍👧 🇨🇳 𠮷",
    "שלום \u202eemordnilap\u202c",
    "e\u0301\u0301\u0301",
    "node",
    "graph",
    "1",
    "-1.5",
    "true",
    "{curly} [square] %s ;",
    "phrase:x",
    "_:#/?",
    "很长的标题" * 2000,
    "=1+1",
    ",;\t|",
]
DATES = ["2020-04-14", "2020-04-14 19:55", "2020-02-31", "2019", "2020-04", "明天", "", "9999-99-99", "2021年1月5日"]


def hostile_corpus(path):
    """Writes records in groups of three near-duplicates."""
    chance = random.Random(1)
    with open(path, "w", encoding="ascii") as out:
        for at, harm in enumerate(HARM):
            story = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(200))
            for version in range(3):
                record = {
                    "id": harm if version == 0 else f"{harm}/{version}",
                    "text": f"{story}，落实联防联控、群防群治的要求。{version * '又及。'}",
                    "title": HARM[(at + version) % len(HARM)],
                    "date": DATES[(at * 2 + version) % len(DATES)],
                    "source": HARM[(at + version * 5) % len(HARM)],
                }
                # Escapes every character, so that a lone surrogate is possible.
                out.write(json.dumps(record) + "\n")


# The same graph in every format.


def legal(text):
    """Returns the text with the characters that XML 1.0 can hold."""
    keep = lambda c: c in "\t\n\r" or " " <= c <= "\ufffd" or c > "\uffff"
    return "".join(c if keep(c) else "\ufffd" for c in text)


def legal_values(values):
    return {key: legal(value) if isinstance(value, str) else value for key, value in values.items()}


def without(values, *keys):
    return {key: value for key, value in values.items() if key not in keys}


class Graph:
    """A graph as read from JSON, and the names of its nodes in the other formats."""

    def __init__(self, nx, path):
        data = json.loads(path.read_text(encoding="utf-8"))
        self.graph = nx.node_link_graph(data)
        self.directed = data["directed"]
        self.nodes = [(node["id"], without(node, "id")) for node in data["nodes"]]
        self.edges = [
            ((edge["source"], edge["target"]), without(edge, "source", "target")) for edge in data["edges"]
        ]
        assert len(self.graph) == len(self.nodes) == len({id for id, _ in self.nodes})
        assert self.graph.number_of_edges() == len(self.edges)
        self.names, taken = {}, set()
        for id, _ in self.nodes:
            name, number = legal(id), 2
            while name in taken:
                name, number = f"{legal(id)}#{number}", number + 1
            taken.add(name)
            self.names[id] = name

    def check(self, nx):
        """Checks that the attributes agree with the graph."""
        plain = nx.Graph()
        plain.add_nodes_from(id for id, values in self.nodes if values["kind"] != "phrase")
        plain.add_edges_from(ends for ends, values in self.edges if values["kind"] != "phrase")
        values = dict(self.nodes)
        for id in plain:
            assert values[id]["degree"] == plain.degree(id), id
        for component in nx.connected_components(plain):
            assert len({values[id]["component"] for id in component}) == 1
        numbers = {values[id]["component"] for id in plain}
        assert len(numbers) == nx.number_connected_components(plain)
        for ends, edge in self.edges:
            if not self.directed:
                assert (edge["a"], edge["b"]) == ends
            dates = [values[end].get("date", "") for end in ends]
            if edge.get("direction") == "earlier-to-later" and edge["kind"] != "sources":
                # Those of the corpus that are dates at all begin alike.
                first, second = (date.replace("年", "-").replace("月", "-") for date in dates)
                assert first[:4] <= second[:4], (first, second)

    def same(self, nodes, edges, drop_nodes=(), drop_edges=()):
        """Checks that another format has the same content in the same order."""
        assert len(nodes) == len(self.nodes) and len(edges) == len(self.edges)
        for (id, mine), (name, theirs) in zip(self.nodes, nodes):
            assert name == self.names[id], (id, name)
            theirs = without(theirs, *drop_nodes)
            assert legal_values(mine) == theirs, (legal_values(mine), theirs)
        theirs = {frozenset(ends) if not self.directed else ends: values for ends, values in edges}
        for (source, target), mine in self.edges:
            ends = self.names[source], self.names[target]
            mine = legal_values(mine)
            if "a" in mine:
                mine["a"], mine["b"] = ends
            other = without(theirs[ends if self.directed else frozenset(ends)], *drop_edges)
            assert mine == other, (mine, other)


def check_networkx(nx, graph, path):
    for name, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
        read = read(path.with_suffix(f".{name}"))
        assert type(read) is (nx.DiGraph if graph.directed else nx.Graph), type(read)
        nodes, edges = list(read.nodes(data=True)), [((a, b), data) for a, b, data in read.edges(data=True)]
        graph.same(nodes, edges, ("label", "start"), ("start",))


def check_igraph(igraph, graph, path):
    read = igraph.Graph.Read_GraphML(str(path.with_suffix(".graphml")))
    assert read.is_directed() == graph.directed

    def there(values):
        # igraph has no gaps: empty strings and not-a-number stand for them.
        return {key: value for key, value in values.items() if value != "" and value == value}

    # Up to 1.0 igraph leaves an ampersand in an id as the reference `&#38;`.
    names = [id.replace("&#38;", "&") for id in read.vs["id"]] if len(read.vs) else []
    nodes = [(name, there(without(vertex.attributes(), "id"))) for name, vertex in zip(names, read.vs)]
    edges = [((names[edge.source], names[edge.target]), there(edge.attributes())) for edge in read.es]
    full = Graph.__new__(Graph)
    full.__dict__.update(graph.__dict__)
    full.nodes = [(id, there(values)) for id, values in graph.nodes]
    full.edges = [(ends, there(values)) for ends, values in graph.edges]
    if not graph.directed:
        # An edge from "" has an empty `a`.
        full.edges = [(ends, without(values, "a", "b")) for ends, values in full.edges]
        edges = [(ends, without(values, "a", "b")) for ends, values in edges]
    full.same(nodes, edges)


def check_gexf(graph, path):
    """Checks the structure that the schema of GEXF 1.3 requires."""
    root = ElementTree.parse(path.with_suffix(".gexf")).getroot()
    assert root.tag == f"{GEXF}gexf" and root.get("version") == "1.3"
    assert [child.tag for child in root] == [f"{GEXF}meta", f"{GEXF}graph"]
    body = root.find(f"{GEXF}graph")
    assert set(body.attrib) <= {"defaultedgetype", "idtype", "mode", "timeformat", "timerepresentation"}
    assert body.get("defaultedgetype") == ("directed" if graph.directed else "undirected")
    assert body.get("mode") in ("static", "dynamic")
    dynamic = body.get("mode") == "dynamic"
    assert not dynamic or body.get("timeformat") == "date"
    order = [child.tag.removeprefix(GEXF) for child in body]
    assert order == ["attributes", "attributes", "nodes", "edges"], order
    types = {}
    for attributes in body.findall(f"{GEXF}attributes"):
        assert attributes.get("class") in ("node", "edge") and attributes.get("mode") == "static"
        for attribute in attributes:
            assert set(attribute.attrib) == {"id", "title", "type"}
            assert attribute.get("type") in ("string", "long", "double")
            types[attributes.get("class"), attribute.get("id")] = attribute.get("type")
    ids = set()
    for kind, allowed, required in (
        ("node", {"id", "label", "start"}, {"id", "label"}),
        ("edge", {"source", "target", "weight", "start"}, {"source", "target", "weight"}),
    ):
        for element in body.find(f"{GEXF}{kind}s"):
            assert element.tag == f"{GEXF}{kind}"
            assert required <= set(element.attrib) <= allowed, element.attrib
            if "start" in element.attrib:
                assert dynamic
                datetime.date.fromisoformat(element.get("start"))
            if kind == "node":
                assert element.get("id") not in ids
                ids.add(element.get("id"))
            else:
                assert {element.get("source"), element.get("target")} <= ids
                assert float(element.get("weight")) > 0
            assert [child.tag for child in element] == [f"{GEXF}attvalues"]
            for value in element[0]:
                assert value.tag == f"{GEXF}attvalue" and set(value.attrib) == {"for", "value"}
                convert = {"string": str, "long": int, "double": float}[types[kind, value.get("for")]]
                convert(value.get("value"))
    if dynamic:
        assert any(node.get("start") for node in body.find(f"{GEXF}nodes"))


def check_dot(graph, path):
    """Checks that Graphviz prints no message and finds the same nodes and edges."""
    dot = path.with_suffix(".dot")
    drawn = subprocess.run(["dot", "-Tplain", dot], capture_output=True)
    assert drawn.returncode == 0 and not drawn.stderr, drawn.stderr.decode(errors="replace")
    counted = subprocess.run(["gc", "-n", "-e", dot], capture_output=True, text=True, check=True)
    nodes, edges = map(int, counted.stdout.split()[:2])
    assert (nodes, edges) == (len(graph.nodes), len(graph.edges)), counted.stdout
    script = 'N { printf("%s\\001%s\\002", $.name, $.kind); }'
    listed = subprocess.run(["gvpr", script, dot], capture_output=True, check=True).stdout.decode()
    # Graphviz keeps the backslashes of a quoted string as they are written.
    expected = [(graph.names[id].replace("\\", "\\\\"), values["kind"]) for id, values in graph.nodes]
    assert [tuple(node.split("\1")) for node in listed.split("\2")[:-1]] == expected


def check_csv(graph, path):
    def rows(part):
        with open(path.with_suffix(f".{part}.csv"), encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    def written(values):
        return {key: value if isinstance(value, str) else repr(value) for key, value in values.items()}

    def there(row):
        return {key: value for key, value in row.items() if value != ""}

    nodes, edges = rows("nodes"), rows("edges")
    assert len(nodes) == len(graph.nodes) and len(edges) == len(graph.edges)
    for (id, values), row in zip(graph.nodes, nodes):
        assert there({"id": id, **written(values)}) == there(row), (values, row)
    for ((source, target), values), row in zip(graph.edges, edges):
        mine = {"source": source, "target": target, **written(without(values, "a", "b"))}
        assert there(mine) == there(row), (mine, row)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--leitong", type=pathlib.Path, default=ROOT / "target" / "release" / "leitong")
    arguments.add_argument("--keep", type=pathlib.Path, help="folder for the graphs, which stay there")
    arguments = arguments.parse_args()
    if not enter_venv():
        return 0
    import igraph
    import networkx as nx

    warnings.simplefilter("error")
    draw = graphviz()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        hostile, empty = folder / "hostile.jsonl", folder / "empty.jsonl"
        hostile_corpus(hostile)
        empty.write_text('{"id": "alone", "text": ""}\n')
        for corpus, source in (("articles", ROOT / "corpus" / "articles"), ("hostile", hostile), ("empty", empty)):
            for variant, options in VARIANTS.items():
                path = folder / f"{corpus}-{variant}.json"
                for name in ("json", "graphml", "gexf", "dot", "csv", "parquet"):
                    command = [arguments.leitong, "graph", source, "-o", path.with_suffix(f".{name}")]
                    subprocess.run([*command, "--quiet", "--threshold", "0.5", *options], check=True)
                checks = {"networkx": lambda: check_networkx(nx, graph, path)}
                checks["igraph"] = lambda: check_igraph(igraph, graph, path)
                checks["gexf"] = lambda: check_gexf(graph, path)
                checks["csv"] = lambda: check_csv(graph, path)
                checks["graph"] = lambda: graph.check(nx)
                if draw:
                    checks["dot"] = lambda: check_dot(graph, path)
                graph = Graph(nx, path)
                for name, check in checks.items():
                    try:
                        check()
                        passed += 1
                    except Exception:
                        failed += 1
                        print(f"graphs: {path.stem}: {name} fails:", file=sys.stderr)
                        traceback.print_exc()
                print(f"{path.stem}: {len(graph.nodes)} nodes, {len(graph.edges)} edges, {', '.join(checks)}")
    print(f"graphs: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
