// What every view knows: the data, the words, the theme.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Store } from "./data";
import type { Lang, Words } from "./i18n";

export type Theme = "light" | "dark";

export interface App {
  store: Store;
  lang: Lang;
  theme: Theme;
  w: Words;
  /** Writes a number as the language does. */
  n: (n: number) => string;
}

export const Context = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(Context);
  if (!app) throw new Error("outside of the page");
  return app;
}

/** Whether keys go into a field. */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return !!target && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
