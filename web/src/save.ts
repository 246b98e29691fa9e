// Takes what the page shows out of it: files, tables, the clipboard.

/** Offers a file for download. */
export function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export type Cell = string | number | boolean | null | undefined;

/** Rows as CSV with a header line, in the form of RFC 4180, for spreadsheets too. */
export function csv(columns: string[], rows: Cell[][]): string {
  const cell = (value: Cell) => {
    let text = value === null || value === undefined ? "" : String(value);
    // A spreadsheet would run text that begins like a formula.
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  // The mark tells spreadsheets that the file is UTF-8.
  return `\ufeff${[columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Rows as a JSON array of objects; cells without a value are left out. */
export function json(columns: string[], rows: Cell[][]): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]]).filter(([, value]) => value !== null && value !== undefined)));
  return `${JSON.stringify(objects, null, 1)}\n`;
}

/** Copies a text; browsers that give local files no clipboard get the old way. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "off-screen";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
