/** What a profile lets pass, and how findings become a verdict. */
import type { Policy, PolicyMode } from '../../config/profile.ts';
import type { Finding } from './findings.ts';

/** Why a statement may not run: the end of a sentence, the offset it is about, and the setting that would let it pass. */
export interface Objection {
  readonly reason: string;
  readonly offset: number;
  readonly setting: string;
}

const aliases: ReadonlyMap<string, string> = new Map([
  ['DESC', 'DESCRIBE'],
  ['LS', 'LIST'],
  ['RM', 'REMOVE'],
  ['START TRANSACTION', 'BEGIN'],
  ['TRUNCATE', 'TRUNCATE'],
]);

/** Kinds among the entries, in the spelling of `kindOf`. */
export function kindEntries(entries: readonly string[]): readonly string[] {
  return entries
    .filter((entry) => !isDatabaseEntry(entry))
    .map((entry) => entry.trim().toUpperCase().replace(/\s+/g, ' '))
    .map((entry) => aliases.get(entry) ?? entry.replace(/^DESC /, 'DESCRIBE '));
}

/** Databases among the entries as Snowflake stores their names: in upper case unless they stand in quotes. */
export function databaseEntries(entries: readonly string[]): readonly string[] {
  return entries.filter(isDatabaseEntry).map((entry) => {
    const name = entry.slice(entry.indexOf(':') + 1).trim();
    return /^".*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name.toUpperCase();
  });
}

function isDatabaseEntry(entry: string): boolean {
  return /^\s*database\s*:/i.test(entry);
}

/** Whether an entry covers the kind; a protected kind has to be named in full. */
export function covers(entries: readonly string[], kind: string, isProtected = false): boolean {
  return entries.some((entry) => entry === kind || (!isProtected && entry !== '' && kind.startsWith(`${entry} `)));
}

/** The first thing that a deny entry refuses, in any mode. */
export function deniedBy(
  policy: Policy,
  kinds: readonly string[],
  findings: readonly Finding[],
  offset: number,
): Objection | undefined {
  const entries = kindEntries(policy.deny);
  if (entries.length === 0) return undefined;
  const refuse = (kind: string, at: number): Objection => ({
    reason: `is denied by the policy (${kind})`,
    offset: at,
    setting: `remove '${entries.find((entry) => covers([entry], kind)) ?? kind}' from policy.deny`,
  });
  for (const kind of kinds) if (covers(entries, kind)) return refuse(kind, offset);
  for (const finding of findings) {
    if (finding.type !== 'act' && finding.type !== 'mention') continue;
    // The table function advances the sequence as well.
    const named = finding.kind === 'GETNEXTVAL' && covers(entries, 'NEXTVAL') ? 'NEXTVAL' : finding.kind;
    if (covers(entries, named)) return refuse(named, finding.offset);
  }
  return undefined;
}

/** The first function that the switch `functions` shuts off, in any mode. */
export function functionObjection(policy: Policy, findings: readonly Finding[]): Objection | undefined {
  if (policy.functions === 'all') return undefined;
  for (const finding of findings) {
    if (finding.type === 'run-time') return { ...finding, setting: 'policy.functions = "all"' };
    if (finding.type !== 'function') continue;
    if (finding.class === 'user' && policy.functions === 'no-ai') continue;
    const sort = finding.class === 'ai' ? 'an AI function' : "a function that is not one of Snowflake's own";
    const setting = finding.class === 'ai' ? 'policy.functions = "all"' : 'policy.functions = "no-ai" or "all"';
    return { reason: `calls ${finding.name}, ${sort}`, offset: finding.offset, setting };
  }
  return undefined;
}

/**
 * The first finding that the policy's mode and allow list do not cover. `target` says of which kind the statement is
 * and whether all it writes to lies in an allowed database: what else stands in it needs an entry of its own.
 */
export function modeObjection(
  policy: Policy,
  findings: readonly Finding[],
  target: { readonly kind: string; readonly isInAllowedDatabase: boolean },
): Objection | undefined {
  const kinds = kindEntries(policy.allow);
  const hasDatabases = databaseEntries(policy.allow).length > 0;
  const isAllowed = (finding: Finding & { readonly type: 'act' }): boolean => {
    const isCovered = covers(kinds, finding.kind, finding.isProtected);
    if (!hasDatabases || finding.kind !== target.kind) return isCovered;
    return target.isInAllowedDatabase && (kinds.length === 0 || isCovered);
  };
  for (const finding of findings) {
    if (finding.type === 'unclear' || finding.type === 'run-time')
      return { ...finding, setting: modeSetting(policy.mode) };
    if (finding.type === 'act' && !isAllowed(finding)) {
      return { ...finding, setting: `${modeSetting(policy.mode)}, or policy.allow = ["${finding.kind}"]` };
    }
  }
  return undefined;
}

function modeSetting(mode: PolicyMode): string {
  return mode === 'read-only' ? 'policy.mode = "confirm" or "read-write"' : 'policy.mode = "read-write"';
}
