// Reads the blocks of a report, and the records that it was made from.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const BLOCK = /<script type="text\/plain" id="block-([^"]+)">([^<]*)<\/script>/g;

export interface Block {
  name: string;
  /** Range of the element in the file. */
  start: number;
  end: number;
  value: unknown;
}

/** The blocks of a report, in the order of the file. */
export function blocksOf(file: string): Block[] {
  const page = readFileSync(file, "latin1");
  return [...page.matchAll(BLOCK)].map((match) => ({
    name: match[1],
    start: match.index,
    end: match.index + match[0].length,
    value: JSON.parse(gunzipSync(Buffer.from(match[2], "base64")).toString("utf8")),
  }));
}

/** The records of a file of JSON Lines. */
export function records<T>(folder: string, name: string): T[] {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}
