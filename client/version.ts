declare const __SNOWPOOL_VERSION__: string | undefined;

/** Version of the package; `0.0.0` where the code runs unbundled (tests of single files). */
export const version: string = typeof __SNOWPOOL_VERSION__ === 'string' ? __SNOWPOOL_VERSION__ : '0.0.0';

/**
 * Compares two versions by their numbers: negative where `a` is older. A pre-release (`1.2.0-rc.1`) is older than its release.
 * What is no version counts as older than every version.
 */
export function compareVersions(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.prerelease === right.prerelease) return 0;
  if (left.prerelease === '') return 1;
  if (right.prerelease === '') return -1;
  return left.prerelease.localeCompare(right.prerelease, 'en', { numeric: true });
}

function parse(text: string): { numbers: number[]; prerelease: string } {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?/.exec(text);
  if (!match) return { numbers: [-1, 0, 0], prerelease: '' };
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], prerelease: match[4] ?? '' };
}
