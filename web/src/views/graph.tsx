// The graph of documents, drawn with WebGL by sigma.

import "../webgl";
import { UndirectedGraph } from "graphology";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import Sigma from "sigma";
import { EdgeLineProgram } from "sigma/rendering";
import { useApp, typing, type Theme } from "../context";
import { firstPercent, RELATIONS, weight, type Graph, type Store } from "../data";
import { percent } from "../i18n";
import type { Words } from "../i18n";
import { go, link, parse } from "../route";
import { readable } from "../text";
import { NoDocument } from "./document";
import { Choice, DocLink, Empty, Icon, Name, Origin, RelationChip, Search, useKeys, useLoaded } from "../ui";

/** Colours that people with colour blindness can tell apart; everything else is grey. */
const COLOURS = ["#4477aa", "#ee7733", "#009988", "#cc3377", "#b8a400", "#66aadd", "#aa6699", "#7a8b3c", "#cc6677"];

/** Number of edges beyond which they are lines of one pixel, and beyond which
 * they are hidden while the camera moves. */
const THIN_EDGES = 5_000;
const STILL_EDGES = 60_000;

const PAINT: Record<Theme, { grey: string; edge: string; strong: string; label: string; ground: string }> = {
  light: { grey: "#a9a69d", edge: "#cbc6b8", strong: "#5c6b7a", label: "#2a2d31", ground: "#fffdf9" },
  dark: { grey: "#6d6f73", edge: "#474d54", strong: "#aab4be", label: "#e4e1d9", ground: "#1d2024" },
};

const COLOURINGS = ["cluster", "source", "date", "relation"] as const;
type Colouring = (typeof COLOURINGS)[number];

/** What colours the picture at first: what tells its documents apart. */
function firstColouring(store: Store, graph: Graph): Colouring {
  const drawn = store.docs.id.map((_, doc) => doc).filter((doc) => graph.x[doc] !== null);
  // Few clusters among many links would leave the picture grey.
  if (drawn.filter((doc) => store.docs.cluster[doc] > 0).length * 4 > drawn.length) return "cluster";
  const sources = new Set(drawn.map((doc) => store.docs.source[doc]));
  if (sources.size > 1 && sources.size <= COLOURS.length) return "source";
  return drawn.filter((doc) => store.docs.time[doc] !== null).length * 2 > drawn.length ? "date" : "relation";
}

/** Colours of dates, from the earliest to the latest. */
const DATES = ["#3b4cc0", "#6f92f3", "#8fb4d8", "#c9b38a", "#e8894f", "#c9452f"];

/** Colours of the relations, in the order of `RELATIONS`. */
const RELATED = ["#4477aa", "#009988", "#ee9a33", "#cc3377", "#8a94a0"];

interface NodeData {
  x: number;
  y: number;
  size: number;
  label: string;
}
interface EdgeData {
  size: number;
}

/** What nodes and edges look like; read whenever they are drawn. */
interface Look {
  colours: string[];
  edgeColours: string[] | null;
  paint: (typeof PAINT)["light"];
  /** Whether each edge and each document is shown. */
  edges: Uint8Array;
  docs: Uint8Array;
  over: number;
  selected: number;
}

export function GraphView({ selected }: { selected: string | null }) {
  const { store, w } = useApp();
  const [graph, instead] = useLoaded(() => store.graph(), [store]);
  if (instead) return instead;
  if (graph.a.length === 0) return <Empty title={w.noGraph} hint={w.noGraphHint} art="独" />;
  if (selected !== null && !store.byId.has(selected)) return <NoDocument ids={[selected]} />;
  return <Picture graph={graph} selected={selected === null ? null : (store.byId.get(selected) ?? null)} />;
}

/** What the address says about the view now, for handlers that outlive a drawing. */
const here = () => ({ params: parse(location.hash).params });

function hasWebGL(): boolean {
  try {
    return !!document.createElement("canvas").getContext("webgl2");
  } catch {
    return false;
  }
}

interface Palette {
  /** The colour of each document. */
  of: string[];
  /** The colour of each edge, or null for that of the theme. */
  edges: string[] | null;
  legend: [colour: string, name: string][];
}

/** The colours of documents and edges, and the legend. */
function colours(store: Store, graph: Graph, by: Colouring, grey: string, w: Words): Palette {
  const docs = store.docs;
  if (by === "cluster") {
    // The largest clusters have colours of their own.
    const largest = store.core.clusters.slice(0, COLOURS.length);
    const colour = new Map(largest.map((cluster, i) => [cluster.n, COLOURS[i]]));
    const rest = COLOURS[COLOURS.length - 1];
    const others = store.core.clusters.length > largest.length;
    if (others) colour.delete(largest[largest.length - 1].n);
    const named = others ? largest.slice(0, -1) : largest;
    return {
      of: docs.cluster.map((cluster) => (cluster > 0 ? (colour.get(cluster) ?? rest) : grey)),
      edges: null,
      legend: [...named.map((cluster): [string, string] => [colour.get(cluster.n)!, `${cluster.n}. ${store.name(cluster.rep)}`]), ...(others ? [[rest, w.otherClusters] as [string, string]] : []), [grey, w.noCluster]],
    };
  }
  if (by === "date") {
    const times = docs.time.filter((time, doc) => time !== null && graph.x[doc] !== null) as number[];
    const from = times.reduce((x, y) => Math.min(x, y), Infinity);
    const span = times.reduce((x, y) => Math.max(x, y), -Infinity) - from;
    const step = (time: number) => Math.min(DATES.length - 1, Math.floor(((time - from) / Math.max(1, span)) * DATES.length));
    const label = (time: number) => new Date(time * 1000).toISOString().slice(0, span > 5 * 365 * 86_400 ? 4 : span > 120 * 86_400 ? 7 : 10);
    const legend = times.length === 0 ? [] : DATES.map((colour, i): [string, string] => [colour, `${label(from + (span * i) / DATES.length)} – ${label(from + (span * (i + 1)) / DATES.length)}`]);
    return { of: docs.time.map((time) => (time === null ? grey : DATES[step(time)])), edges: null, legend: [...legend, [grey, w.noDate]] };
  }
  if (by === "relation") {
    const number = (edge: number) => RELATIONS.indexOf(graph.relations[graph.relation[edge]]);
    // A document has the colour of its closest relation.
    const best = new Array<number>(docs.id.length).fill(RELATIONS.length);
    for (let edge = 0; edge < graph.a.length; edge++) for (const doc of [graph.a[edge], graph.b[edge]]) best[doc] = Math.min(best[doc], number(edge));
    const present = RELATIONS.filter((_, i) => best.includes(i) || graph.relation.some((r) => graph.relations[r] === RELATIONS[i]));
    return {
      of: best.map((relation) => RELATED[relation] ?? grey),
      edges: graph.a.map((_, edge) => RELATED[number(edge)] ?? grey),
      legend: present.map((relation) => [RELATED[RELATIONS.indexOf(relation)], w.relation[relation]]),
    };
  }
  const counts = new Map<number, number>();
  for (const source of docs.source) counts.set(source, (counts.get(source) ?? 0) + 1);
  const largest = [...counts.keys()]
    .filter((source) => source >= 0)
    .sort((x, y) => counts.get(y)! - counts.get(x)! || x - y)
    .slice(0, COLOURS.length);
  const colour = new Map(largest.map((source, i) => [source, COLOURS[i]]));
  return {
    of: docs.source.map((source) => colour.get(source) ?? grey),
    edges: null,
    legend: [...largest.map((source): [string, string] => [colour.get(source)!, readable(docs.sources[source])]), [grey, largest.length === 0 ? w.noSource : w.otherSources]],
  };
}

/** Longest label beside a node, in characters, in a wide picture and on a phone; the rest is seen under the pointer. */
const LABEL = { wide: 22, narrow: 12 };

/** Where a label of some width begins: after its node, before it where the right edge would cut it. */
function labelLeft(context: CanvasRenderingContext2D, data: { x: number; size: number }, width: number): number {
  const [before, after] = [data.x - data.size - 3 - width, data.x + data.size + 3];
  const most = context.canvas.clientWidth - width;
  return after <= most ? after : before >= 0 ? before : Math.max(0, most);
}

/** The first characters of a text, and whether there are more. */
function shortened(text: string, characters: number): string {
  const all = Array.from(text);
  return all.length <= characters ? text : `${all.slice(0, characters - 1).join("")}…`;
}

type Box = [left: number, top: number, right: number, bottom: number];

/** Draws labels one after the other inside the picture, and leaves out those that would lie on another or under a control. */
class Labels {
  private boxes: Box[] = [];
  private controls: Box[] = [];
  private widths = new Map<string, number>();

  /** Forgets what was drawn: a new picture begins, in a box beside others. */
  clear(picture: HTMLElement): void {
    this.boxes = [];
    const { left, top } = picture.getBoundingClientRect();
    const controls = [...(picture.parentElement?.children ?? [])].filter((other) => other !== picture);
    this.controls = controls.map((control) => {
      const box = control.getBoundingClientRect();
      return [box.left - left, box.top - top, box.right - left, box.bottom - top];
    });
  }

  draw(context: CanvasRenderingContext2D, data: { x: number; y: number; size: number; label?: string | null }, settings: { labelSize: number; labelFont: string }, colour: string): void {
    if (!data.label) return;
    const label = shortened(data.label, context.canvas.clientWidth < 600 ? LABEL.narrow : LABEL.wide);
    context.font = `${settings.labelSize}px ${settings.labelFont}`;
    let width = this.widths.get(label);
    if (width === undefined) this.widths.set(label, (width = context.measureText(label).width));
    const left = labelLeft(context, data, width);
    const box: Box = [left - 2, data.y - settings.labelSize * 0.8, left + width + 2, data.y + settings.labelSize * 0.7];
    if ([...this.controls, ...this.boxes].some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) return;
    this.boxes.push(box);
    context.fillStyle = colour;
    context.fillText(label, left, data.y + settings.labelSize / 3);
  }

  get drawn(): readonly Readonly<Box>[] {
    return this.boxes;
  }
}

function Picture({ graph, selected }: { graph: Graph; selected: number | null }) {
  const { store, w, n, theme, params, setParams } = useApp();
  const box = useRef<HTMLDivElement>(null);
  const sigma = useRef<Sigma<NodeData, EdgeData> | null>(null);
  const firstBy = useMemo(() => firstColouring(store, graph), [store, graph]);
  const by = COLOURINGS.find((by) => by === params.colour) ?? firstBy;
  const reuse = params.reuse !== "no";
  const [query, setQuery] = useState("");
  const able = useMemo(hasWebGL, []);
  const paint = PAINT[theme];
  const weights = useMemo(() => graph.a.map((_, edge) => weight(graph, edge)), [graph]);
  // Percent, for the slider: its least value, and where it stands at first.
  const least = useMemo(() => Math.floor(weights.reduce((x, y) => Math.min(x, y), 1) * 100), [weights]);
  const first = useMemo(() => Math.max(least, firstPercent(weights)), [weights]);
  const percents = Math.min(100, Math.max(least, Number(params.least ?? first) || 0));
  const threshold = percents > least ? percents / 100 : 0;
  const palette = useMemo(() => colours(store, graph, by, paint.grey, w), [store, graph, by, theme, w]);

  const drawn = useMemo(() => {
    const drawn = new UndirectedGraph<NodeData, EdgeData>({ multi: false });
    const degree = new Uint32Array(graph.x.length);
    for (let e = 0; e < graph.a.length; e++) {
      degree[graph.a[e]]++;
      degree[graph.b[e]]++;
    }
    // In large graphs nodes start small and grow when zoomed in.
    const linked = graph.x.filter((x) => x !== null).length;
    const scale = Math.max(0.4, Math.min(1, 32 / Math.sqrt(linked)));
    graph.x.forEach((x, doc) => {
      const y = graph.y[doc];
      if (x === null || y === null) return;
      const size = Math.min(12, 2.2 + Math.sqrt(degree[doc]) * 1.1) * scale;
      drawn.addNode(doc, { x, y, size, label: shortened(store.name(doc), 40) });
    });
    for (let e = 0; e < graph.a.length; e++) {
      if (!drawn.hasEdge(graph.a[e], graph.b[e]) && graph.a[e] !== graph.b[e])
        drawn.addEdgeWithKey(e, graph.a[e], graph.b[e], { size: graph.near[e] ? 1.2 : 0.7 });
    }
    return drawn;
  }, [graph]);

  // The edges that the slider and the switch leave visible.
  const visible = useMemo(() => {
    const docs = new Uint8Array(graph.x.length);
    const edges = new Uint8Array(weights.length);
    let count = 0;
    for (let e = 0; e < weights.length; e++) {
      if (weights[e] < threshold || !(reuse || graph.near[e])) continue;
      count++;
      edges[e] = docs[graph.a[e]] = docs[graph.b[e]] = 1;
    }
    return { docs, edges, count, nodes: docs.reduce((x, y) => x + y, 0) };
  }, [graph, threshold, reuse]);

  const look = useRef<Look>({ colours: palette.of, edgeColours: palette.edges, paint, edges: visible.edges, docs: visible.docs, over: -1, selected: selected ?? -1 });

  useEffect(() => {
    if (!able || !box.current) return;
    const labels = new Labels();
    const picture = new Sigma<NodeData, EdgeData>(drawn, box.current, {
      allowInvalidContainer: true,
      hideEdgesOnMove: drawn.size > STILL_EDGES,
      hideLabelsOnMove: drawn.order > 3_000,
      labelFont: '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif',
      labelSize: 12,
      labelDensity: 1.2,
      labelRenderedSizeThreshold: 3,
      labelColor: { color: look.current.paint.label },
      defaultDrawNodeLabel: (context, data, settings) => labels.draw(context, data, settings, look.current.paint.label),
      defaultDrawNodeHover: (context, data, settings) => drawHover(context, data, settings, look.current.paint),
      defaultEdgeType: drawn.size > THIN_EDGES ? "thin" : "line",
      edgeProgramClasses: { thin: EdgeLineProgram },
      nodeReducer: (node, data) => {
        const doc = Number(node);
        const { colours, docs, selected } = look.current;
        return { ...data, color: colours[doc], hidden: docs[doc] === 0, highlighted: doc === selected };
      },
      edgeReducer: (edge, data) => {
        const e = Number(edge);
        const { paint, edges, over, edgeColours } = look.current;
        const strong = over >= 0 && (graph.a[e] === over || graph.b[e] === over);
        return { ...data, color: strong ? paint.strong : (edgeColours?.[e] ?? paint.edge), hidden: edges[e] === 0, zIndex: strong ? 1 : 0 };
      },
      minCameraRatio: 0.005,
      maxCameraRatio: 4,
      stagePadding: 28,
      zIndex: true,
    });
    sigma.current = picture;
    const over = (node: number) => {
      const before = look.current.over;
      look.current.over = node;
      box.current?.classList.toggle("over-node", node >= 0);
      const edges = [before, node].filter((n) => n >= 0 && drawn.hasNode(n) && drawn.degree(n) < 2_000).flatMap((n) => drawn.edges(n));
      if (edges.length > 0) picture.refresh({ partialGraph: { edges }, skipIndexation: true, schedule: true });
    };
    picture.on("enterNode", ({ node }) => over(Number(node)));
    picture.on("leaveNode", () => over(-1));
    picture.on("clickNode", ({ node }) => go({ ...here(), view: "graph", id: store.docs.id[Number(node)] }));
    picture.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
      preventSigmaDefault();
      go({ view: "document", id: store.docs.id[Number(node)] });
    });
    picture.on("clickStage", () => location.hash.startsWith("#/graph/") && go({ ...here(), view: "graph", id: null }));
    picture.on("beforeRender", () => box.current && labels.clear(box.current));
    picture.on("afterRender", () => {
      performance.clearMarks("leitong-graph-drawn");
      performance.mark("leitong-graph-drawn");
    });
    // Browser tests read the positions of nodes from it.
    Object.assign(box.current, { picture, labels });
    return () => {
      sigma.current = null;
      picture.kill();
    };
  }, [drawn, able]);

  // A change of colours redraws everything, the slider only what appears or
  // disappears.
  useEffect(() => {
    look.current.colours = palette.of;
    look.current.edgeColours = palette.edges;
    look.current.paint = paint;
    sigma.current?.setSetting("labelColor", { color: paint.label });
    sigma.current?.refresh({ skipIndexation: true, schedule: true });
  }, [palette, theme]);

  useEffect(() => {
    const before = look.current;
    const nodes: string[] = [];
    const edges: string[] = [];
    drawn.forEachNode((node) => {
      const doc = Number(node);
      if (before.docs[doc] !== visible.docs[doc]) nodes.push(node);
    });
    drawn.forEachEdge((edge) => {
      const e = Number(edge);
      if (before.edges[e] !== visible.edges[e]) edges.push(edge);
    });
    before.docs = visible.docs;
    before.edges = visible.edges;
    sigma.current?.refresh({ partialGraph: { nodes, edges }, skipIndexation: true, schedule: true });
  }, [drawn, visible]);

  // The selected document is highlighted and brought into view.
  useEffect(() => {
    const picture = sigma.current;
    if (!picture || selected === null || !drawn.hasNode(selected)) return;
    const mark = (doc: number) => {
      look.current.selected = doc;
      sigma.current?.refresh({ partialGraph: { nodes: [String(selected)] }, skipIndexation: true, schedule: true });
    };
    mark(selected);
    const place = picture.getNodeDisplayData(String(selected));
    const camera = picture.getCamera();
    if (place) {
      const ratio = Math.min(camera.ratio, Math.max(0.02, 8 / Math.sqrt(drawn.order + 1) / 4));
      camera.animate({ x: place.x, y: place.y, ratio }, { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350 });
    }
    return () => mark(-1);
  }, [selected, drawn, able]);

  const zoom = (what: "in" | "out" | "all") => {
    const camera = sigma.current?.getCamera();
    if (!camera) return;
    if (what === "in") camera.animatedZoom({ duration: 150 });
    else if (what === "out") camera.animatedUnzoom({ duration: 150 });
    else camera.animatedReset({ duration: 200 });
  };

  useKeys((event) => {
    if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const camera = sigma.current?.getCamera();
    if (!camera) return;
    const step = 0.08 * camera.ratio;
    if (event.key === "+" || event.key === "=") zoom("in");
    else if (event.key === "-") zoom("out");
    else if (event.key === "0") zoom("all");
    else if (event.key === "ArrowLeft") camera.setState({ x: camera.x - step });
    else if (event.key === "ArrowRight") camera.setState({ x: camera.x + step });
    else if (event.key === "ArrowUp") camera.setState({ y: camera.y + step });
    else if (event.key === "ArrowDown") camera.setState({ y: camera.y - step });
    else return;
    event.preventDefault();
  });

  const found = useMemo(() => {
    const wanted = query.trim().toLowerCase();
    if (!wanted) return [];
    const list: number[] = [];
    for (let doc = 0; doc < graph.x.length && list.length < 8; doc++) {
      if (graph.x[doc] === null) continue;
      if (store.name(doc).toLowerCase().includes(wanted) || store.docs.id[doc].toLowerCase().includes(wanted)) list.push(doc);
    }
    return list;
  }, [query, graph]);

  const alone = useMemo(() => store.core.overview.documents - graph.x.filter((x) => x !== null).length, [graph]);
  if (!able) return <Empty title={w.noWebGL} art="图" />;
  return (
    <div class="graph">
      <div class="graph-bar">
        <div class="graph-find">
          <Search value={query} label={w.findNode} placeholder={w.findNode} change={setQuery} />
          {found.length > 0 && (
            <ul class="found">
              {found.map((doc) => (
                <li key={doc}>
                  <a href={link({ view: "graph", id: store.docs.id[doc], params })} onClick={() => setQuery("")}>
                    <Name doc={doc} /> <Origin doc={doc} plain />
                  </a>
                </li>
              ))}
            </ul>
          )}
        </div>
        <label class="slider" title={w.thresholdHint}>
          <span>{w.threshold}</span>
          <input
            type="range"
            min={least}
            max={100}
            value={percents}
            onInput={(event) => setParams({ least: Number(event.currentTarget.value) !== first ? event.currentTarget.value : "" })}
          />
          <output class="num">{percent(percents / 100)}</output>
        </label>
        <Choice
          label={w.colourBy}
          value={by}
          options={COLOURINGS.map((by): [Colouring, string] => [by, { cluster: w.byCluster, source: w.bySource, date: w.byDate, relation: w.byRelation }[by]])}
          change={(colour) => setParams({ colour: colour === firstBy ? "" : colour })}
        />
        <label class="switch">
          <input type="checkbox" checked={reuse} onChange={(event) => setParams({ reuse: event.currentTarget.checked ? "" : "no" })} /> {w.withReuse}
        </label>
        <span class="quiet num graph-count">
          {w.nodesN(n(visible.nodes))} · {w.edgesN(visible.count < weights.length ? `${n(visible.count)} / ${n(weights.length)}` : n(visible.count))}
        </span>
      </div>
      <div class="graph-box">
        <div ref={box} class="canvas" tabIndex={0} role="application" aria-label={w.graphLabel} />
        <div class="zoom">
          <button class="tool" onClick={() => zoom("in")} aria-label={w.zoomIn} title={`${w.zoomIn} (+)`}>
            <Icon name="plus" />
          </button>
          <button class="tool" onClick={() => zoom("out")} aria-label={w.zoomOut} title={`${w.zoomOut} (−)`}>
            <Icon name="minus" />
          </button>
          <button class="tool" onClick={() => zoom("all")} aria-label={w.zoomAll} title={`${w.zoomAll} (0)`}>
            <Icon name="all" />
          </button>
        </div>
        <details class="graph-legend" open={innerWidth > 820}>
          <summary>{w.legend}</summary>
          <ul>
            {palette.legend.map(([colour, name]) => (
              <li key={name}>
                <i style={{ background: colour }} /> <bdi>{name}</bdi>
              </li>
            ))}
          </ul>
        </details>
        {selected !== null && <Card key={selected} doc={selected} graph={graph} />}
        {alone > 0 && selected === null && <p class="graph-note quiet">{w.alone(n(alone))}</p>}
      </div>
    </div>
  );
}

/** Draws the label of the node under the pointer, in the colours of the theme. */
function drawHover(
  context: CanvasRenderingContext2D,
  data: { x: number; y: number; size: number; label?: string | null; color: string },
  settings: { labelSize: number; labelFont: string },
  paint: Look["paint"],
) {
  context.font = `${settings.labelSize}px ${settings.labelFont}`;
  const label = data.label ?? "";
  const width = context.measureText(label).width;
  const height = settings.labelSize + 12;
  const left = labelLeft(context, data, width + 16);
  context.fillStyle = paint.ground;
  context.shadowColor = "rgba(0,0,0,0.25)";
  context.shadowBlur = 10;
  context.beginPath();
  if (label) context.roundRect(left, data.y - height / 2, width + 16, height, 6);
  context.arc(data.x, data.y, data.size + 3, 0, Math.PI * 2);
  context.fill();
  context.shadowBlur = 0;
  context.fillStyle = data.color;
  context.beginPath();
  context.arc(data.x, data.y, data.size, 0, Math.PI * 2);
  context.fill();
  context.fillStyle = paint.label;
  context.fillText(label, left + 8, data.y + settings.labelSize / 3);
}

function Card({ doc, graph }: { doc: number; graph: Graph }) {
  const { store, w, n, params } = useApp();
  const [loaded] = useLoaded(() => store.edges(doc), [doc]);
  const edges = loaded ?? [];
  const links = useMemo(() => edges.slice().sort((x, y) => weight(graph, y) - weight(graph, x)), [edges]);
  const cluster = store.docs.cluster[doc];
  return (
    <aside class="card graph-card">
      <header>
        <h2>
          <DocLink doc={doc} />
        </h2>
        <a class="tool" href={link({ view: "graph", id: null, params })} aria-label={w.close}>
          <Icon name="close" />
        </a>
      </header>
      <Origin doc={doc} id />
      <p class="links">
        <a class="button small" href={link({ view: "document", id: store.docs.id[doc] })}>
          {w.read}
        </a>
        {cluster > 0 && store.cluster.has(cluster) && (
          <a class="button small" href={link({ view: "clusters", cluster })}>
            {w.clusterN(cluster)}
          </a>
        )}
      </p>
      <h3>
        {w.links} <span class="num quiet">{n(edges.length)}</span>
      </h3>
      <ul class="link-list">
        {links.slice(0, 100).map((edge) => {
          const other = graph.a[edge] === doc ? graph.b[edge] : graph.a[edge];
          return (
            <li key={edge}>
              <RelationChip relation={graph.relations[graph.relation[edge]]} />
              <a href={link({ view: "compare", a: store.docs.id[doc], b: store.docs.id[other] })} title={w.compare}>
                <Name doc={other} />
              </a>
              <span class="num quiet">{percent(weight(graph, edge))}</span>
            </li>
          );
        })}
      </ul>
    </aside>
  );
}
