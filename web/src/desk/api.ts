// Requests to the server that the page came from.

/** A draft, and what to leave out. */
export interface Draft {
  text: string;
  title: string;
  own: string[];
  exclude: { ids: string[]; sources: string[] };
}

export interface Found {
  id: string;
  title?: string;
  date?: string;
  source?: string;
  around: string;
}

export interface Search {
  total: number;
  documents: Found[];
  next?: number;
}

export interface Stored {
  id: string;
  title?: string;
  date?: string;
  source?: string;
  text: string;
}

/** What the server refused, and why. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

let key = "";

/** Sets the API key, which is kept in memory alone. */
export function setKey(value: string): void {
  key = value.trim();
}

function headers(more: Record<string, string> = {}): Record<string, string> {
  return key === "" ? more : { ...more, authorization: `Bearer ${key}` };
}

async function json<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: headers() });
  if (!response.ok) throw new Refused(response.status, detail(await response.text()));
  return (await response.json()) as T;
}

function detail(body: string): string {
  try {
    return String((JSON.parse(body) as { detail: string }).detail);
  } catch {
    return body.slice(0, 200);
  }
}

/** Returns the view of a draft as the server draws it: a section of a page. */
export function check(draft: Draft): Promise<HTMLElement> {
  return new Promise((resolve, reject) => {
    // Unlike a parser that is called, this one needs no trusted types: scripts
    // of what it reads never run.
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/check");
    request.responseType = "document";
    for (const [name, value] of Object.entries(headers({ "content-type": "application/json", accept: "text/html;part=draft" }))) {
      request.setRequestHeader(name, value);
    }
    request.onload = () => {
      const section = request.response?.querySelector?.("section");
      if (request.status === 200 && section) resolve(document.adoptNode(section) as HTMLElement);
      else reject(new Refused(request.status, request.statusText));
    };
    request.onerror = () => reject(new Refused(0, ""));
    request.send(JSON.stringify(draft));
  });
}

export const search = (words: string, after: number): Promise<Search> => json(`/v1/documents?q=${encodeURIComponent(words)}&after=${after}`);

export const stored = (id: string): Promise<Stored> => json(`/v1/documents/${encodeURIComponent(id)}`);
