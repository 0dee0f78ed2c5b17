/**
 * The kind of a statement, in the words of Snowflake's command reference, from its tokens alone. It says what the
 * text would be if the account accepted it; whether it may run is for others to decide.
 */
import { modifiers, objectName } from './objects.ts';
import { isName, isOp, isWord, type Token } from './tokens.ts';

/** `query` needs the parse tree; `look` passes on tokens; `session` changes the caller's own context; the rest acts. */
export type KindClass = 'query' | 'look' | 'explain' | 'session' | 'write' | 'unknown';

export interface StatementKind {
  readonly kind: string;
  readonly class: KindClass;
}

const aliases = new Map([
  ['DESC', 'DESCRIBE'],
  ['LS', 'LIST'],
  ['RM', 'REMOVE'],
]);

const queryStarts = new Set(['SELECT', 'WITH', 'VALUES']);
const looks = new Set(['SHOW', 'DESCRIBE', 'LIST']);
const ddl = new Set(['CREATE', 'ALTER', 'DROP', 'UNDROP', 'TRUNCATE']);
const plainWrites = new Set([
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'GRANT',
  'REVOKE',
  'COMMENT',
  'PUT',
  'GET',
  'REMOVE',
]);

/** Every word that begins a statement in Snowflake's command reference, and its short forms. */
export const statementWords: ReadonlySet<string> = new Set([
  ...queryStarts,
  ...looks,
  ...ddl,
  ...plainWrites,
  ...aliases.keys(),
  ...'BEGIN CALL COMMIT COPY DECLARE EXECUTE EXPLAIN ROLLBACK SET START UNSET USE'.split(' '),
]);

/** Kind of the statement in `tokens[from..]`; `''` where there is none. */
export function kindOf(tokens: readonly Token[], start = 0): StatementKind {
  let from = start;
  while (isOp(tokens[from], '(')) from += 1;
  const first = tokens[from];
  if (first === undefined) return { kind: '', class: 'unknown' };
  if (first.kind !== 'word')
    return { kind: first.kind === 'quoted' ? `"${first.value}"` : first.value, class: 'unknown' };
  const verb = aliases.get(first.value) ?? first.value;
  if (verb === 'WITH') return withKind(tokens, from);
  if (queryStarts.has(verb)) return { kind: 'SELECT', class: 'query' };
  if (looks.has(verb)) return { kind: verb === 'LIST' ? verb : withObject(verb, tokens, from + 1), class: 'look' };
  if (verb === 'EXPLAIN') return { kind: verb, class: 'explain' };
  if (ddl.has(verb)) {
    const kind = verb === 'TRUNCATE' ? truncate(tokens, from + 1) : withObject(verb, tokens, from + 1);
    return { kind, class: kind === 'ALTER SESSION' ? 'session' : 'write' };
  }
  if (plainWrites.has(verb)) return { kind: verb, class: 'write' };
  const second = tokens[from + 1];
  switch (verb) {
    case 'USE':
      return { kind: useKind(tokens, from + 1), class: 'session' };
    case 'SET':
    case 'UNSET':
    case 'COMMIT':
    case 'ROLLBACK':
      return { kind: verb, class: 'session' };
    case 'START':
      return { kind: 'BEGIN', class: 'session' };
    case 'BEGIN':
      return isTransactionStart(tokens, from)
        ? { kind: 'BEGIN', class: 'session' }
        : { kind: 'ANONYMOUS BLOCK', class: 'unknown' };
    case 'DECLARE':
      return { kind: 'ANONYMOUS BLOCK', class: 'unknown' };
    case 'CALL':
      return { kind: verb, class: 'unknown' };
    case 'COPY':
      return { kind: isWord(second, 'FILES') ? 'COPY FILES' : 'COPY INTO', class: 'write' };
    case 'EXECUTE':
      return { kind: executeKind(tokens, from + 1), class: 'unknown' };
    default:
      return { kind: verb, class: 'unknown' };
  }
}

/** Whether the BEGIN at `at` starts a transaction (`BEGIN [WORK | TRANSACTION] [NAME x]`) and not a block. */
export function isTransactionStart(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1];
  if (next === undefined || isOp(next, ';')) return true;
  if (isWord(next, 'TRANSACTION', 'WORK')) return true;
  return isWord(next, 'NAME') && isName(tokens[at + 2]) && (tokens[at + 3] === undefined || isOp(tokens[at + 3], ';'));
}

/** Behind its list, WITH may have another verb than SELECT; and it can define a procedure, for CALL. */
function withKind(tokens: readonly Token[], from: number): StatementKind {
  let depth = 0;
  for (let index = from + 1; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (isOp(token, '(', '[', '{')) depth += 1;
    if (isOp(token, ')', ']', '}')) depth -= 1;
    if (depth !== 0 || token?.kind !== 'word') continue;
    if (isWord(token, 'PROCEDURE') && isWord(tokens[index - 1], 'AS')) return { kind: 'CALL', class: 'unknown' };
    if (queryStarts.has(token.value)) break;
    if (isOp(tokens[index - 1], ')') && statementWords.has(token.value)) return kindOf(tokens, index);
  }
  return { kind: 'SELECT', class: 'query' };
}

function withObject(verb: string, tokens: readonly Token[], from: number): string {
  const words: string[] = [];
  for (let index = from; words.length < 5; index += 1) {
    const token = tokens[index];
    if (token?.kind !== 'word') break;
    if (words.length === 0 && modifiers.has(token.value)) continue;
    words.push(token.value);
    // Instances of Snowflake's classes: CREATE SNOWFLAKE.ML.FORECAST name.
    if (words.length === 1 && isOp(tokens[index + 1], '.')) return `${verb} ${dotted(tokens, index)}`;
  }
  return `${verb} ${objectName(words)}`.trim();
}

function dotted(tokens: readonly Token[], from: number): string {
  let name = tokens[from]?.value ?? '';
  for (let index = from + 1; isOp(tokens[index], '.') && isName(tokens[index + 1]); index += 2) {
    name += `.${tokens[index + 1]?.value ?? ''}`;
  }
  return name;
}

function truncate(tokens: readonly Token[], from: number): string {
  return isWord(tokens[from], 'MATERIALIZED') ? 'TRUNCATE MATERIALIZED VIEW' : 'TRUNCATE TABLE';
}

function useKind(tokens: readonly Token[], from: number): string {
  const first = tokens[from];
  if (isWord(first, 'SECONDARY')) return 'USE SECONDARY ROLES';
  const named = tokens[from + 1];
  // `USE ROLE` alone, or `USE role.x`, names a database.
  if (isWord(first, 'ROLE', 'WAREHOUSE', 'DATABASE', 'SCHEMA') && named !== undefined && !isOp(named, '.')) {
    return `USE ${first.value}`;
  }
  const isDotted = tokens.slice(from + 1).some((token) => isOp(token, '.'));
  return isDotted ? 'USE SCHEMA' : 'USE DATABASE';
}

const executed = [
  'IMMEDIATE',
  'TASK',
  'ALERT',
  'NOTEBOOK',
  'JOB SERVICE',
  'DBT PROJECT',
  'DCM PROJECT',
  'NOTEBOOK PROJECT',
  'SERVICE',
  'MANAGED TASK',
  'AGENT',
  'DATA METRIC FUNCTION',
];
function executeKind(tokens: readonly Token[], from: number): string {
  const words = tokens.slice(from, from + 3).map((token) => (token.kind === 'word' ? token.value : ''));
  const match = executed
    .filter((name) => name.split(' ').every((part, index) => words[index] === part))
    .sort((a, b) => b.length - a.length)[0];
  return `EXECUTE ${match ?? words[0] ?? ''}`.trim();
}
