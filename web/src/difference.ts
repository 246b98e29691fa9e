// How two short texts differ, so that the eye sees it: different characters
// apart, blanks and invisible characters as signs.

export interface Part {
  text: string;
  differs: boolean;
}

/** Longest texts that are compared, in characters. */
const MOST = 400;

/** Signs for characters that the eye does not see. */
function visible(c: string): string {
  if (c === "\n" || c === "\r") return "⏎";
  if (c === "\t") return "⇥";
  if (c === "\u3000") return "□";
  if (/\s/.test(c)) return "␣";
  if (/[\p{Cf}\p{Cc}\u180b-\u180d\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u.test(c)) return `‹${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}›`;
  return c;
}

/** The second text in parts; those that are not in the first text are marked. */
export function difference(first: string, second: string): Part[] {
  const a = Array.from(first).slice(0, MOST);
  const b = Array.from(second).slice(0, MOST);
  // The longest common subsequence, as in diff.
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? common[(i + 1) * width + j + 1] + 1 : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
  const parts: Part[] = [];
  const put = (text: string, differs: boolean) => {
    const last = parts[parts.length - 1];
    if (last && last.differs === differs) last.text += text;
    else parts.push({ text, differs });
  };
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      put(b[j], false);
      i++;
      j++;
    } else if (j < b.length && (i >= a.length || common[i * width + j + 1] >= common[(i + 1) * width + j])) put(visible(b[j++]), true);
    else {
      // What only the first text has leaves a gap, unless something stands in its place.
      i++;
      if (j < b.length && a[i] === b[j] && !parts[parts.length - 1]?.differs) put("‸", true);
    }
  }
  return parts;
}
