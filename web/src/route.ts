// The views of the report as addresses: the part after the #.

export type Route =
  | { view: "overview" }
  | { view: "clusters"; cluster: number | null }
  | { view: "compare"; a: string; b: string }
  | { view: "document"; id: string }
  | { view: "phrases"; phrase: string | null; query: string }
  | { view: "graph"; id: string | null };

function decode(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? "");
  } catch {
    return part ?? "";
  }
}

export function parse(hash: string): Route {
  const [path, query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const parts = path.split("/");
  switch (parts[0]) {
    case "clusters":
      return { view: "clusters", cluster: null };
    case "cluster": {
      const cluster = Number(parts[1]);
      return { view: "clusters", cluster: Number.isInteger(cluster) && cluster > 0 ? cluster : null };
    }
    case "compare":
      return { view: "compare", a: decode(parts[1]), b: decode(parts[2]) };
    case "document":
      return { view: "document", id: decode(parts[1]) };
    case "phrases":
      return { view: "phrases", phrase: null, query: decode(/(?:^|&)q=([^&]*)/.exec(query)?.[1]) };
    case "phrase":
      return { view: "phrases", phrase: decode(parts[1]), query: "" };
    case "graph":
      return { view: "graph", id: parts[1] ? decode(parts[1]) : null };
    default:
      return { view: "overview" };
  }
}

export function link(route: Route): string {
  const e = (part: string) => encodeURIComponent(part.replace(/[\ud800-\udfff]/gu, ""));
  switch (route.view) {
    case "overview":
      return "#/";
    case "clusters":
      return route.cluster === null ? "#/clusters" : `#/cluster/${route.cluster}`;
    case "compare":
      return `#/compare/${e(route.a)}/${e(route.b)}`;
    case "document":
      return `#/document/${e(route.id)}`;
    case "phrases":
      if (route.phrase !== null) return `#/phrase/${e(route.phrase)}`;
      return route.query ? `#/phrases?q=${e(route.query)}` : "#/phrases";
    case "graph":
      return route.id === null ? "#/graph" : `#/graph/${e(route.id)}`;
  }
}

export function go(route: Route): void {
  location.hash = link(route);
}
