// Components that several views use.

import type { ComponentChildren, JSX, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { typing, useApp } from "./context";
import type { DocRef } from "./data";
import { link, type Params } from "./route";
import { isAddress, readable } from "./text";

const PATHS: Record<string, string> = {
  overview: "M4 5h7v6H4zM13 5h7v3h-7zM13 10h7v9h-7zM4 13h7v6H4z",
  clusters: "M8 5h11v11M5 8h11v11H5z",
  phrases: "M5 6h14M5 10h9M5 14h14M5 18h6",
  graph: "M6 8.5 12 6M6.5 10l4 6M13 16.5l4-4M6 9m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M14 5.5m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M18 11m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M11.5 18m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4",
  moon: "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z",
  keys: "M3.5 7h17v10h-17zM7 10.2h.01M10.3 10.2h.01M13.7 10.2h.01M17 10.2h.01M8 13.8h8",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5 20 20",
  back: "M14 6l-6 6 6 6",
  forward: "M10 6l6 6-6 6",
  close: "M6 6l12 12M18 6 6 18",
  swap: "M4 9h14l-3-3M20 15H6l3 3",
  plus: "M12 6v12M6 12h12",
  minus: "M6 12h12",
  all: "M5 9V5h4M15 5h4v4M19 15v4h-4M9 19H5v-4",
  up: "M6 14l6-6 6 6",
  down: "M6 10l6 6 6-6",
  documents: "M6 4h8l4 4v12H6zM14 4v4h4M9 12h6M9 15h6",
  link: "M10 14l4-4M9 11l-2.5 2.5a3.2 3.2 0 0 0 4.5 4.5L13.5 15.5M15 13l2.5-2.5a3.2 3.2 0 0 0-4.5-4.5L10.5 8.5",
  done: "M5 13l4 4 10-10",
  print: "M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z",
  undo: "M5 10h9a5 5 0 0 1 0 10h-4M5 10l4-4M5 10l4 4",
  save: "M12 4v11M8 11l4 4 4-4M5 19h14",
  warning: "M12 4 3 19h18zM12 10v4M12 16.6h.01",
};

export function Icon({ name }: { name: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Symbols that tell the relations apart without colour. */
const SIGNS: Record<string, string> = { copy: "=", version: "≈", excerpt: "⊂", template: "▤", reuse: "∩" };

export function RelationChip({ relation }: { relation: string | null }) {
  const { w } = useApp();
  if (!relation) return null;
  return (
    <span class={`chip rel-${relation}`} title={w.relationHint[relation]}>
      <i aria-hidden="true">{SIGNS[relation]}</i>
      {w.relation[relation] ?? relation}
    </span>
  );
}

/** The name of a document, isolated so that its direction marks stay within it. */
export function Name({ doc, short }: { doc: DocRef; short?: boolean }) {
  const { store, w } = useApp();
  const title = typeof doc === "number" ? store.docs.title[doc] : null;
  if (title !== null) return <bdi class={short ? "name short" : "name"}>{title}</bdi>;
  return <bdi class="name id">{readable(store.id(doc)) || w.untitled}</bdi>;
}

export function DocLink({ doc, params }: { doc: DocRef; params?: Params }) {
  const { store } = useApp();
  if (typeof doc !== "number") return <Name doc={doc} />;
  return (
    <a class="doc" href={link({ view: "document", id: store.docs.id[doc], params })}>
      <Name doc={doc} />
    </a>
  );
}

/** Date and source on one line, in a list (`plain`) the day alone; `id` adds the id, as a link if it is an address and not `plain`. */
export function Origin({ doc, id, plain }: { doc: DocRef; id?: boolean; plain?: boolean }) {
  const { store } = useApp();
  const parts: VNode[] = [];
  const date = store.date(doc);
  const source = typeof doc === "number" && store.docs.source[doc] >= 0 ? store.docs.sources[store.docs.source[doc]] : null;
  if (date) parts.push(<time key="d">{plain ? dayOf(date) : date}</time>);
  if (source) parts.push(<Address key="s" text={source} plain={plain} />);
  if (id && typeof doc === "number" && store.docs.title[doc] !== null) parts.push(<Address key="i" text={store.docs.id[doc]} plain={plain} id />);
  if (parts.length === 0) return null;
  return <span class="origin">{parts}</span>;
}

/** The day of a date with a time of day. */
export function dayOf(date: string): string {
  return date.slice(0, 10);
}

/** A text; if it is a web address, decoded and, unless `plain`, to be opened. */
export function Address({ text, id, plain }: { text: string; id?: boolean; plain?: boolean }) {
  const words = <bdi class={id ? "id" : undefined}>{readable(text)}</bdi>;
  if (plain || !isAddress(text)) return words;
  return (
    <a class="address" href={text} target="_blank" rel="noopener noreferrer nofollow">
      {words}
    </a>
  );
}

export function Meter({ share, label }: { share: number; label: string }) {
  return (
    <span class="meter">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="6" />
        <rect class="fill" width={Math.max(0, Math.min(1, share)) * 100} height="6" />
      </svg>
      <span class="num">{label}</span>
    </span>
  );
}

export function Empty({ title, hint, art, children }: { title: string; hint?: string; art?: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <span class="empty-art" aria-hidden="true" lang="zh-Hans">
        {art ?? "空"}
      </span>
      <h2>{title}</h2>
      {hint && <p>{hint}</p>}
      {children}
    </div>
  );
}

export function Loading() {
  const { w } = useApp();
  return (
    <div class="loading" role="status">
      {w.loading}
    </div>
  );
}

/**
 * Handles key presses while the component is mounted. A layout effect: one
 * that ran after painting would miss a key pressed at once.
 */
export function useKeys(handle: (event: KeyboardEvent) => void): void {
  useLayoutEffect(() => {
    addEventListener("keydown", handle);
    return () => removeEventListener("keydown", handle);
  });
}

/** A value with null to show beside it, or no value yet and what to show in its place. */
type Loaded<T> = [value: T, instead: null] | [value: undefined, instead: JSX.Element];

/** The value of a promise; until it is there, or if it fails, an element that says so. */
export function useLoaded<T>(load: () => Promise<T>, keys: unknown[]): Loaded<T> {
  const [state, setState] = useState<{ keys: unknown[]; value?: T; error?: unknown } | undefined>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let current = true;
    setState(undefined);
    load().then(
      (value) => current && setState({ keys, value }),
      (error: unknown) => current && setState({ keys, error }),
    );
    return () => {
      current = false;
    };
  }, [...keys, attempt]);
  if (!state || !state.keys.every((key, i) => key === keys[i])) return [undefined, <Loading />];
  if ("error" in state) return [undefined, <Failed error={state.error} retry={() => setAttempt(attempt + 1)} />];
  return [state.value as T, null];
}

function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { w } = useApp();
  return (
    <div class="empty failed" role="alert">
      <span class="empty-art" aria-hidden="true" lang="zh-Hans">
        缺
      </span>
      <h2>{w.failedPart}</h2>
      <p>{w.failedHint}</p>
      <p class="quiet">{error instanceof Error ? error.message : String(error)}</p>
      <button class="button" onClick={retry}>
        {w.retry}
      </button>
    </div>
  );
}

export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const { w } = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current!;
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="dialog">
        <header>
          <h2>{title}</h2>
          <button class="tool" onClick={close} aria-label={w.close}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

export function Search({ value, label, placeholder, change }: { value: string; label: string; placeholder: string; change: (value: string) => void }) {
  return (
    <label class="search">
      <Icon name="search" />
      <input
        type="search"
        value={value}
        aria-label={label}
        placeholder={placeholder}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => change(event.currentTarget.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}

export function Choice<T extends string>({ label, value, options, change }: { label: string; value: T; options: [T, string][]; change: (value: T) => void }) {
  return (
    <label class="choice">
      <span>{label}</span>
      <select value={value} onChange={(event) => change(event.currentTarget.value as T)}>
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Whether the page is being printed, which lays lists out in full. */
function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const before = () => setPrinting(true);
    const after = () => setPrinting(false);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
  return printing;
}

/** Most rows of a list that are printed. */
const PRINTED = 300;

interface ListProps {
  count: number;
  rowHeight: number;
  label: string;
  selected: number;
  /** Selects a row; `open` if the row is to be opened as well. */
  select: (row: number, open: boolean) => void;
  row: (row: number) => JSX.Element;
  /** Whether a row is picked, where rows can be. */
  checked?: (row: number) => boolean;
}

/** A list of any length, of which only the visible rows are in the document. */
export function List({ count, rowHeight, label, selected, select, row, checked }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(800);
  const printing = usePrinting();

  useLayoutEffect(() => {
    const element = box.current!;
    const resized = () => setHeight(element.clientHeight || 800);
    resized();
    const observer = new ResizeObserver(resized);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = box.current!;
    if (selected < 0) return;
    const at = selected * rowHeight;
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + rowHeight > element.scrollTop + element.clientHeight) element.scrollTop = at + rowHeight - element.clientHeight;
  }, [selected, count]);

  const move = (to: number) => count > 0 && select(Math.max(0, Math.min(count - 1, to)), false);
  const page = Math.max(1, Math.floor(height / rowHeight) - 1);
  const key = (event: KeyboardEvent): boolean => {
    switch (event.key) {
      case "ArrowDown":
      case "j":
        move(selected + 1);
        return true;
      case "ArrowUp":
      case "k":
        move(selected - 1);
        return true;
      case "PageDown":
        move(selected + page);
        return true;
      case "PageUp":
        move(selected - page);
        return true;
      case "Home":
        move(0);
        return true;
      case "End":
        move(count - 1);
        return true;
      case "Enter":
        if (selected >= 0) select(selected, true);
        return true;
    }
    return false;
  };
  // j and k move the selection unless an input field has the focus.
  useKeys((event) => {
    if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.key === "j" || event.key === "k") && !box.current?.contains(event.target as Node) && key(event)) event.preventDefault();
  });

  const first = printing ? 0 : Math.max(0, Math.floor(top / rowHeight) - 6);
  const last = printing ? Math.min(count, PRINTED) : Math.min(count, Math.ceil((top + height) / rowHeight) + 6);
  const rows: JSX.Element[] = [];
  for (let i = first; i < last; i++) {
    rows.push(
      <div
        key={i}
        id={`row-${i}`}
        role="option"
        aria-selected={i === selected}
        aria-checked={checked?.(i)}
        aria-setsize={count}
        aria-posinset={i + 1}
        class="row"
        style={printing ? undefined : { top: `${i * rowHeight}px`, height: `${rowHeight}px` }}
        onClick={() => select(i, true)}
      >
        {row(i)}
      </div>,
    );
  }
  return (
    <div
      ref={box}
      class={printing ? "list printing" : "list"}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={selected >= first && selected < last ? `row-${selected}` : undefined}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={(event) => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey && key(event)) event.preventDefault();
      }}
    >
      <div class="list-space" style={printing ? undefined : { height: `${count * rowHeight}px` }}>
        {rows}
      </div>
    </div>
  );
}
