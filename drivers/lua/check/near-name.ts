/** Names longer than this are nobody's slip of the finger; comparing them would only cost time. */
const MAX_LENGTH = 80;

/** The candidate that a person most likely meant; undefined when none is near. Case and underscores count little. */
export function findNearName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const wanted = simplify(name);
  // One slip in a short name, two from six letters on, three in the long names of handlers.
  const allowed = wanted.length < 4 ? 0 : wanted.length < 6 ? 1 : wanted.length < 20 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > MAX_LENGTH) continue;
    const distance = editDistance(wanted, simplify(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function simplify(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one to the other. */
function editDistance(one: string, other: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwap(one, other, row, column) ? at(before, column - 2) + 1 : Infinity,
      );
    }
    [before, last] = [last, current];
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? 0;
}

function isSwap(one: string, other: string, row: number, column: number): boolean {
  return row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
}
