/**
 * The guard: decides from the text whether a Snowflake statement may run, and what it would leave behind. Pure: no I/O
 * but loading the parser once; imports nothing of the daemon, and may be imported by query/, clients/ and tools/.
 * Order of the rules: lexical (lexer.ts, readings.ts), one statement (split.ts), each link of a chain by its kind
 * (statement.ts) on tokens (scan.ts) and tree (parse.ts), then the policy (policy.ts, databases.ts).
 */
import type { Policy } from '../../config/profile.ts';
import { links, maxLinks } from './chain.ts';
import { type Effects, noEffects, together } from './effects.ts';
import { kindOf } from './kinds.ts';
import type { Lexed } from './lexer.ts';
import { loadParser, type TreeParser } from './parse.ts';
import { deniedBy, functionObjection, modeObjection, type Objection } from './policy.ts';
import { readings } from './readings.ts';
import type { LastQueryId, ResultScan } from './results.ts';
import { statements } from './split.ts';
import { judgeStatement, type Statement } from './statement.ts';
import { position } from './tokens.ts';

export type { Policy } from '../../config/profile.ts';
export type { Effects } from './effects.ts';

/** Why a statement may not run, or why a person is asked: one sentence, where in the text (from 1), the setting that would let it pass. */
export interface Refusal {
  readonly reason: string;
  readonly line: number;
  readonly column: number;
  readonly setting: string;
}

export interface Judgement {
  readonly verdict: 'allowed' | 'confirm' | 'refused';
  /** In Snowflake's words: SELECT, INSERT, CREATE TABLE, USE ROLE; EMPTY and MULTIPLE where it is not one statement. */
  readonly kind: string;
  readonly effects: Effects;
  /** SHOW, DESCRIBE, pure reads of INFORMATION_SCHEMA: may share one flight within one profile, role and context. */
  readonly isMetadata: boolean;
  /** Changes nothing, so that it may be repeated on another session. */
  readonly isRead: boolean;
  /** Calls of LAST_QUERY_ID that can be substituted: spans of the text, and the argument where there is one. */
  readonly lastQueryIds: readonly LastQueryId[];
  /** Stored results that are read by query id: RESULT_SCAN, DESCRIBE RESULT; spans of the text, the id where it is a literal. */
  readonly resultScans: readonly ResultScan[];
  /** Functions whose value depends on the session: CURRENT_SESSION, LAST_QUERY_ID with an argument that is computed, ... */
  readonly sessionBound: readonly string[];
  /** With every verdict but `allowed`. */
  readonly refusal?: Refusal;
}

export interface Guard {
  /**
   * Judges a text under a policy. `currentDatabase` is the caller's current database as the account reported it; only
   * `database:` entries look at it, and without it they take an unqualified name for the denied one. Never throws.
   */
  judge(sql: string, policy: Policy, currentDatabase?: string): Judgement;
}

/** Snowflake runs longer texts, and keeps no more of them than this (docs: "Limits on Query Text Size"). */
const maxBytes = 1_048_576;

/** Loads the parser and makes a guard; rejects where the parser cannot be had (the daemon must not run without it). */
export async function createGuard(): Promise<Guard> {
  const parser = await loadParser();
  return {
    judge(sql, policy, currentDatabase) {
      try {
        return judge(sql, policy, parser, currentDatabase);
      } catch {
        // A text that the guard itself stumbles over is one that it has not understood.
        const objection = { reason: 'The text cannot be judged.', offset: 0, setting: 'none: change the text' };
        return refused(sql, 'UNKNOWN', objection, unknownEffects);
      }
    },
  };
}

const unknownEffects: Effects = { ...noEffects, unknown: true, write: true };
const nothing = { isMetadata: false, isRead: false, lastQueryIds: [], resultScans: [], sessionBound: [] };

function judge(sql: string, policy: Policy, parser: TreeParser, currentDatabase: string | undefined): Judgement {
  if (sql.length > maxBytes || Buffer.byteLength(sql) > maxBytes) {
    const reason = 'The text is longer than 1 MB, the most that snowpool takes as one statement.';
    return refused(sql, 'MULTIPLE', { reason, offset: 0, setting: 'none: shorten the text' }, noEffects);
  }
  const [likeliest, ...others] = readings(sql);
  const judgement = judgeReading(sql, likeliest, policy, parser, currentDatabase);
  let result = judgement;
  for (const other of others) {
    // A reading in which something stays open, or nothing is left, is harmless: the account would refuse it.
    if (other.problem?.isError || (other.problem === undefined && other.tokens.length === 0)) continue;
    const alternative = judgeReading(sql, other, policy, parser, currentDatabase);
    if (rank(alternative) > rank(judgement)) return alternative;
    if (judgement.verdict === 'refused' || isSame(alternative, judgement)) continue;
    const isHarmless = judgement.isRead && alternative.isRead;
    if (policy.mode !== 'read-write' && !isHarmless) return readTwoWays(sql, judgement, alternative);
    result = undecided(result, alternative);
  }
  return result;
}

/** A person who is asked says yes to one statement, and what is recorded of a context is one statement's. */
function readTwoWays(sql: string, judgement: Judgement, alternative: Judgement): Judgement {
  const reason = `The text can be read in two ways, as ${judgement.kind} and as ${alternative.kind}: it rests on where a comment ends.`;
  const setting = 'none: take the comments out';
  return refused(sql, judgement.kind, { reason, offset: 0, setting }, unknownEffects);
}

/** Whether it makes no difference to anybody which of two readings is the account's. */
function isSame(one: Judgement, other: Judgement): boolean {
  if (one.verdict === 'confirm') return false;
  const { refusal: _, ...facts } = one;
  const { refusal: __, ...others } = other;
  return JSON.stringify(facts) === JSON.stringify(others);
}

/** What both readings could do, where either may run. */
function undecided(judgement: Judgement, alternative: Judgement): Judgement {
  const isSameCalls = JSON.stringify(judgement.lastQueryIds) === JSON.stringify(alternative.lastQueryIds);
  const isRead = judgement.isRead && alternative.isRead;
  return {
    ...judgement,
    effects: isRead ? noEffects : unknownEffects,
    isMetadata: false,
    isRead,
    resultScans: [...judgement.resultScans, ...alternative.resultScans],
    // Calls that only one reading has cannot be told from text: nothing may take their place, nor may they stay.
    sessionBound: [...judgement.sessionBound, ...alternative.sessionBound, ...(isSameCalls ? [] : ['LAST_QUERY_ID'])],
  };
}

function rank({ verdict }: Judgement): number {
  return ['allowed', 'confirm', 'refused'].indexOf(verdict);
}

function judgeReading(
  sql: string,
  lexed: Lexed,
  policy: Policy,
  parser: TreeParser,
  currentDatabase: string | undefined,
): Judgement {
  if (lexed.problem !== undefined) return judgeBroken(sql, lexed, policy);
  const [only, second] = statements(lexed.tokens);
  if (only === undefined) {
    const reason = 'The text has no statement.';
    return refused(sql, 'EMPTY', { reason, offset: 0, setting: 'none: send one statement' }, noEffects);
  }
  if (second !== undefined) {
    const reason = 'The text has more than one statement; each call runs one.';
    const offset = second[0]?.start ?? 0;
    return refused(
      sql,
      'MULTIPLE',
      { reason, offset, setting: 'none: send the statements one by one' },
      unknownEffects,
    );
  }
  const chain = links(only);
  if (chain.length > maxLinks) {
    const reason = `The text has more than ${maxLinks} links of the flow operator (->>).`;
    return refused(sql, 'MULTIPLE', { reason, offset: 0, setting: 'none: shorten the text' }, unknownEffects);
  }
  const parts: Statement[] = [];
  // Behind a link that chooses another one, nobody knows which database is the current one.
  let database = currentDatabase;
  for (const tokens of chain) {
    const part = judgeStatement(tokens, parser, policy, database);
    if (part.effects.context || part.effects.unknown) database = undefined;
    parts.push(part);
  }
  return decide(sql, parts, policy);
}

/** A text that cannot be cut into tokens: only a policy that lets everything pass leaves it to the account to refuse it. */
function judgeBroken(sql: string, lexed: Lexed, policy: Policy): Judgement {
  const kind = kindOf(lexed.tokens).kind || 'UNKNOWN';
  const isOpen = policy.mode === 'read-write' && policy.deny.length === 0 && policy.functions === 'all';
  // Whose result it reads cannot be told either.
  const resultScans = mayReadResults(sql) ? [{ start: 0, end: 0, queryId: undefined }] : [];
  if (isOpen) return { verdict: 'allowed', kind, effects: unknownEffects, ...nothing, resultScans };
  const offset = lexed.problem?.offset ?? 0;
  const reason = `The text ${lexed.problem?.reason ?? 'cannot be read'}.`;
  return refused(
    sql,
    kind,
    { reason, offset, setting: 'policy.mode = "read-write", without deny entries' },
    unknownEffects,
  );
}

function mayReadResults(sql: string): boolean {
  const text = sql.toUpperCase();
  const isDescribed = text.includes('DESC') && text.includes('RESULT');
  return isDescribed || text.includes('RESULT_SCAN') || text.includes('LAST_QUERY_ID');
}

function decide(sql: string, parts: readonly Statement[], policy: Policy): Judgement {
  const deciding = parts.find((part) => !part.isRead) ?? parts.at(-1);
  const kind = deciding?.kind || 'UNKNOWN';
  const effects = together(parts.map((part) => part.effects));
  const facts = {
    isMetadata: parts.length === 1 && parts.every((part) => part.isMetadata),
    isRead: parts.every((part) => part.isRead),
    // Behind the flow operator the last query is the link before.
    lastQueryIds: parts[0]?.lastQueryIds ?? [],
    resultScans: parts.flatMap((part, index) => (index === 0 ? part.resultScans : notOfLastQuery(part))),
    sessionBound: [...new Set(parts.flatMap((part) => part.scan.sessionBound))],
  };
  for (const part of parts) {
    const hard = hardObjection(part, policy);
    if (hard !== undefined) return { ...refused(sql, part.kind || kind, sentence(part, hard), effects), ...facts };
  }
  if (policy.mode === 'read-write') return { verdict: 'allowed', kind, effects, ...facts };
  for (const part of parts) {
    const soft = modeObjection(policy, part.findings, part);
    if (soft === undefined) continue;
    const judgement = { ...refused(sql, part.kind || kind, sentence(part, soft), effects), ...facts };
    return policy.mode === 'confirm' ? { ...judgement, verdict: 'confirm' } : judgement;
  }
  return { verdict: 'allowed', kind, effects, ...facts };
}

/** Behind the flow operator RESULT_SCAN(LAST_QUERY_ID()) reads what the link before has just returned. */
function notOfLastQuery({ resultScans, scan }: Statement): Judgement['resultScans'] {
  return resultScans.filter(
    (result) => !scan.lastQueryIds.some(({ start, end }) => start >= result.start && end <= result.end),
  );
}

/** What no mode and no person can let pass: deny entries, and functions that are shut off. */
function hardObjection(part: Statement, policy: Policy): Objection | undefined {
  const denied = deniedBy(policy, [part.kind], part.findings, part.offset);
  if (denied !== undefined) return denied;
  if (part.reachesDenied !== undefined)
    return { ...part.reachesDenied, setting: 'remove the database from policy.deny' };
  if (part.isOpaque && policy.deny.length > 0) {
    const reason = 'runs a text that cannot be seen, while the policy denies some statements';
    return { reason, offset: part.offset, setting: 'remove the entries of policy.deny' };
  }
  if (part.isOpaque && policy.functions !== 'all') {
    const reason = 'runs a text that cannot be seen, while the policy shuts off some functions';
    return { reason, offset: part.offset, setting: 'policy.functions = "all"' };
  }
  return functionObjection(policy, part.findings);
}

function sentence(part: Statement, objection: Objection): Objection {
  return { ...objection, reason: `${part.kind || 'The text'} ${objection.reason}.` };
}

function refused(sql: string, kind: string, objection: Objection, effects: Effects): Judgement {
  const { line, column } = position(sql, objection.offset);
  const refusal = { reason: objection.reason, line, column, setting: objection.setting };
  return { verdict: 'refused', kind, effects, ...nothing, refusal };
}
