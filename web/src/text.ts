// Whether a text can be laid out quickly.

/** Whether a text has a word so long that shaping it would take seconds. */
export function unbroken(text: string): boolean {
  return /[^\s\u2e80-\uffff]{3000}/.test(text);
}
