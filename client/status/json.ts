import type { DaemonStatus__Output } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';

/** Grows when a field changes its meaning or goes; new fields do not count. */
const formatVersion = 1;

/** `pool-status --json`: field names as in proto/snowpool/v1/status.proto, documented in docs/command-line.md. */
export function statusJson(status: DaemonStatus__Output): Record<string, unknown> {
  return { format_version: formatVersion, ...(snake(status) as Record<string, unknown>) };
}

/** The same for a socket nobody listens on. */
export function noDaemonJson(socket: string): Record<string, unknown> {
  return { format_version: formatVersion, state: 'not_running', socket, pools: [], clients: [] };
}

/** Maps whose keys are data, not field names. */
const maps = new Set(['evictions']);

/** Field names in snake case; single values before lists, so that a person finds the state first. */
function snake(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snake);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([, a], [, b]) => depth(a) - depth(b));
  return Object.fromEntries(
    entries.map(([name, inner]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      maps.has(name) ? { ...inner } : snake(inner),
    ]),
  );
}

function depth(value: unknown): number {
  if (Array.isArray(value)) return 2;
  return typeof value === 'object' && value !== null ? 1 : 0;
}
