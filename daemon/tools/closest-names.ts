/** Names that a mistyped one may have meant. */

const mostShown = 3;

/**
 * The closest of `names`, nearest first, at most three.
 * Close is: part of one another, or at most a third of the characters changed (insert, delete, replace, swap neighbours).
 */
export function closestNames(wanted: string, names: readonly string[]): readonly string[] {
  const target = wanted.toUpperCase();
  const most = Math.max(1, Math.floor(target.length / 3));
  return [...new Set(names)]
    .map((name) => ({ name, distance: nearness(target, name.toUpperCase(), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, mostShown)
    .map(({ name }) => name);
}

/** Shortest text of which being a part of a name says something. */
const shortestPart = 4;

function nearness(a: string, b: string, most: number): number {
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  if (shorter.length >= shortestPart && longer.includes(shorter)) return 0.5;
  return Math.abs(a.length - b.length) > most ? Number.POSITIVE_INFINITY : editDistance(a, b);
}

/** Edits from one text to the other, a swap of neighbours counted once (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isEqual = a[row - 1] === b[column - 1];
      let best = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isEqual ? 0 : 1),
      );
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) best = Math.min(best, (before[column - 2] ?? 0) + 1);
      line.push(best);
    }
    before = above;
    above = line;
  }
  return above[b.length] ?? 0;
}
