// The search of the library, and one document of it.

import { useEffect, useRef, useState } from "preact/hooks";
import { search, stored, type Found, type Stored } from "./api";
import type { Words } from "./words";

/** A dialog that closes itself, and says so. */
function Dialog(props: { title: string; close: () => void; w: Words; children: preact.ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-label={props.title} onClose={props.close}>
      <header>
        <h2>{props.title}</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          {props.w.close}
        </button>
      </header>
      {props.children}
    </dialog>
  );
}

const about = (document: { id: string; title?: string; date?: string; source?: string }) =>
  [document.id, document.date, document.source, document.title].filter(Boolean).join(" · ");

/** What a search finds. */
export function Finder(props: { words: string; w: Words; close: () => void; open: (id: string) => void; failed: (error: unknown) => void }) {
  const { w } = props;
  const [found, setFound] = useState<Found[]>([]);
  const [next, setNext] = useState<number | undefined>(0);
  const [total, setTotal] = useState(0);
  const [isBusy, setBusy] = useState(true);
  const go = async (after: number) => {
    setBusy(true);
    try {
      const answer = await search(props.words, after);
      setFound((before) => [...before, ...answer.documents]);
      setNext(answer.next);
      setTotal(answer.total);
    } catch (error) {
      props.failed(error);
    }
    setBusy(false);
  };
  useEffect(() => void go(0), []);
  return (
    <Dialog title={`${w.search}: ${props.words}`} close={props.close} w={w}>
      <p role="status">{isBusy ? w.searching : found.length === 0 && next === undefined ? w.none : w.found(found.length, (next ?? total).toLocaleString(), total.toLocaleString())}</p>
      <ul class="found">
        {found.map((document) => (
          <li key={document.id}>
            <button type="button" class="name" onClick={() => props.open(document.id)}>
              {about(document)}
            </button>
            <p>{document.around}</p>
          </li>
        ))}
      </ul>
      {next !== undefined && !isBusy && (
        <button type="button" onClick={() => void go(next)}>
          {w.goOn}
        </button>
      )}
    </Dialog>
  );
}

/** One document of the library. */
export function Whole(props: { id: string; w: Words; close: () => void; use: (document: Stored) => void; failed: (error: unknown) => void }) {
  const [document, setDocument] = useState<Stored | null>(null);
  useEffect(() => {
    stored(props.id).then(setDocument, (error: unknown) => {
      props.failed(error);
      props.close();
    });
  }, [props.id]);
  if (document === null) return null;
  return (
    <Dialog title={about(document)} close={props.close} w={props.w}>
      <div class="whole" tabIndex={0} role="region" aria-label={props.w.draft}>
        {document.text}
      </div>
      <button type="button" onClick={() => props.use(document)}>
        {props.w.useIt}
      </button>
    </Dialog>
  );
}
