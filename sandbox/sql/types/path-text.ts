const piece =
  /(?:^|\.)([A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*)|(?:^|\.)"((?:[^"]|"")*)"|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/y;

/** The keys and indices that a path's text names, as GET_PATH reads it: `a.b[0]["c d"]`. Undefined where it is no path. */
export function pathSteps(source: string): readonly (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  const next = new RegExp(piece);
  while (next.lastIndex < source.length) {
    const found = next.exec(source);
    if (!found) return undefined;
    const key = found[1] ?? found[2]?.replaceAll('""', '"') ?? found[4] ?? found[5];
    steps.push(key ?? Number(found[3]));
  }
  return steps;
}
