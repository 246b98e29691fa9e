// Opens the page as soon as its first block has arrived.

import { render } from "preact";
import { Page } from "./app";
import { block, Store, type Core } from "./data";
import { preferred, WORDS } from "./i18n";
import "./styles/index.css";

const root = document.getElementById("app")!;

block<Core>("core")
  .then((core) => {
    render(<Page store={new Store(core)} />, root);
    // Two frames later the view is on the screen; browser tests read the mark.
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
