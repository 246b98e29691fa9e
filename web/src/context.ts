// What all views share: the data, the messages and the theme.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Store } from "./data";
import type { Choices } from "./choices";
import type { Lang, Words } from "./i18n";
import type { Params } from "./route";

export type Theme = "light" | "dark";

export interface App {
  store: Store;
  lang: Lang;
  theme: Theme;
  w: Words;
  /** Formats a number for the language. */
  n: (n: number) => string;
  /** What the address says after the question mark. */
  params: Params;
  /** Changes the address without a new entry in the history; an empty value removes one. */
  setParams: (change: Params) => void;
  choices: Choices;
}

export const Context = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(Context);
  if (!app) throw new Error("useApp needs the page around it");
  return app;
}

/** Whether the key press goes to an input field. */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return !!target && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
