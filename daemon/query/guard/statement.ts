/** Judges one statement (one link of a `->>` chain): what it is, what it leaves behind, and what is to be said of it. */

import type { Policy } from '../../config/profile.ts';
import { reachesDatabase, writesOnlyTo } from './databases.ts';
import { dependsOnSchema } from './dependence.ts';
import { type Effects, effectsOf } from './effects.ts';
import type { Finding } from './findings.ts';
import { kindOf, type StatementKind } from './kinds.ts';
import { judgeLook } from './look.ts';
import { findMentions } from './mentions.ts';
import type { TreeParser } from './parse.ts';
import { databaseEntries } from './policy.ts';
import { type Scan, scan } from './scan.ts';
import { judgeSession, type SessionChange } from './session.ts';
import { fold, isOp, isWord, type Token } from './tokens.ts';
import type { Tree } from './tree.ts';
import { hasPartialName } from './unqualified.ts';

export interface Statement {
  readonly kind: string;
  readonly offset: number;
  readonly effects: Effects;
  readonly findings: readonly Finding[];
  readonly scan: Scan;
  /** Those that mean the caller's last query, and not that of a body which runs later. */
  readonly lastQueryIds: Scan['lastQueryIds'];
  /** Of a body, only those with a literal: the others are of statements in the body itself. */
  readonly resultScans: Scan['resultScans'];
  readonly isMetadata: boolean;
  readonly isRead: boolean;
  /** Runs a text that the statement does not show, so that nobody can say what it would do. */
  readonly isOpaque: boolean;
  readonly isInAllowedDatabase: boolean;
  readonly reachesDenied: { readonly reason: string; readonly offset: number } | undefined;
}

/** Statements that keep an expression or a body for later, or run several statements. */
const runsLater = /^(?:ANONYMOUS BLOCK|ALTER .*|CREATE (?!TABLE$).*)$/;

/** Kinds of SHOW whose answer belongs to one session. */
const sessionLooks = new Set([
  'SHOW TRANSACTIONS',
  'SHOW LOCKS',
  'SHOW VARIABLES',
  'DESCRIBE RESULT',
  'DESCRIBE TRANSACTION',
  'LIST',
]);

/** Judges the tokens of one statement; `currentDatabase` where it is known. */
export function judgeStatement(
  tokens: readonly Token[],
  parser: TreeParser,
  policy: Policy,
  currentDatabase: string | undefined,
): Statement {
  const kind = kindOf(tokens);
  const allowed = databaseEntries(policy.allow);
  const judged = keepingQuotes(judgeByClass(tokens, kind, parser), tokens, allowed);
  const { change, tree } = judged;
  const denied = databaseEntries(policy.deny).map(fold);
  const isPure = judged.findings.length === 0 && kind.class !== 'session';
  const isShared =
    judged.scan.sessionBound.length + judged.scan.lastQueryIds.length + judged.scan.resultScans.length === 0;
  const isInformation =
    kind.class === 'query' && tree?.isRead === true && tree.readsOnlyInformationSchema && !hasTableFunction(tokens);
  const effects = {
    ...effectsOf(tokens, kind.kind, kind.class, change),
    dependsOnSchema: dependsOnSchema(tokens, kind, { hasFindings: judged.findings.length > 0, change, tree }),
  };
  const isLater = runsLater.test(kind.kind);
  const acts = judged.findings.some((finding) => finding.type === 'act');
  return {
    kind: kind.kind,
    offset: tokens[0]?.start ?? 0,
    effects: kind.class === 'query' && acts ? { ...effects, write: true } : effects,
    findings: judged.findings,
    scan: judged.scan,
    lastQueryIds: isLater ? [] : judged.scan.lastQueryIds,
    resultScans: judged.scan.resultScans.filter((scan) => !isLater || scan.queryId !== undefined),
    isMetadata:
      isPure &&
      isShared &&
      judged.scan.isPlain &&
      (kind.class === 'look' ? !sessionLooks.has(kind.kind) : isInformation),
    isRead: kind.class !== 'session' && !judged.findings.some((finding) => finding.type !== 'function'),
    isOpaque: judged.isOpaque || judged.findings.some((finding) => finding.type === 'run-time'),
    isInAllowedDatabase: allowed.length > 0 && writesOnlyTo(tokens, kind.kind, allowed, currentDatabase),
    reachesDenied:
      denied.length === 0
        ? undefined
        : reachesDatabase(tokens, kind.class, denied, {
            current: currentDatabase,
            hasUnqualified: hasUnqualified(tokens, kind.class, tree),
          }),
  };
}

/** Whether a query in the statement may name something without its database. */
function hasUnqualified(tokens: readonly Token[], kindClass: StatementKind['class'], tree: Tree | undefined): boolean {
  // USE, ALTER SESSION and their like have no query.
  if (kindClass === 'session' && tree === undefined) return false;
  return tree?.isRead !== true || tree.hasUnqualified || hasPartialName(tokens);
}

interface ByClass {
  readonly findings: readonly Finding[];
  readonly scan: Scan;
  readonly change?: SessionChange;
  readonly tree?: Tree;
  readonly isOpaque: boolean;
}

function judgeByClass(tokens: readonly Token[], kind: StatementKind, parser: TreeParser): ByClass {
  switch (kind.class) {
    case 'query':
      return judgeQuery(tokens, parser);
    case 'look': {
      const look = judgeLook(tokens, kind);
      return { findings: look.findings, scan: look, isOpaque: false };
    }
    case 'explain':
      return judgeExplain(tokens, parser);
    case 'session':
      return judgeSessionStatement(tokens, kind, parser);
    default:
      return judgeAct(tokens, kind);
  }
}

const ignoresCase = 'QUOTED_IDENTIFIERS_IGNORE_CASE';

/** Where an allowed database is written in small letters, "scratch" must not become the name of SCRATCH. */
function keepingQuotes(judged: ByClass, tokens: readonly Token[], allowed: readonly string[]): ByClass {
  const isChanged = judged.change?.parameters.includes(ignoresCase) === true;
  if (!isChanged || allowed.every((name) => name === name.toUpperCase())) return judged;
  const offset = tokens.find((token) => fold(token.value) === ignoresCase)?.start ?? 0;
  const kind = `ALTER SESSION SET ${ignoresCase}`;
  const reason = `changes ${ignoresCase}, while the policy allows a database whose name is not in upper case`;
  const finding: Finding = { type: 'act', kind, reason, offset, isProtected: true };
  return { ...judged, findings: [...judged.findings, finding] };
}

function judgeQuery(tokens: readonly Token[], parser: TreeParser): ByClass {
  const scanned = scan(tokens);
  // What the tokens refuse needs no tree.
  if (scanned.findings.some((finding) => finding.type !== 'function'))
    return { findings: scanned.findings, scan: scanned, isOpaque: false };
  const tree = parser.parse(tokens);
  const findings = tree.isRead
    ? scanned.findings
    : [...scanned.findings, { type: 'unclear' as const, reason: tree.reason, offset: tree.offset }];
  return { findings, scan: scanned, tree, isOpaque: false };
}

/** EXPLAIN runs nothing, still only what may be run may be explained, and only queries are reads. */
function judgeExplain(tokens: readonly Token[], parser: TreeParser): ByClass {
  const from = isWord(tokens[1], 'USING') ? 3 : 1;
  const inner = tokens.slice(from);
  const { kind, class: innerClass } = kindOf(inner);
  const offset = inner[0]?.start ?? tokens[0]?.start ?? 0;
  if (inner.length > 0 && innerClass === 'query') {
    const query = judgeQuery(inner, parser);
    const form = from === 1 || isWord(tokens[2], 'TABULAR', 'JSON', 'TEXT') ? [] : [unclearExplain(offset)];
    return { ...query, findings: [...form, ...query.findings] };
  }
  const reason = `explains ${kind}, which is not a query`;
  const finding: Finding = kind === '' ? unclearExplain(offset) : { type: 'act', kind, reason, offset };
  return { findings: [finding], scan: scan(inner), isOpaque: false };
}

function unclearExplain(offset: number): Finding {
  return { type: 'unclear', reason: "does not have the form of Snowflake's EXPLAIN", offset };
}

function judgeSessionStatement(tokens: readonly Token[], kind: StatementKind, parser: TreeParser): ByClass {
  const change = judgeSession(tokens, kind);
  const { expression } = change;
  if (expression.length === 0) {
    const scanned = scan(tokens.slice(1));
    const names: Finding[] = scanned.callFindings.filter((finding) => finding.type === 'act');
    // With that schema as the current one, AI functions need no qualifier by which they could be told.
    const name = tokens.find(
      (token) => /CORTEX"?$/.test(fold(token.value)) || token.kind === 'variable' || isOp(token, '?'),
    );
    if (mayNameSchema(tokens, kind) && name !== undefined) {
      names.push({ type: 'function', class: 'ai', name: 'SNOWFLAKE.CORTEX', offset: name.start });
    }
    return { findings: [...change.findings, ...names], scan: { ...scanned, findings: names }, change, isOpaque: false };
  }
  // The value of SET is judged as a query's only column; in parentheses, so that nothing of a query can follow it.
  const at = expression[0]?.start ?? 0;
  const end = expression.at(-1)?.end ?? at;
  const open = [
    { kind: 'word', value: 'SELECT', start: at, end: at } as const,
    { kind: 'op', value: '(', start: at, end: at } as const,
  ];
  const query = judgeQuery([...open, ...expression, { kind: 'op', value: ')', start: end, end }], parser);
  return { ...query, findings: [...change.findings, ...query.findings], change };
}

/** USE of a schema, or of a name that does not show whether it is one's: USE IDENTIFIER('a.b'). */
function mayNameSchema(tokens: readonly Token[], { kind }: StatementKind): boolean {
  const isBare = isWord(tokens[1], 'IDENTIFIER') || tokens[1]?.kind === 'variable';
  return kind === 'USE SCHEMA' || (kind === 'USE DATABASE' && isBare);
}

/** A statement that acts: the policy decides on its kind, on what it calls, and on what stands inside it. */
function judgeAct(tokens: readonly Token[], { kind }: StatementKind): ByClass {
  const scanned = scan(tokens);
  const offset = tokens[0]?.start ?? 0;
  const { mentions, isOpaque } = findMentions(tokens);
  // Of the rules on tokens only those on calls apply: the verbs and sequences are what the statement is about.
  const calls = scanned.callFindings
    .filter((finding) => finding.type !== 'unclear')
    .map((finding) => (isSequence(finding) ? asMention(finding) : finding));
  const sequences = scanned.findings.filter(isSequence).map(asMention);
  const broken = scanned.findings.filter(
    (finding) => finding.type === 'unclear' && finding.reason.includes('brackets'),
  );
  const reason = kind === '' ? 'has no statement here' : 'is not a read';
  const own: Finding = kind === '' ? { type: 'unclear', reason, offset } : { type: 'act', kind, reason, offset };
  const inner = plainKinds.test(kind) ? innerActs(tokens, mentions) : mentions;
  return { findings: [own, ...calls, ...sequences, ...broken, ...inner], scan: scanned, isOpaque };
}

/** Statements that have no other statement inside by their grammar, but for a query, and for the branches of MERGE. */
const plainKinds = /^(?:INSERT|MERGE|UPDATE|DELETE|COPY INTO|CREATE (?:TABLE|VIEW|MATERIALIZED VIEW|DYNAMIC TABLE))$/;

/** In such a statement any other one needs an entry of its own: the grammar of today is not what the guard rests on. */
function innerActs(tokens: readonly Token[], mentions: readonly Finding[]): readonly Finding[] {
  const branches = new Set(
    tokens.flatMap((token, index) =>
      isWord(tokens[0], 'MERGE') && isWord(tokens[index - 1], 'THEN') ? [token.start] : [],
    ),
  );
  const acts = mentions.flatMap((mention): Finding[] => {
    if (mention.type !== 'mention' || mention.kind === 'SELECT') return [];
    if (branches.has(mention.offset)) return [mention];
    return [{ type: 'act', kind: mention.kind, reason: `contains ${mention.kind}`, offset: mention.offset }];
  });
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    // Constraints have ON DELETE and ON UPDATE.
    if (index === 0 || isOp(before, '.', ':', '(') || isWord(before, 'ON') || branches.has(token.start)) continue;
    const isVerb = isWord(token, 'ALTER', 'CALL', 'CREATE', 'DELETE', 'DROP', 'EXECUTE', 'GRANT', 'REVOKE', 'UPDATE');
    if (isVerb && tokens[index + 1]?.kind === 'word') {
      const inner = kindOf(tokens, index).kind;
      acts.push({ type: 'act', kind: inner, reason: `contains ${inner}`, offset: token.start });
    } else if (isWord(token, 'PROCEDURE') && isWord(before, 'AS')) {
      acts.push({ type: 'act', kind: 'CALL', reason: 'defines and calls a procedure', offset: token.start });
    }
  }
  return acts;
}

function isSequence(finding: Finding): boolean {
  return finding.type === 'act' && (finding.kind === 'NEXTVAL' || finding.kind === 'GETNEXTVAL');
}

/** What passes with the statement around it, but for a deny entry of its own. */
function asMention(finding: Finding): Finding {
  return finding.type === 'act' ? { type: 'mention', kind: finding.kind, offset: finding.offset } : finding;
}

function hasTableFunction(tokens: readonly Token[]): boolean {
  return tokens.some(
    (token, index) => (isWord(token, 'TABLE') && isOp(tokens[index + 1], '(')) || token.kind === 'stage',
  );
}
