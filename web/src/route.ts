// The views of the report as addresses: the part after the #, with what a
// view shows, how it is sorted and filtered after a question mark.

export type Params = Record<string, string>;

export type Route = (
  | { view: "overview" }
  | { view: "clusters"; cluster: number | null }
  | { view: "compare"; a: string; b: string }
  | { view: "documents" }
  | { view: "document"; id: string }
  | { view: "phrases"; phrase: string | null }
  | { view: "graph"; id: string | null }
  | { view: "unknown"; address: string }
) & { params?: Params };

function decode(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? "");
  } catch {
    return part ?? "";
  }
}

function paramsOf(query: string): Params | undefined {
  const params: Params = {};
  for (const pair of query.split("&")) {
    const [name, ...value] = pair.split("=");
    if (name && value.length > 0) params[decode(name)] = decode(value.join("="));
  }
  return Object.keys(params).length > 0 ? params : undefined;
}

export function parse(hash: string): Route {
  const [path, query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const parts = path.split("/");
  const params = paramsOf(query);
  const route = (route: Route): Route => (params ? { ...route, params } : route);
  const unknown: Route = { view: "unknown", address: hash };
  const most = { compare: 3, cluster: 2, document: 2, phrase: 2, graph: 2 }[parts[0]] ?? 1;
  if (parts.length > most) return unknown;
  switch (parts[0]) {
    case "":
      return route({ view: "overview" });
    case "clusters":
      return route({ view: "clusters", cluster: null });
    case "cluster": {
      const cluster = Number(parts[1]);
      return Number.isInteger(cluster) && cluster > 0 ? route({ view: "clusters", cluster }) : unknown;
    }
    case "compare":
      return parts[1] && parts[2] ? route({ view: "compare", a: decode(parts[1]), b: decode(parts[2]) }) : unknown;
    case "documents":
      return route({ view: "documents" });
    case "document":
      return parts[1] ? route({ view: "document", id: decode(parts[1]) }) : unknown;
    case "phrases":
      return route({ view: "phrases", phrase: null });
    case "phrase":
      return parts[1] ? route({ view: "phrases", phrase: decode(parts[1]) }) : unknown;
    case "graph":
      return route({ view: "graph", id: parts[1] ? decode(parts[1]) : null });
    default:
      return unknown;
  }
}

const e = (part: string) => encodeURIComponent(part.replace(/[\ud800-\udfff]/gu, ""));

export function link(route: Route): string {
  const query = Object.entries(route.params ?? {})
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${e(name)}=${e(value)}`)
    .join("&");
  return query ? `${path(route)}?${query}` : path(route);
}

function path(route: Route): string {
  switch (route.view) {
    case "overview":
      return "#/";
    case "clusters":
      return route.cluster === null ? "#/clusters" : `#/cluster/${route.cluster}`;
    case "compare":
      return `#/compare/${e(route.a)}/${e(route.b)}`;
    case "documents":
      return "#/documents";
    case "document":
      return `#/document/${e(route.id)}`;
    case "phrases":
      return route.phrase === null ? "#/phrases" : `#/phrase/${e(route.phrase)}`;
    case "graph":
      return route.id === null ? "#/graph" : `#/graph/${e(route.id)}`;
    case "unknown":
      return route.address;
  }
}

export function go(route: Route): void {
  location.hash = link(route);
}

/** Goes back, or to the documents if the page was opened at this address. */
export function back(): void {
  if (history.length > 1) history.back();
  else go({ view: "documents" });
}
