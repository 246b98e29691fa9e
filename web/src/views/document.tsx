// One article as a heat strip: which parts are its own, which are shared and
// with whom, which are formulas.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { layers, type Layer } from "../align";
import { useApp } from "../context";
import { weight, type Phrase } from "../data";
import { percent } from "../i18n";
import { back, link } from "../route";
import { Finder } from "../search";
import { unbroken } from "../text";
import { Empty, Icon, Name, Origin, RelationChip, useLoaded } from "../ui";

/** Number of partners with a track of their own. */
const TRACKS = 12;

interface Partner {
  doc: number;
  relation: string;
  weight: number;
  shared: number;
  spans: [number, number][];
}

export function Article({ id }: { id: string }) {
  const { store, w, n, params, choices } = useApp();
  const doc = store.byId.get(id);
  const [loaded, instead] = useLoaded(async () => {
    if (doc === undefined) return null;
    const graph = await store.graph();
    const edges = await store.edges(doc);
    const text = await store.text(doc);
    const formulas = await store.formulas(doc);
    const partners: Partner[] = await Promise.all(
      edges.map(async (edge) => ({
        doc: graph.a[edge] === doc ? graph.b[edge] : graph.a[edge],
        relation: graph.relations[graph.relation[edge]],
        weight: weight(graph, edge),
        shared: graph.shared[edge],
        spans: (await store.passages(edge, doc)).map((p) => p.a),
      })),
    );
    partners.sort((x, y) => y.shared - x.shared || y.weight - x.weight || x.doc - y.doc);
    return { text, formulas, partners };
  }, [id]);

  if (instead) return instead;
  if (doc === undefined || loaded === null) return <NoDocument ids={[id]} />;
  const byHand = choices.of(id);
  const decision = store.docs.decision[doc];
  const drops = byHand ? byHand.action === "drop" : decision?.[0] === false;
  const cluster = store.docs.cluster[doc];
  return (
    <article class="page article">
      <header class="open-head">
        <button class="tool" onClick={() => back()} aria-label={w.back} title={`${w.back} (Esc)`}>
          <Icon name="back" />
        </button>
        <div>
          <p class="kicker">
            <Origin doc={doc} id />
          </p>
          <h1>
            <Name doc={doc} />
          </h1>
          <p class="links">
            <span class={drops ? "badge drop" : "badge keep"}>
              {drops ? w.drop : w.keep}
              {byHand && ` ✎ ${w.byHand}`}
            </span>
            <span class="quiet">{w.charsN(n(store.docs.length[doc]))}</span>
            {cluster > 0 && store.cluster.has(cluster) && <a href={link({ view: "clusters", cluster })}>{w.clusterN(cluster)}</a>}
            {loaded.partners.length > 0 && <a href={link({ view: "graph", id })}>{w.showInGraph}</a>}
            {drops ? (
              <button class="button small" onClick={() => choices.keep([id])}>
                {w.keepIt}
              </button>
            ) : (
              <button class="button small" onClick={() => choices.drop([[id, undefined]])}>
                {w.dropIt}
              </button>
            )}
            {byHand && (
              <button class="button small" onClick={() => choices.forget([id])}>
                {w.asScanned}
              </button>
            )}
          </p>
        </div>
      </header>
      <Heat doc={doc} text={loaded.text} formulas={loaded.formulas} partners={loaded.partners} at={rangeOf(params.at, loaded.text?.length ?? 0)} />
    </article>
  );
}

/** Says that an address names a document that the file does not have. */
export function NoDocument({ ids }: { ids: string[] }) {
  const { w } = useApp();
  return (
    <Empty title={w.notHere} hint={w.noDocumentHere(ids.join(" · "))} art="缺">
      <a class="button" href={link({ view: "documents" })}>
        {w.documents}
      </a>
    </Empty>
  );
}

/** The range that an address names, if it lies in the text. */
function rangeOf(at: string | undefined, length: number): [number, number] | null {
  const range = /^(\d+)-(\d+)$/.exec(at ?? "");
  if (!range) return null;
  const [start, end] = [Number(range[1]), Number(range[2])];
  return start < end && end <= length ? [start, end] : null;
}

/** Layers with a range cut out of them: its parts are marked. */
function withRange(pieces: Layer[], range: [number, number] | null): (Layer & { here?: boolean })[] {
  if (!range) return pieces;
  const [from, to] = range;
  return pieces.flatMap((piece) => {
    const cuts = [piece.start, Math.min(Math.max(from, piece.start), piece.end), Math.min(Math.max(to, piece.start), piece.end), piece.end];
    return cuts
      .slice(1)
      .map((end, i) => ({ ...piece, start: cuts[i], end, here: i === 1 }))
      .filter((part) => part.start < part.end);
  });
}

interface HeatProps {
  doc: number;
  text: string | null;
  formulas: [number, number][];
  partners: Partner[];
  at: [number, number] | null;
}

function Heat({ doc, text, formulas, partners, at }: HeatProps) {
  const { store, w, n } = useApp();
  const [picked, setPicked] = useState(-1);
  const box = useRef<HTMLDivElement>(null);
  const length = text?.length ?? 0;
  const pieces = useMemo(() => layers(text ?? "", partners, formulas), [text, partners]);
  const shownPieces = useMemo(() => withRange(pieces, at), [pieces, at?.[0], at?.[1]]);
  const [asked, ask] = useState<Layer | null>(null);
  useEffect(() => {
    if (at) box.current?.querySelector(".here")?.scrollIntoView({ block: "center" });
  }, [at?.[0], at?.[1]]);
  const jump = (at: number) => {
    const target = [...(box.current?.querySelectorAll<HTMLElement>("[data-at]") ?? [])].findLast((e) => Number(e.dataset.at) <= at);
    target?.scrollIntoView({ block: "center", behavior: "smooth" });
  };
  const tracks = partners.slice(0, TRACKS);
  // Measured by the scan over the whole corpus. The strip can show less: only
  // links and phrases of this page.
  const measured = [
    { name: w.sharedShare, value: store.docs.shared[doc], show: percent },
    { name: w.formulaShare, value: store.docs.formula[doc], show: percent },
    { name: w.rMeasure, value: store.docs.r[doc], show: (r: number) => r.toFixed(2) },
  ].filter(({ value }) => value !== null);

  return (
    <>
      {measured.length > 0 && (
        <dl class="inline-facts spread">
          {measured.map(({ name, value, show }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{show(value!)}</dd>
            </div>
          ))}
        </dl>
      )}

      {partners.length === 0 && <p class="quiet">{w.noPartners}</p>}
      {(partners.length > 0 || formulas.length > 0) && (
        <section class="heat" aria-label={w.heat}>
          {text !== null && (
            <p class="legend strip-legend">
              <span>
                <i class="key own" /> {w.own}
              </span>
              <span>
                <i class="key shared" /> {w.stripShared}
              </span>
              <span>
                <i class="key formula" /> {w.stripFormula}
              </span>
            </p>
          )}
          {text !== null && (
            <div class="track whole">
              <span class="track-name">{w.heat}</span>
              <Strip length={length} layers={pieces} jump={jump} />
              <span />
            </div>
          )}
          <h2 class="sr">{w.partners}</h2>
          {tracks.map((partner, i) => (
            <div class={picked === i ? "track picked" : "track"} key={partner.doc}>
              <button class="track-name" aria-pressed={picked === i} onClick={() => setPicked(picked === i ? -1 : i)} title={store.name(partner.doc)}>
                <Name doc={partner.doc} />
                <Origin doc={partner.doc} plain />
              </button>
              <svg viewBox={`0 0 ${Math.max(1, length)} 10`} preserveAspectRatio="none" aria-hidden="true" class={`rel-${partner.relation}`}>
                <rect class="ground" width={Math.max(1, length)} height={10} />
                {partner.spans
                  .filter(([start, end]) => start >= 0 && end > start && end <= length)
                  .map(([start, end], s) => (
                    <rect key={s} class="span" x={start} width={end - start} height={10} onClick={() => jump(start)} />
                  ))}
              </svg>
              <span class="track-end">
                <RelationChip relation={partner.relation} />
                <a class="button small" href={link({ view: "compare", a: store.docs.id[doc], b: store.docs.id[partner.doc] })}>
                  {w.compare}
                </a>
              </span>
            </div>
          ))}
          {partners.length > TRACKS && (
            <details class="more-partners">
              <summary>{w.others(n(partners.length - TRACKS))}</summary>
              <ul>
                {partners.slice(TRACKS, TRACKS + 500).map((partner) => (
                  <li key={partner.doc}>
                    <a href={link({ view: "compare", a: store.docs.id[doc], b: store.docs.id[partner.doc] })}>
                      <Name doc={partner.doc} />
                    </a>{" "}
                    <RelationChip relation={partner.relation} /> <span class="quiet">{w.charsN(n(partner.shared))}</span>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </section>
      )}

      {text === null ? (
        <Empty title={w.noText} hint={w.noTextHint} art="缺" />
      ) : (
        <div class={unbroken(text) ? "text reading unbroken" : "text reading"} dir="auto" ref={box}>
          <p>
            {shownPieces.map((layer, i) => (
              <Piece key={i} layer={layer} text={text} picked={picked} partners={partners} ask={ask} />
            ))}
          </p>
        </div>
      )}
      {asked && text !== null && <Passage key={asked.start} doc={doc} words={text.slice(...wholeFormula(asked, formulas))} layer={asked} partners={partners} close={() => ask(null)} />}
    </>
  );
}

/** The range of a layer; if it is part of a formula, of the whole formula: what partners share may divide it. */
function wholeFormula(layer: Layer, formulas: [number, number][]): [number, number] {
  const whole = layer.formula ? formulas.find(([start, end]) => start <= layer.start && layer.start < end) : undefined;
  return whole ? [Math.min(whole[0], layer.start), Math.max(whole[1], layer.end)] : [layer.start, layer.end];
}

interface PieceProps {
  layer: Layer & { here?: boolean };
  text: string;
  picked: number;
  partners: Partner[];
  ask: (layer: Layer) => void;
}

function Piece({ layer, text, picked, partners, ask }: PieceProps) {
  const { store, w } = useApp();
  const words = text.slice(layer.start, layer.end);
  if (layer.partners.length === 0 && !layer.formula)
    return (
      <span class={layer.here ? "plain here" : "plain"} data-at={layer.start}>
        {words}
      </span>
    );
  const names = layer.partners.slice(0, 4).map((partner) => store.name(partners[partner].doc));
  if (layer.partners.length > names.length) names.push(`+${layer.partners.length - names.length}`);
  const classes = [layer.formula ? "formula" : "shared"];
  if (layer.partners.length > 2) classes.push("often");
  if (layer.here) classes.push("here");
  if (picked >= 0) classes.push(layer.partners.includes(picked) ? "picked" : "faded");
  return (
    <mark
      class={classes.join(" ")}
      data-at={layer.start}
      title={names.join(" · ") || w.formula}
      onClick={() => {
        // A selection that ends here is no click.
        if (getSelection()?.isCollapsed ?? true) ask(layer);
      }}
    >
      {words}
    </mark>
  );
}

/** Most phrases that are named for a passage. */
const PHRASES = 40;

/** What a highlighted passage is made of: phrases of the list, and documents that have it too. */
function Passage({ doc, words, layer, partners, close }: { doc: number; words: string; layer: Layer; partners: Partner[]; close: () => void }) {
  const { store, w, n } = useApp();
  const [phrases, instead] = useLoaded(async (): Promise<Phrase[]> => {
    const { list, keys } = await store.phrases();
    const finder = new Finder(keys);
    const normalized = finder.normalize(words);
    const found = list.filter((phrase) => normalized.includes(finder.normalize(phrase.p)));
    return found.sort((x, y) => y.length - x.length || x.n - y.n);
  }, [words]);
  return (
    <aside class="card passage-card" aria-label={w.passage}>
      <header>
        <h2 class="wording">
          <bdi>{Array.from(words).length > 60 ? `${Array.from(words).slice(0, 60).join("")}…` : words}</bdi>
        </h2>
        <button class="tool" onClick={close} aria-label={w.close}>
          <Icon name="close" />
        </button>
      </header>
      <h3>{w.phrasesHere}</h3>
      {instead ??
        (phrases!.length === 0 ? (
          <p class="quiet">{w.noPhrasesHere}</p>
        ) : (
          <ul class="link-list">
            {phrases!.slice(0, PHRASES).map((phrase) => (
              <li key={phrase.n}>
                <a href={link({ view: "phrases", phrase: phrase.p })}>
                  <bdi class="wording">{phrase.d}</bdi>
                </a>
                <span class="num quiet">{w.documentsN(n(phrase.documents), phrase.documents === 1)}</span>
              </li>
            ))}
          </ul>
        ))}
      {layer.partners.length > 0 && (
        <>
          <h3>{w.partners}</h3>
          <ul class="link-list">
            {layer.partners.slice(0, PHRASES).map((partner) => (
              <li key={partner}>
                <RelationChip relation={partners[partner].relation} />
                <a href={link({ view: "compare", a: store.docs.id[doc], b: store.docs.id[partners[partner].doc] })}>
                  <Name doc={partners[partner].doc} />
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </aside>
  );
}

function Strip({ length, layers, jump }: { length: number; layers: Layer[]; jump: (at: number) => void }) {
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${Math.max(1, length)} 20`}
      preserveAspectRatio="none"
      aria-hidden="true"
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        jump(((event.clientX - box.left) / box.width) * length);
      }}
    >
      {layers.map((layer, i) => (
        <rect
          key={i}
          class={layer.formula ? "formula" : layer.partners.length === 0 ? "own" : layer.partners.length > 2 ? "shared often" : "shared"}
          x={layer.start}
          width={layer.end - layer.start}
          height={20}
        />
      ))}
    </svg>
  );
}
