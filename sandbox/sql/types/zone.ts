/** Offsets of IANA time zones, asked of Node's own tables. */

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) {
    let format: Intl.DateTimeFormat | undefined;
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      // Not a zone's name: remembered as such.
    }
    formats.set(zone, format);
  }
  return formats.get(zone);
}

/** Whether the text names a time zone, e.g. America/Los_Angeles or UTC: in its own case, each part with a capital first. */
export function isZone(zone: string): boolean {
  return zone.split('/').every((part) => /^[A-Z]/.test(part)) && formatOf(zone) !== undefined;
}

/** Seconds that the zone's wall clock is ahead of UTC at an instant (epoch ms). Local times before zones have odd ones. */
export function offsetSeconds(zone: string, epochMs: number): number {
  if (zone === 'UTC') return 0;
  const format = formatOf(zone);
  if (!format) throw new RangeError(`unknown time zone ${zone}`);
  const part: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(epochMs)) part[type] = value;
  const year = part.era?.startsWith('B') ? 1 - Number(part.year) : Number(part.year);
  const wall = new Date(0);
  wall.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
  wall.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second), 0);
  return Math.round((wall.getTime() - Math.floor(epochMs / 1000) * 1000) / 1000);
}

/** The same in whole minutes. */
export function offsetMinutes(zone: string, epochMs: number): number {
  return Math.trunc(offsetSeconds(zone, epochMs) / 60);
}

/**
 * The offset in seconds at a wall clock time, as DuckDB's calendar has it: where a time comes twice the second one counts,
 * in a gap the offset from before it.
 */
export function offsetAtWall(zone: string, wallMs: number): number {
  if (zone === 'UTC') return 0;
  const after = offsetSeconds(zone, wallMs + 86_400_000);
  if (offsetSeconds(zone, wallMs - after * 1000) === after) return after;
  return offsetSeconds(zone, wallMs - 86_400_000);
}
