// The text of a file that was dropped: plain text in its encoding, or a .docx.

/** Largest part of a .docx that is unpacked, in bytes. */
const MOST = 64 << 20;

/** Returns the text of a file; fails if it holds none. */
export async function textOf(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  return isZip ? paragraphs(await entry(bytes, "word/document.xml")) : decode(bytes);
}

/** Returns bytes as text: by their mark, as UTF-8, or as GB18030. */
export function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!text.includes("\0")) return text;
    } catch {
      // It is another one.
    }
  }
  throw new Error("no text");
}

/** Returns a file of a zip archive as text. */
async function entry(zip: Uint8Array, name: string): Promise<string> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error("no archive");
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(at, true) !== 0x02014b50) break;
    const [lenName, lenExtra, lenNote] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const is = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + lenName));
    if (is === name) {
      const method = view.getUint16(at + 10, true);
      const size = view.getUint32(at + 20, true);
      const head = view.getUint32(at + 42, true);
      const from = head + 30 + view.getUint16(head + 26, true) + view.getUint16(head + 28, true);
      const packed = zip.slice(from, from + size);
      return new TextDecoder().decode(method === 0 ? packed : await inflate(packed));
    }
    at += 46 + lenName + lenExtra + lenNote;
  }
  throw new Error("no document in it");
}

async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST) throw new Error("too large");
    parts.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Returns the text of the paragraphs of a document, without what was deleted. */
export function paragraphs(xml: string): string {
  const text = xml
    .replace(/<w:(delText|instrText)\b[^>]*>[^<]*<\/w:\1>/g, "")
    .replace(/<w:(tab|br|cr)\b[^>]*\/>/g, (_, name: string) => (name === "tab" ? "\t" : "\n"))
    .replace(/<\/w:p>/g, "\n")
    .replace(/<[^>]*>/g, "");
  return text
    .replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name: string) => {
      if (!name.startsWith("#")) return ENTITIES[name] ?? whole;
      const code = name[1].toLowerCase() === "x" ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
    })
    .trim();
}
