// The overview: the figures of the scan.

import { useApp } from "../context";
import { Columns, Rows, Timeline } from "../charts";
import { RELATIONS } from "../data";
import { percent, short } from "../i18n";
import { message } from "../messages";
import { link } from "../route";
import { readable } from "../text";
import { Icon, Name, Origin, RelationChip } from "../ui";

export function Overview() {
  const { store, w, n, lang } = useApp();
  const { overview, run, cuts, clusters } = store.core;
  const relations = RELATIONS.filter((relation) => overview.relations[relation]);
  const mostRelated = Math.max(1, ...relations.map((relation) => overview.relations[relation] ?? 0));
  const histogram = run.histogram ?? [];
  const told = (text: string) => (lang === "zh" ? message(text) : text);
  const complaints = run.warnings.length > 0 || run.skipped.length > 0;
  const mostSource = Math.max(1, ...overview.sources.map((source) => source[1]));
  return (
    <div class="page overview">
      <section class="stats" aria-label={w.overview}>
        <Stat name={w.documents} value={short(overview.documents, lang)} hint={w.characters(short(overview.characters, lang))} href={link({ view: "documents" })} />
        <Stat
          name={w.duplicates}
          value={short(overview.dropped, lang)}
          hint={w.duplicatesHint(percent(overview.dropped / Math.max(1, overview.documents)))}
          href={link({ view: "documents", params: { state: "dropped" } })}
          accent
        />
        <Stat name={w.clusters} value={short(overview.clusters, lang)} hint={w.clustersHint(n(overview.clustered))} href={link({ view: "clusters", cluster: null })} />
        <Stat
          name={w.reused}
          value={overview.reuse ? percent(overview.shared[1]) : "–"}
          hint={overview.reuse ? w.reusedHint : w.notSought}
          href={overview.reuse ? link({ view: "documents", params: { sort: "shared" } }) : undefined}
        />
      </section>

      {cuts.length > 0 && (
        <aside class="note" role="note">
          <Icon name="warning" />
          <div>
            <h2>{w.cut}</h2>
            <ul>
              {cuts.map((cut) => (
                <li key={cut.what}>
                  {cut.what === "long texts" ? w.cutLong(n(cut.of)) : w.cutLine(w.cutWhat[cut.what] ?? cut.what, n(cut.shown), n(cut.of))}
                </li>
              ))}
            </ul>
            <p>{w.cutHint}</p>
          </div>
        </aside>
      )}

      <div class="grid">
        {overview.reuse && <section class="card wide">
          <header>
            <h2>{w.topPhrases}</h2>
            <a href={link({ view: "phrases", phrase: null })}>
              {w.allPhrases} <span class="num">{n(overview.phrases)}</span>
            </a>
          </header>
          {overview.top.length === 0 ? (
            <p class="quiet">{w.noPhrases}</p>
          ) : (
            <ol class="top-phrases">
              {overview.top.map((phrase) => (
                <li key={phrase.phrase}>
                  <a href={link({ view: "phrases", phrase: phrase.phrase })}>
                    <bdi class="wording">{phrase.display}</bdi>
                    <span class="num" title={w.documentsN(n(phrase.documents), phrase.documents === 1)}>
                      {n(phrase.documents)}
                    </span>
                  </a>
                </li>
              ))}
            </ol>
          )}
        </section>}

        <section class="card">
          <header>
            <h2>{w.largest}</h2>
            <a href={link({ view: "clusters", cluster: null })}>
              {w.allClusters} <span class="num">{n(overview.clusters)}</span>
            </a>
          </header>
          {clusters.length === 0 ? (
            <p class="quiet">{w.noClusters}</p>
          ) : (
            <ol class="largest">
              {clusters.slice(0, 6).map((cluster) => (
                <li key={cluster.n}>
                  <a href={link({ view: "clusters", cluster: cluster.n })}>
                    <span class="size num">{n(cluster.size)}</span>
                    <span class="stack">
                      <Name doc={cluster.rep} />
                      <Origin doc={cluster.rep} plain />
                    </span>
                  </a>
                </li>
              ))}
            </ol>
          )}
        </section>

        <div class="stacked">
        <section class="card">
          <header>
            <h2>{w.relations}</h2>
            <a href={link({ view: "graph", id: null })}>
              {w.graph} <span class="num">{n(overview.edges)}</span>
            </a>
          </header>
          <Rows
            rows={relations.map((relation) => ({
              label: <RelationChip relation={relation} />,
              share: (overview.relations[relation] ?? 0) / mostRelated,
              value: n(overview.relations[relation] ?? 0),
              kind: `rel-${relation}`,
            }))}
          />
        </section>

        {overview.reuse && <section class="card">
          <header>
            <h2>{w.reusedBy}</h2>
          </header>
          <Rows
            rows={[
              ...[8, 13, 25, 50].map((length, i) => ({
                label: w.reusedRow(length),
                share: overview.shared[i],
                value: percent(overview.shared[i]),
              })),
              { label: w.inFormulas, share: overview.formula, value: percent(overview.formula), kind: "formula" },
            ]}
          />
        </section>}
        </div>

        {overview.timeline.length > 1 && (
          <section class="card wide">
            <Timeline title={w.timeline} counts={overview.timeline} volume={overview.volume} what={w.documents} parts={w.duplicates} height={120} />
            <p class="quiet legend">
              <i class="key kept" /> {w.kept} <i class="key dropped" /> {w.duplicate}
              {overview.dated < overview.documents && <span> · {w.timelineHint(n(overview.dated))}</span>}
            </p>
          </section>
        )}

        {histogram.length > 0 && (
          <section class={overview.sources.length > 0 ? "card grow" : "card wide"}>
            <header>
              <h2>{w.similarities}</h2>
            </header>
            <Columns
              label={w.similarities}
              unit={w.pairsFrom}
              bars={histogram.map((bin) => ({
                label: bin.from.toFixed(2),
                value: bin.pairs,
                hint: `${bin.from.toFixed(2)}: ${n(bin.pairs)} · ${w.similaritiesHint(n(bin.kept), bin.from.toFixed(2))}`,
              }))}
            />
          </section>
        )}

        {overview.sources.length > 0 && (
          <section class="card">
            <header>
              <h2>{w.sources}</h2>
              <span class="quiet num">{n(overview.source_count)}</span>
            </header>
            <Rows
              rows={overview.sources.slice(0, 8).map(([name, documents]) => ({
                label: (
                  <a href={link({ view: "documents", params: { source: name } })}>
                    <bdi>{readable(name)}</bdi>
                  </a>
                ),
                share: documents / mostSource,
                value: n(documents),
              }))}
            />
            {overview.source_count > 8 && <p class="quiet">{w.moreSources(n(overview.source_count - 8))}</p>}
          </section>
        )}

        {complaints && (
        <section class="card">
          <header>
            <h2>{w.warnings}</h2>
          </header>
          <ul class="warnings">
            {run.warnings.map((warning, i) => (
              <li key={i}>{told(warning)}</li>
            ))}
          </ul>
          {run.skipped.length > 0 && (
            <details>
              <summary>
                {w.skipped} <span class="num">{n(run.counts?.skipped ?? run.skipped.length)}</span>
              </summary>
              <ul class="warnings">
                {run.skipped.map((skip, i) => (
                  <li key={i}>
                    <bdi class="id">
                      {skip.input}
                      {skip.line > 0 ? `:${skip.line}` : ""}
                    </bdi>{" "}
                    {told(skip.what)}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </section>
        )}

        <section class={complaints ? "card" : "card wide"}>
          <header>
            <h2>{w.made}</h2>
            {!complaints && <span class="quiet">{w.noWarnings}</span>}
          </header>
          <dl class="facts">
            <div>
              <dt>leitong</dt>
              <dd>{String(run.version ?? "")}</dd>
            </div>
            {Object.entries(run.options ?? {})
              .filter(([, value]) => value !== null && typeof value !== "object")
              .map(([key, value]) => (
                <div key={key}>
                  <dt>{key}</dt>
                  <dd>{String(value)}</dd>
                </div>
              ))}
          </dl>
        </section>
      </div>
      <footer class="foot">
        leitong 雷同 {store.core.version} · {w.footer}
      </footer>
    </div>
  );
}

function Stat({ name, value, hint, accent, href }: { name: string; value: string; hint: string; accent?: boolean; href?: string }) {
  const inside = (
    <>
      <span class="stat-name">{name}</span>
      <span class={accent ? "stat-value accent" : "stat-value"}>{value}</span>
      <span class="stat-hint">{hint}</span>
    </>
  );
  return href ? (
    <a class="stat" href={href}>
      {inside}
    </a>
  ) : (
    <div class="stat">{inside}</div>
  );
}
