/**
 * Whether what a statement answers or does may depend on the current database and schema. Only where the text certainly
 * does not is it said so: a session in another client's database is then good enough for it.
 */
import type { StatementKind } from './kinds.ts';
import { isPlaceless } from './look-place.ts';
import { isPlacelessQuery } from './query-place.ts';
import type { SessionChange } from './session.ts';
import { isName, isOp, isWord, type Token } from './tokens.ts';
import type { Tree } from './tree.ts';

/** What was found out about the statement so far. */
export interface Found {
  readonly hasFindings: boolean;
  readonly change: SessionChange | undefined;
  readonly tree: Tree | undefined;
}

/** False only where neither current database nor current schema can make a difference. */
export function dependsOnSchema(tokens: readonly Token[], kind: StatementKind, found: Found): boolean {
  if (found.hasFindings) return true;
  if (kind.class === 'look') return !isPlaceless(tokens, kind.kind);
  if (kind.class === 'session') return !isPlacelessChange(tokens, kind.kind, found.change);
  if (kind.class !== 'query' && kind.class !== 'explain') return true;
  return found.tree?.isRead !== true || found.tree.hasUnqualified || !isPlacelessQuery(tokens);
}

/** USE SCHEMA of a bare name starts from the database that is current, and BEGIN keeps its session: from the client's own. */
function isPlacelessChange(tokens: readonly Token[], kind: string, change: SessionChange | undefined): boolean {
  switch (kind) {
    case 'COMMIT':
    case 'ROLLBACK':
    case 'UNSET':
    case 'ALTER SESSION':
      return true;
    case 'SET':
      return change?.expression.every(isConstant) === true;
    case 'USE ROLE':
    case 'USE WAREHOUSE':
    case 'USE SECONDARY ROLES':
      return tokens.every((token) => isName(token) || isOp(token, ','));
    case 'USE DATABASE':
      return endsWithName(tokens, 1);
    case 'USE SCHEMA':
      return endsWithName(tokens, 2);
    default:
      return false;
  }
}

/** Whether all that follows USE, and the word for the kind of object, is a name of so many parts. */
function endsWithName(tokens: readonly Token[], parts: number): boolean {
  const length = 2 * parts - 1;
  const name = tokens.slice(-length);
  const words = tokens.length - length;
  return (
    name.length === length &&
    (words === 1 || (words === 2 && isWord(tokens[1], 'DATABASE', 'SCHEMA'))) &&
    name.every((token, at) => (at % 2 === 0 ? isName(token) : isOp(token, '.')))
  );
}

function isConstant(token: Token): boolean {
  return (
    token.kind === 'string' ||
    token.kind === 'number' ||
    isOp(token, '+', '-', '(', ')', ',') ||
    isWord(token, 'TRUE', 'FALSE', 'NULL')
  );
}
