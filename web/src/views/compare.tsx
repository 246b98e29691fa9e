// Two documents side by side: shared passages and changes.

import { useMemo, useRef, useState } from "preact/hooks";
import { align, bridge, sideBySide, type Segment } from "../align";
import { typing, useApp } from "../context";
import type { Graph, Passage } from "../data";
import { percent } from "../i18n";
import { back, link } from "../route";
import { Finder } from "../search";
import { unbroken } from "../text";
import { NoDocument } from "./document";
import { Empty, Icon, Name, Origin, RelationChip, useKeys, useLoaded } from "../ui";

interface Loaded {
  a: string | null;
  b: string | null;
  edge: number | null;
  graph: Graph;
  passages: Passage[];
  /** Whether the passages are those of the scan. */
  scanned: boolean;
  finder: Finder;
}

export function Compare({ a, b }: { a: string; b: string }) {
  const { store, w, n, choices } = useApp();
  const one = store.byId.get(a);
  const two = store.byId.get(b);
  const [loaded, instead] = useLoaded<Loaded>(async () => {
    const [graph, phrases] = await Promise.all([store.graph(), store.phrases()]);
    const finder = new Finder(phrases.keys);
    if (one === undefined || two === undefined) return { a: null, b: null, edge: null, graph, passages: [], scanned: false, finder };
    const [textA, textB, edge] = await Promise.all([store.text(one), store.text(two), store.edge(one, two)]);
    let passages = edge === null ? [] : await store.passages(edge, one);
    const scanned = passages.length > 0;
    passages = bridge(passages);
    if (!scanned && textA !== null && textB !== null) passages = align(textA, textB, finder);
    return { a: textA, b: textB, edge, graph, passages, scanned, finder };
  }, [a, b]);

  if (instead) return instead;
  if (one === undefined || two === undefined) return <NoDocument ids={[one === undefined ? [a] : [], two === undefined ? [b] : []].flat()} />;
  if (loaded.a === null || loaded.b === null)
    return <Empty title={w.noText} hint={w.noTextHint} art="缺" />;
  const { edge, graph } = loaded;
  return (
    <div class="compare">
      <header class="open-head compare-head">
        <button class="tool" onClick={() => back()} aria-label={w.back} title={`${w.back} (Esc)`}>
          <Icon name="back" />
        </button>
        <h1>{w.sideBySide}</h1>
        {edge !== null && <RelationChip relation={graph.relations[graph.relation[edge]]} />}
        {edge !== null && (
          <dl class="inline-facts">
            <div>
              <dt>Jaccard</dt>
              <dd>{graph.jaccard[edge].toFixed(2)}</dd>
            </div>
            <div>
              <dt>{w.sharedChars}</dt>
              <dd>{w.charsN(n(graph.shared[edge]))}</dd>
            </div>
            <div>
              <dt>{w.longest}</dt>
              <dd>{w.charsN(n(graph.longest[edge]))}</dd>
            </div>
            <div>
              <dt>{w.coverage}</dt>
              <dd>
                {percent(graph.a[edge] === one ? graph.coverage_a[edge] : graph.coverage_b[edge])} / {percent(graph.a[edge] === one ? graph.coverage_b[edge] : graph.coverage_a[edge])}
              </dd>
            </div>
          </dl>
        )}
        <span class="compare-acts">
          <button class="button small" onClick={() => choices.keepThis(a, [b])} title={w.keepThisHint}>
            {w.keepLeft}
          </button>
          <button class="button small" onClick={() => choices.keepThis(b, [a])} title={w.keepThisHint}>
            {w.keepRight}
          </button>
          <button
            class="button small"
            onClick={() =>
              choices.apart([
                [a, [b]],
                [b, [a]],
              ])
            }
          >
            {w.notDuplicate}
          </button>
          <button class="button small" onClick={() => print()}>
            <Icon name="print" /> {w.print}
          </button>
        </span>
        <span class="legend marks">
          <span>
            <mark class="shared">文</mark> {w.legendShared}
          </span>
          <span>
            <mark class="changed">文</mark> {w.legendChanged}
          </span>
          <span>
            <span class="own">文</span> {w.legendOwn}
          </span>
        </span>
      </header>
      {!loaded.scanned && <p class="quiet found-here">{w.foundHere}</p>}
      <Sides one={one} two={two} a={loaded.a} b={loaded.b} passages={loaded.passages} finder={loaded.finder} />
    </div>
  );
}

interface SidesProps {
  one: number;
  two: number;
  a: string;
  b: string;
  passages: Passage[];
  finder: Finder;
}

function Sides({ one, two, a, b, passages, finder }: SidesProps) {
  const { store, w } = useApp();
  const [left, right] = useMemo(() => sideBySide(a, b, passages, finder), [a, b, passages]);
  const [together, setTogether] = useState(true);
  const [over, setOver] = useState(-1);
  const boxes = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)];
  /** The side that the reader scrolls; the other follows. */
  const leads = useRef(0);
  const changeAt = useRef(-1);

  const follow = (side: number) => {
    if (!together || leads.current !== side) return;
    const from = boxes[side].current!;
    const to = boxes[1 - side].current!;
    const line = from.clientHeight / 3;
    const points = anchors(from, to);
    to.scrollTop = between(points, from.scrollTop + line) - to.clientHeight / 3;
  };

  const jump = (passage: number, side: number) => {
    const target = boxes[1 - side].current?.querySelector<HTMLElement>(`[data-p="${passage}"]`);
    const box = boxes[1 - side].current;
    if (!target || !box) return;
    leads.current = 1 - side;
    box.scrollTo({ top: target.offsetTop - box.clientHeight / 3, behavior: "smooth" });
  };

  const step = (by: number) => {
    const box = boxes[0].current!;
    const changes = [box, boxes[1].current!].flatMap((side) => [...side.querySelectorAll<HTMLElement>("mark.changed, .own.words")]);
    if (changes.length === 0) return;
    changeAt.current = (changeAt.current + by + changes.length) % changes.length;
    const change = changes[changeAt.current];
    const own = boxes.find((one) => one.current!.contains(change))!.current!;
    leads.current = own === box ? 0 : 1;
    own.scrollTo({ top: change.offsetTop - own.clientHeight / 3 });
    for (const other of changes) other.classList.toggle("here", other === change);
  };

  useKeys((event) => {
    if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") step(1);
    else if (event.key === "p") step(-1);
    else return;
    event.preventDefault();
  });

  return (
    <>
      <div class="compare-tools">
        <label>
          <input type="checkbox" checked={together} onChange={(event) => setTogether(event.currentTarget.checked)} /> {w.together}
        </label>
        <a class="button small" href={link({ view: "compare", a: store.docs.id[two], b: store.docs.id[one] })}>
          <Icon name="swap" /> {w.swap}
        </a>
        <button class="button small" onClick={() => step(-1)} title={`${w.previousChange} (p)`} aria-label={w.previousChange}>
          <Icon name="up" />
        </button>
        <button class="button small" onClick={() => step(1)} title={`${w.nextChange} (n)`}>
          <Icon name="down" /> {w.nextChange}
        </button>
      </div>
      <div class="sides">
        {[
          { doc: one, segments: left },
          { doc: two, segments: right },
        ].map(({ doc, segments }, side) => (
          <section class="side-text" key={side}>
            <header>
              <a href={link({ view: "document", id: store.docs.id[doc] })}>
                <Name doc={doc} />
              </a>
              <Origin doc={doc} id />
            </header>
            <div
              ref={boxes[side]}
              class={unbroken(side === 0 ? a : b) ? "text unbroken" : "text"}
              dir="auto"
              tabIndex={0}
              role="region"
              aria-label={store.name(doc)}
              onPointerEnter={() => (leads.current = side)}
              onTouchStart={() => (leads.current = side)}
              onFocus={() => (leads.current = side)}
              onWheel={() => (leads.current = side)}
              onScroll={() => follow(side)}
              onMouseLeave={() => setOver(-1)}
            >
              <Marked segments={segments} over={over} enter={setOver} click={(passage) => jump(passage, side)} />
            </div>
          </section>
        ))}
      </div>
    </>
  );
}

interface MarkedProps {
  segments: Segment[];
  over: number;
  enter: (passage: number) => void;
  click: (passage: number) => void;
}

function Marked({ segments, over, enter, click }: MarkedProps) {
  return (
    <p>
      {segments.map((segment, i) => {
        if (segment.passage < 0)
          return (
            <span key={i} class={/[\p{L}\p{N}]/u.test(segment.text) ? "own words" : "own"} onMouseEnter={() => enter(-1)}>
              {segment.text}
            </span>
          );
        const kind = segment.changed ? "changed" : segment.formula ? "shared formula" : "shared";
        return (
          <mark
            key={i}
            class={over === segment.passage ? `${kind} over` : kind}
            data-p={segment.passage}
            onMouseEnter={() => enter(segment.passage)}
            onClick={() => click(segment.passage)}
          >
            {segment.text}
          </mark>
        );
      })}
    </p>
  );
}

/** Vertical positions of each passage on both sides, increasing on both. */
function anchors(from: HTMLElement, to: HTMLElement): [number, number][] {
  const tops = new Map<string, number>();
  for (const mark of to.querySelectorAll<HTMLElement>("[data-p]")) if (!tops.has(mark.dataset.p!)) tops.set(mark.dataset.p!, mark.offsetTop);
  const points: [number, number][] = [[0, 0]];
  const seen = new Set<string>();
  for (const mark of from.querySelectorAll<HTMLElement>("[data-p]")) {
    const p = mark.dataset.p!;
    const top = tops.get(p);
    if (top === undefined || seen.has(p)) continue;
    seen.add(p);
    const last = points[points.length - 1];
    if (mark.offsetTop > last[0] && top > last[1]) points.push([mark.offsetTop, top]);
  }
  const last = points[points.length - 1];
  points.push([Math.max(from.scrollHeight, last[0] + 1), Math.max(to.scrollHeight, last[1] + 1)]);
  return points;
}

export function between(points: [number, number][], at: number): number {
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1];
    const [x1, y1] = points[i];
    if (at <= x1 || i === points.length - 1) return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0);
  }
  return at;
}
