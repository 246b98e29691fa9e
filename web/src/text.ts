// Texts on the screen: whether one is laid out quickly, and addresses as
// people read them.

/** Whether a text has a word so long that shaping it would take seconds. */
export function unbroken(text: string): boolean {
  return /[^\s\u2e80-\uffff]{3000}/.test(text);
}

/** Whether a text is a whole web address that a browser can open. */
export function isAddress(text: string): boolean {
  return /^https?:\/\/[^\s"<>]+$/i.test(text) && !text.endsWith("…") && URL.canParse(text);
}

/** A web address with its percent-encoded letters decoded; any other text unchanged. */
export function readable(text: string): string {
  if (!/^https?:\/\/.*%/i.test(text)) return text;
  // The end of a long address may be missing, in the middle of a letter.
  const cut = text.endsWith("…");
  const whole = cut ? text.slice(0, -1).replace(/%[\da-f]?$/i, "") : text;
  let decoded = tryDecode(whole);
  for (let bytes = 1; cut && decoded === null && bytes < 4; bytes++) decoded = tryDecode(whole.replace(new RegExp(`(?:%[\\da-f]{2}){${bytes}}$`, "i"), ""));
  if (decoded === null || /[\p{C}\p{Z}]/u.test(decoded)) return text;
  return cut ? `${decoded}…` : decoded;
}

function tryDecode(address: string): string | null {
  try {
    return decodeURI(address);
  } catch {
    return null;
  }
}
