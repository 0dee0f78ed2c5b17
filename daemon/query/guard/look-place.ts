/** SHOW and DESCRIBE that look at the same objects wherever the session is: of the whole account, or fully named. */
import { isName, isOp, isWord, type Token } from './tokens.ts';

/** Objects of the account, which belong to no database. */
const accountWide: ReadonlySet<string> = new Set(
  `DATABASES|WAREHOUSES|ROLES|USERS|SHARES|REGIONS|INTEGRATIONS|API INTEGRATIONS|CATALOG INTEGRATIONS|NOTIFICATION INTEGRATIONS|
SECURITY INTEGRATIONS|STORAGE INTEGRATIONS|RESOURCE MONITORS|NETWORK POLICIES|COMPUTE POOLS|EXTERNAL VOLUMES|FAILOVER GROUPS|
REPLICATION GROUPS|REPLICATION DATABASES|CONNECTIONS|APPLICATIONS|APPLICATION PACKAGES|TRANSACTIONS|VARIABLES|LOCKS`
    .replaceAll('\n', '')
    .split('|')
    .map((name) => `SHOW ${name}`),
);

const describedByOne: ReadonlySet<string> = new Set(
  ['DATABASE', 'WAREHOUSE', 'USER', 'ROLE', 'INTEGRATION', 'SHARE'].map((name) => `DESCRIBE ${name}`),
);
const describedByThree: ReadonlySet<string> = new Set(
  [
    'TABLE',
    'VIEW',
    'DYNAMIC TABLE',
    'EXTERNAL TABLE',
    'MATERIALIZED VIEW',
    'SEMANTIC VIEW',
    'STAGE',
    'STREAM',
    'TASK',
    'PIPE',
    'SEQUENCE',
    'FILE FORMAT',
  ].map((name) => `DESCRIBE ${name}`),
);

/** Whether the statement, of the class `look`, names all it looks at in full. */
export function isPlaceless(tokens: readonly Token[], kind: string): boolean {
  const [verb, ...object] = kind.split(' ');
  if (verb === 'DESCRIBE') return isPlacelessDescribe(tokens, kind, object.length + 1);
  if (verb !== 'SHOW') return false;
  const from = isWord(tokens[1], 'TERSE') ? object.length + 2 : object.length + 1;
  // SHOW GRANTS and its like have other words than IN for what they look at.
  const last = object.at(-1) ?? '';
  if (/^(?:GRANTS|PARAMETERS|POLICIES)$/.test(last) && !accountWide.has(kind)) return false;
  let isPlaced = accountWide.has(kind);
  for (let at = from; at < tokens.length; ) {
    const [token, value] = [tokens[at], tokens[at + 1]];
    if (isWord(token, 'HISTORY')) at += 1;
    else if (isWord(token, 'LIKE') && value?.kind === 'string') at += 2;
    else if (isWord(token, 'STARTS') && isWord(value, 'WITH') && tokens[at + 2]?.kind === 'string') at += 3;
    else if (isWord(token, 'LIMIT') && value?.kind === 'number') at += 2;
    else if (isWord(token, 'FROM') && value?.kind === 'string') at += 2;
    else if (isWord(token, 'IN')) {
      const end = placeEnd(tokens, at + 1, last);
      if (end === undefined) return false;
      isPlaced = true;
      at = end;
    } else return false;
  }
  return isPlaced;
}

/** Index behind what stands behind IN, where it says by itself which place is meant. */
function placeEnd(tokens: readonly Token[], at: number, shown: string): number | undefined {
  const place = tokens[at];
  if (isWord(place, 'ACCOUNT')) return at + 1;
  if (isWord(place, 'DATABASE')) return nameEnd(tokens, at + 1, 1);
  if (isWord(place, 'SCHEMA')) return nameEnd(tokens, at + 1, 2);
  if (isWord(place, 'TABLE', 'VIEW')) return nameEnd(tokens, at + 1, 3);
  return shown === 'SCHEMAS' ? nameEnd(tokens, at, 1) : undefined;
}

/** Words that may follow IN DATABASE or DESCRIBE USER where no name does. */
const clauses = ['LIKE', 'STARTS', 'LIMIT', 'HISTORY', 'TERSE', 'IN', 'TYPE', 'ROLE', 'ROLES', 'IDENTIFIER'];

/** Index behind a name of exactly so many parts; nothing where there is another one, or none. */
function nameEnd(tokens: readonly Token[], from: number, parts: number): number | undefined {
  if (isWord(tokens[from], ...clauses)) return undefined;
  let end = from;
  for (let part = 1; part <= parts; part += 1) {
    if (!isName(tokens[end])) return undefined;
    end += 1;
    if (part < parts) {
      if (!isOp(tokens[end], '.')) return undefined;
      end += 1;
    }
  }
  return isOp(tokens[end], '.', '(') ? undefined : end;
}

function isPlacelessDescribe(tokens: readonly Token[], kind: string, from: number): boolean {
  const parts = describedByOne.has(kind) ? 1 : describedByThree.has(kind) ? 3 : kind === 'DESCRIBE SCHEMA' ? 2 : 0;
  const end = parts === 0 ? undefined : nameEnd(tokens, from, parts);
  if (end === undefined) return false;
  const isWhole = end === tokens.length;
  const isTyped = isWord(tokens[end], 'TYPE') && isOp(tokens[end + 1], '=') && isName(tokens[end + 2]);
  return isWhole || (isTyped && tokens.length === end + 3);
}
