// Opens the page as soon as its first block is there.

import { render } from "preact";
import { Page } from "./app";
import { block, Store, type Core } from "./data";
import { preferred, WORDS } from "./i18n";
import "./style.css";

const root = document.getElementById("app")!;

block<Core>("core")
  .then((core) => {
    render(<Page store={new Store(core)} />, root);
    // Two frames later it is on the screen; the browser tests read it.
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("leitong-first-view")));
  })
  .catch((error: unknown) => {
    const w = WORDS[preferred(navigator.languages ?? [])];
    render(
      <div class="empty whole" role="alert">
        <h1>{w.failed}</h1>
        <p>{w.failedHint}</p>
        <p class="quiet">{String(error)}</p>
      </div>,
      root,
    );
  });
