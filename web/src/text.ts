// What a text needs to be laid out in a moment.

/** Whether a text has a word so long that kerning it would take seconds. */
export function unbroken(text: string): boolean {
  return /[^\s\u2e80-\uffff]{3000}/.test(text);
}
