// One article as a heat strip: which parts are its own, which are shared and
// with whom, which are formulas.

import { useMemo, useRef, useState } from "preact/hooks";
import { layers, type Layer } from "../align";
import { useApp } from "../context";
import { weight } from "../data";
import { percent } from "../i18n";
import { link } from "../route";
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
  const { store, w, n } = useApp();
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
  if (doc === undefined || loaded === null) return <Empty title={w.noText} hint={w.noTextHint} art="缺" />;
  const cluster = store.docs.cluster[doc];
  return (
    <article class="page article">
      <header class="open-head">
        <button class="tool" onClick={() => history.back()} aria-label={w.back} title={`${w.back} (Esc)`}>
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
            <span class="quiet">{w.charsN(n(store.docs.length[doc]))}</span>
            {cluster > 0 && store.cluster.has(cluster) && <a href={link({ view: "clusters", cluster })}>{w.clusterN(cluster)}</a>}
            {loaded.partners.length > 0 && <a href={link({ view: "graph", id })}>{w.showInGraph}</a>}
          </p>
        </div>
      </header>
      <Heat doc={doc} text={loaded.text} formulas={loaded.formulas} partners={loaded.partners} />
    </article>
  );
}

function Heat({ doc, text, formulas, partners }: { doc: number; text: string | null; formulas: [number, number][]; partners: Partner[] }) {
  const { store, w, n } = useApp();
  const [picked, setPicked] = useState(-1);
  const box = useRef<HTMLDivElement>(null);
  const length = text?.length ?? 0;
  const pieces = useMemo(() => layers(text ?? "", partners, formulas), [text, partners]);
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

      {partners.length === 0 ? (
        <p class="quiet">{w.noPartners}</p>
      ) : (
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
                <Origin doc={partner.doc} />
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
            {pieces.map((layer, i) => (
              <Piece key={i} layer={layer} text={text} picked={picked} partners={partners} />
            ))}
          </p>
        </div>
      )}
    </>
  );
}

function Piece({ layer, text, picked, partners }: { layer: Layer; text: string; picked: number; partners: Partner[] }) {
  const { store, w } = useApp();
  const words = text.slice(layer.start, layer.end);
  if (layer.partners.length === 0 && !layer.formula)
    return (
      <span class="plain" data-at={layer.start}>
        {words}
      </span>
    );
  const names = layer.partners.slice(0, 4).map((partner) => store.name(partners[partner].doc));
  if (layer.partners.length > names.length) names.push(`+${layer.partners.length - names.length}`);
  const classes = [layer.formula ? "formula" : "shared"];
  if (layer.partners.length > 2) classes.push("often");
  if (picked >= 0) classes.push(layer.partners.includes(picked) ? "picked" : "faded");
  return (
    <mark class={classes.join(" ")} data-at={layer.start} title={names.join(" · ") || w.formula}>
      {words}
    </mark>
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
