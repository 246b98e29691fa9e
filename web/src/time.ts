// Fills the gaps in a timeline, so that equal distances are equal times.

/** Number of labels beyond which gaps are not filled. */
const MOST = 800;

/** All days, months or years from the first label to the last. */
export function between(labels: string[]): string[] {
  const sorted = labels.slice().sort();
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  if (sorted.length < 2) return sorted;
  const all = (pattern: RegExp) => sorted.every((label) => pattern.test(label));
  const pad = (n: number, width: number) => String(n).padStart(width, "0");
  const list: string[] = [];
  if (all(/^\d{4}$/)) {
    for (let year = Number(first); year <= Number(last) && list.length <= MOST; year++) list.push(pad(year, 4));
  } else if (all(/^\d{4}-\d\d$/)) {
    const number = (label: string) => Number(label.slice(0, 4)) * 12 + Number(label.slice(5)) - 1;
    for (let m = number(first); m <= number(last) && list.length <= MOST; m++) list.push(`${pad(Math.floor(m / 12), 4)}-${pad((m % 12) + 1, 2)}`);
  } else if (all(/^\d{4}-\d\d-\d\d$/)) {
    const day = 86_400_000;
    for (let t = Date.parse(first); t <= Date.parse(last) && list.length <= MOST; t += day) list.push(new Date(t).toISOString().slice(0, 10));
  }
  return list.length === 0 || list.length > MOST ? sorted : list;
}
