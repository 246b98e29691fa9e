// Texts on the screen: whether one is laid out quickly, and addresses as
// people read them.

/** Whether a text has a word so long that shaping it would take seconds. */
export function unbroken(text: string): boolean {
  return /[^\s\u2e80-\uffff]{3000}/.test(text);
}

/** Whether a text is a web address that a browser can open. */
export function isAddress(text: string): boolean {
  return /^https?:\/\/[^\s"<>]+$/i.test(text) && URL.canParse(text);
}

/** A web address with its percent-encoded letters decoded; any other text unchanged. */
export function readable(text: string): string {
  if (!/^https?:\/\/.*%/i.test(text)) return text;
  try {
    const decoded = decodeURI(text);
    return /[\p{C}\p{Z}]/u.test(decoded) ? text : decoded;
  } catch {
    return text;
  }
}
