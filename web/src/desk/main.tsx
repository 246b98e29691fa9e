// The page of the desk: one article, and what the library has of it.

import { render } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { check, Refused, setKey, type Draft } from "./api";
import { textOf } from "./file";
import { Finder, Whole } from "./finder";
import { arrange, type Result } from "./result";
import { preferred, WORDS, type Lang } from "./words";
import "../../../src/report/check_page.css";
import "./desk.css";

const EMPTY: Draft = { text: "", title: "", own: [], exclude: { ids: [], sources: [] } };

/** Returns what stands between commas, and without what is blank. */
const list = (value: string) => value.split(/[,，;；]/).map((one) => one.trim()).filter((one) => one !== "");

function Page() {
  const [lang, setLang] = useState<Lang>(() => preferred(navigator.languages ?? []));
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [result, setResult] = useState<Result | null>(null);
  const [now, setNow] = useState(0);
  const [isBusy, setBusy] = useState(false);
  const [message, setMessage] = useState("");
  const [needsKey, setNeedsKey] = useState(false);
  const [words, setWords] = useState<string | null>(null);
  const [whole, setWhole] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const w = WORDS[lang];

  useEffect(() => {
    document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
    document.title = `${w.name} · ${w.what}`;
  }, [lang]);

  const failed = (error: unknown) => {
    const status = error instanceof Refused ? error.status : 0;
    setNeedsKey(status === 401);
    setMessage(status === 401 ? "" : (w.refused[status] ?? (error instanceof Refused && error.message !== "" ? error.message : w.failed)));
  };

  const ask = async (draft: Draft) => {
    if (draft.text.trim() === "") {
      setMessage(w.empty);
      text.current?.focus();
      return;
    }
    setBusy(true);
    setMessage("");
    try {
      const found = arrange(await check(draft), setNow, setWhole);
      setNow(0);
      setResult(found);
      setNeedsKey(false);
    } catch (error) {
      failed(error);
    }
    setBusy(false);
  };

  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    try {
      const text = await textOf(file);
      setResult(null);
      setMessage("");
      setDraft({ ...draft, text, title: file.name.replace(/\.\w+$/, "") });
    } catch {
      setMessage(w.noFile);
    }
  };

  useEffect(() => {
    place.current?.replaceChildren(...(result ? [result.element] : []));
    if (result) place.current?.focus({ preventScroll: true });
  }, [result]);

  const step = (by: number) => {
    if (result === null || result.passages === 0) return;
    result.select(((Math.max(now, by < 0 ? 1 : 0) - 1 + by + result.passages) % result.passages) + 1);
  };

  // Before the next key comes, not after the next picture.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && result === null) return void ask(draft);
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest("textarea, input:not([type=checkbox]), dialog")) return;
      const does: Record<string, () => void> = {
        n: () => step(1),
        p: () => step(-1),
        g: () => result?.toggleFormulas(),
        "/": () => searchField.current?.focus(),
      };
      if (does[event.key] === undefined) return;
      event.preventDefault();
      does[event.key]();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });

  return (
    <>
      <header class="top">
        <h1>
          <span class="seal" aria-hidden="true">
            雷同
          </span>{" "}
          {w.what}
        </h1>
        <form
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            const value = searchField.current?.value.trim() ?? "";
            if (value !== "") setWords(value);
          }}
        >
          <input ref={searchField} type="search" aria-label={w.search} placeholder={w.searchHint} />
          <button type="submit">{w.search}</button>
        </form>
        <button type="button" lang={lang === "zh" ? "en" : "zh-Hans"} aria-label={`${w.language}: ${w.languageHint}`} onClick={() => setLang(lang === "zh" ? "en" : "zh")}>
          {w.language}
        </button>
      </header>
      <main
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void take(event.dataTransfer?.files[0]);
        }}
      >
        <p role="status" class={message === "" ? "message" : "message is-there"}>
          {isBusy ? w.checking : message}
        </p>
        {needsKey && (
          <form
            class="key"
            onSubmit={(event) => {
              event.preventDefault();
              setKey(new FormData(event.currentTarget).get("key") as string);
              setNeedsKey(false);
              if (draft.text !== "") void ask(draft);
            }}
          >
            <label>
              {w.key} <input name="key" type="password" autocomplete="off" />
            </label>
            <button type="submit">{w.keySend}</button>
            <p>{w.keyHint}</p>
          </form>
        )}
        {result === null ? (
          <form
            class="ask"
            onSubmit={(event) => {
              event.preventDefault();
              void ask(draft);
            }}
          >
            <label>
              <span>{w.title}</span>
              <input value={draft.title} onInput={(event) => setDraft({ ...draft, title: event.currentTarget.value })} />
            </label>
            <label>
              <span>{w.draft}</span>
              <textarea ref={text} value={draft.text} placeholder={w.draftHint} onInput={(event) => setDraft({ ...draft, text: event.currentTarget.value })} />
            </label>
            <details>
              <summary>{w.more}</summary>
              <label>
                <span>
                  {w.own} <small>{w.ownHint}</small>
                </span>
                <input value={draft.own.join(", ")} onChange={(event) => setDraft({ ...draft, own: list(event.currentTarget.value) })} />
              </label>
              <label>
                <span>{w.withoutId}</span>
                <input value={draft.exclude.ids.join(", ")} onChange={(event) => setDraft({ ...draft, exclude: { ...draft.exclude, ids: list(event.currentTarget.value) } })} />
              </label>
              <label>
                <span>{w.withoutSource}</span>
                <input value={draft.exclude.sources.join(", ")} onChange={(event) => setDraft({ ...draft, exclude: { ...draft.exclude, sources: list(event.currentTarget.value) } })} />
              </label>
            </details>
            <div class="row">
              <button type="submit" class="first" disabled={isBusy}>
                {w.check}
              </button>
              <label class="file">
                {w.open}
                <input type="file" accept=".txt,.md,.docx,text/plain" onChange={(event) => void take(event.currentTarget.files?.[0])} />
              </label>
            </div>
            <p class="quiet">{w.keys}</p>
          </form>
        ) : (
          <div class="row tools">
            <button type="button" onClick={() => setResult(null)}>
              {w.again}
            </button>
            {result.passages > 0 && (
              <>
                <button type="button" onClick={() => step(-1)}>
                  {w.previous}
                </button>
                <button type="button" onClick={() => step(1)}>
                  {w.next}
                </button>
                <span role="status">{now > 0 && w.position(now, result.passages)}</span>
              </>
            )}
            <button type="button" onClick={() => print()}>
              {w.print}
            </button>
          </div>
        )}
        {result?.isEmpty && <p class="nothing">{w.nothing}</p>}
        <div ref={place} class="place" tabIndex={-1} />
        {result && <p class="quiet">{w.verdict}</p>}
      </main>
      {words !== null && <Finder key={words} words={words} w={w} close={() => setWords(null)} open={setWhole} failed={failed} />}
      {whole !== null && (
        <Whole
          key={whole}
          id={whole}
          w={w}
          close={() => setWhole(null)}
          failed={failed}
          use={(document) => {
            setWhole(null);
            setWords(null);
            setResult(null);
            setDraft({ ...EMPTY, text: document.text, title: document.title ?? "", exclude: { ids: [document.id], sources: [] } });
          }}
        />
      )}
    </>
  );
}

render(<Page />, document.getElementById("app")!);
