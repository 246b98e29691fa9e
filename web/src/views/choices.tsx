// The bar of what the reader decided, and the buttons that export a list.

import { useState } from "preact/hooks";
import { useApp } from "../context";
import { csv, json, saveFile, type Cell } from "../save";
import { Dialog, Icon } from "../ui";

/** Tells how much was decided by hand, undoes it, and exports it. */
export function ChoiceBar() {
  const { choices, w, n } = useApp();
  const [open, setOpen] = useState(false);
  if (choices.documents + choices.phrases === 0 && !choices.canUndo) return null;
  return (
    <aside class="choice-bar" aria-label={w.choices}>
      <span>
        {w.choices}: {w.documentsN(n(choices.documents), choices.documents === 1)} · {w.phrasesN(n(choices.phrases), choices.phrases === 1)}
      </span>
      <button class="button small" disabled={!choices.canUndo} onClick={() => choices.undo()}>
        <Icon name="undo" /> {w.undo}
      </button>
      <button class="button small" onClick={() => setOpen(true)}>
        <Icon name="save" /> {w.exportChoices}
      </button>
      {open && (
        <Dialog title={w.exportChoices} close={() => setOpen(false)}>
          <div class="export-choices">
            <p>
              <button class="button" disabled={choices.documents === 0} onClick={() => saveFile("decisions-by-hand.jsonl", "application/jsonl", choices.decisionsFile())}>
                decisions-by-hand.jsonl
              </button>
              <span class="quiet">{w.decisionsFileHint}</span>
            </p>
            <p>
              <button class="button" disabled={choices.phrases === 0} onClick={() => saveFile("ignore.txt", "text/plain", choices.ignoreFile())}>
                ignore.txt
              </button>
              <span class="quiet">{w.ignoreFileHint}</span>
            </p>
            <p>
              <button class="button" disabled={choices.documents + choices.phrases === 0} onClick={() => choices.clear()}>
                {w.clearChoices}
              </button>
              <span class="quiet">{w.choicesHint}</span>
            </p>
          </div>
        </Dialog>
      )}
    </aside>
  );
}

/** Buttons that save a list as CSV and as JSON. */
export function ExportList({ name, columns, rows }: { name: string; columns: string[]; rows: () => Cell[][] }) {
  const { w } = useApp();
  return (
    <span class="export" role="group" aria-label={w.exportList}>
      <button class="button small" title={w.exportCsv} onClick={() => saveFile(`${name}.csv`, "text/csv", csv(columns, rows()))}>
        CSV
      </button>
      <button class="button small" title={w.exportJson} onClick={() => saveFile(`${name}.json`, "application/json", json(columns, rows()))}>
        JSON
      </button>
    </span>
  );
}
