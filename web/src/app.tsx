// The page around the views: header, routes, keys, language and theme.

import { useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import { Choices } from "./choices";
import { Context, typing, type App, type Theme } from "./context";
import type { Store } from "./data";
import { count, preferred, WORDS, type Lang } from "./i18n";
import { go, link, parse, type Params, type Route } from "./route";
import { copyText } from "./save";
import { ChoiceBar } from "./views/choices";
import { Dialog, Empty, Icon, useKeys } from "./ui";
import { Clusters } from "./views/clusters";
import { Compare } from "./views/compare";
import { Article } from "./views/document";
import { Documents } from "./views/documents";
import { GraphView } from "./views/graph";
import { Overview } from "./views/overview";
import { PhrasesView } from "./views/phrases";

/** The setting of the last visit, or null if there is none or the browser keeps none. */
function remembered<T extends string>(key: string, allowed: readonly T[]): T | null {
  try {
    const value = localStorage.getItem(`leitong-${key}`) as T;
    return allowed.includes(value) ? value : null;
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`leitong-${key}`, value);
  } catch {
    // Browsers may refuse storage to local files; the setting is then lost.
  }
}

const TABS = ["overview", "clusters", "documents", "phrases", "graph"] as const;

function tabOf(route: Route): (typeof TABS)[number] {
  if (route.view === "unknown") return "overview";
  if (route.view === "compare") return "clusters";
  return route.view === "document" ? "documents" : route.view;
}

function tabLink(tab: (typeof TABS)[number]): string {
  switch (tab) {
    case "overview":
      return link({ view: "overview" });
    case "clusters":
      return link({ view: "clusters", cluster: null });
    case "documents":
      return link({ view: "documents" });
    case "phrases":
      return link({ view: "phrases", phrase: null });
    case "graph":
      return link({ view: "graph", id: null });
  }
}

export function Page({ store }: { store: Store }) {
  const [route, setRoute] = useState(() => parse(location.hash));
  const [lang, setLang] = useState<Lang>(() => remembered("lang", ["en", "zh"]) ?? preferred(navigator.languages ?? []));
  const [theme, setTheme] = useState<Theme>(
    () => remembered("theme", ["light", "dark"]) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"),
  );
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  const w = WORDS[lang];

  useEffect(() => {
    const changed = () => setRoute(parse(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);

  useEffect(() => {
    document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
    document.title = `${w.title} · ${w[tabOf(route)]}`;
  }, [lang, route]);

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  const toggleLang = () => {
    const next = lang === "zh" ? "en" : "zh";
    remember("lang", next);
    setLang(next);
  };
  const toggleTheme = () => {
    const next = theme === "dark" ? "light" : "dark";
    remember("theme", next);
    setTheme(next);
  };

  useKeys((event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (help) setHelp(false);
      else if (typing(event)) (event.target as HTMLElement).blur();
      else if (route.view === "compare" || route.view === "document") history.back();
      else if (route.view === "clusters" && route.cluster !== null) go({ view: "clusters", cluster: null, params: route.params });
      else if (route.view === "phrases" && route.phrase !== null) go({ view: "phrases", phrase: null, params: { ...route.params, page: "" } });
      else if (route.view === "graph" && route.id !== null) go({ view: "graph", id: null });
      return;
    }
    if (typing(event) || event.defaultPrevented) return;
    if (event.key === "?") setHelp((open) => !open);
    else if (event.key === "l") toggleLang();
    else if (event.key === "t") toggleTheme();
    else if (/^[1-5]$/.test(event.key)) location.hash = tabLink(TABS[Number(event.key) - 1]);
    else if (event.key === "/") {
      const search = document.querySelector<HTMLInputElement>("input[type=search]");
      if (!search) return;
      search.focus();
      search.select();
    } else return;
    event.preventDefault();
  });

  const choices = useMemo(() => new Choices(store.core), [store]);
  const [version, changed] = useReducer((version: number, _: void) => version + 1, 0);
  useEffect(() => choices.watch(() => changed()), [choices]);
  const app = useMemo<App>(
    () => ({
      store,
      lang,
      theme,
      w,
      n: (n) => count(n, lang),
      params: route.params ?? {},
      setParams: (change: Params) => {
        const next = parse(location.hash);
        history.replaceState(null, "", link({ ...next, params: { ...next.params, ...change } }));
        setRoute(parse(location.hash));
      },
      choices,
    }),
    [store, lang, theme, route, version],
  );
  const [copied, setCopied] = useState(false);
  const copyLink = async () => {
    await copyText(location.href);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  const tab = tabOf(route);

  return (
    <Context.Provider value={app}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {w.skip}
      </a>
      <header class="top">
        <a class="brand" href="#/" aria-label="leitong 雷同">
          <span class="seal" aria-hidden="true" lang="zh-Hans">
            雷<br />同
          </span>
          <span class="brand-name">leitong</span>
        </a>
        <nav class="tabs" aria-label={w.title}>
          {TABS.map((name) => (
            <a key={name} href={tabLink(name)} aria-current={tab === name ? "page" : undefined}>
              <Icon name={name} />
              <span>{w[name]}</span>
            </a>
          ))}
        </nav>
        <div class="tools">
          <button class="tool copy-link" onClick={copyLink} title={copied ? w.copied : w.copyLink} aria-label={w.copyLink}>
            <Icon name={copied ? "done" : "link"} />
          </button>
          <span class="sr" role="status">
            {copied ? w.copied : ""}
          </span>
          <button class="tool word" onClick={toggleLang} title={`${w.languageHint} (l)`} lang={lang === "zh" ? "en" : "zh-Hans"}>
            {w.language}
          </button>
          <button class="tool" onClick={toggleTheme} title={`${w.theme} (t)`} aria-label={w.theme}>
            <Icon name={theme === "dark" ? "sun" : "moon"} />
          </button>
          <button class="tool" onClick={() => setHelp(true)} title={`${w.help} (?)`} aria-label={w.help}>
            <Icon name="keys" />
          </button>
        </div>
      </header>
      <main ref={main} id="main" tabIndex={-1} class={`view-${route.view}`}>
        {route.view === "overview" && <Overview />}
        {route.view === "clusters" && <Clusters selected={route.cluster} />}
        {route.view === "compare" && <Compare key={`${route.a}\n${route.b}`} a={route.a} b={route.b} />}
        {route.view === "document" && <Article key={route.id} id={route.id} />}
        {route.view === "phrases" && <PhrasesView selected={route.phrase} />}
        {route.view === "documents" && <Documents />}
        {route.view === "unknown" && (
          <Empty title={w.noView} hint={w.noViewHint(route.address)} art="误">
            <a class="button" href="#/">
              {w.overview}
            </a>
          </Empty>
        )}
        {route.view === "graph" && <GraphView selected={route.id} />}
      </main>
      <ChoiceBar />
      {help && (
        <Dialog title={w.help} close={() => setHelp(false)}>
          <dl class="shortcuts">
            {w.shortcuts.map(([keys, what]) => (
              <div key={keys}>
                <dt>
                  {keys.split(/\s+/).map((key) => (key === "–" ? "–" : <kbd key={key}>{key}</kbd>))}
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      )}
    </Context.Provider>
  );
}
