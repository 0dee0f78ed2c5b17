import { contextFunction } from './context-functions.ts';
import type { Relation, Scope } from './contract.ts';
import { unsupported } from './errors.ts';
import type { Names } from './find.ts';
import { tableFunction } from './information-schema/functions.ts';
import { openScript } from './javascript/procedure.ts';
import { recognize } from './recognition/recognize.ts';
import { resolveRelation } from './relations.ts';
import { resultScan } from './result-scan.ts';
import { nextValue } from './sequences.ts';
import { inferSchema } from './stages/infer-schema.ts';
import { type StageReader, stageQuery } from './stages/stage-query.ts';
import type { Statement } from './statement.ts';
import { systemFunction } from './system-functions.ts';
import { type Past, pastOf } from './time-travel.ts';
import { userFunctions, userTableFunctions } from './user-functions.ts';

export interface ScopeOptions {
  /** Where names are looked up; else as the session does. */
  readonly names?: Names;
  /** How many views deep the text stands. */
  readonly depth?: number;
  /** Names that stand for something of the statement's own, such as the target of an UPDATE. */
  readonly own?: ReadonlyMap<string, Relation>;
  /** When tables are read without a time of their own; else now. */
  readonly past?: Past | undefined;
  /** What answers a stage in FROM; else all of its files. */
  readonly readStage?: StageReader;
}

/** What a query may refer to, as the statement's session sees it at this moment. */
export function scopeOf(statement: Statement, { names, depth = 0, own, past, readStage }: ScopeOptions = {}): Scope {
  const { session } = statement;
  const where = names ?? session;
  const { role, warehouse, database, schema } = session.current;
  return {
    user: session.start.user,
    role,
    warehouse,
    database,
    schema,
    sessionId: session.start.sessionId,
    nowMs: statement.startMs,
    parameter: (name) => statement.parameter(name),
    variable: (name) => session.variables.get(name),
    relation: async (parts, at, then) => {
      const name = parts.length === 1 ? (parts[0] ?? '') : '';
      const found = own?.get(name) ?? statement.relations.get(name);
      if (found && then) throw unsupported(`time travel of ${name}`, at);
      return found ?? resolveRelation(statement, where, parts, depth, then ? pastOf(statement, then) : past);
    },
    tableFunction: (parts, args) =>
      parts.at(-1) === 'INFER_SCHEMA'
        ? inferSchema(statement, where, args)
        : tableFunction(statement, where, parts, args),
    stage: (asked) => readStage?.(asked) ?? stageQuery(statement, where, asked),
    recognize: (request) => recognize(statement, request),
    texts: async (duckSql) => {
      await statement.occupyWarehouse();
      return (await session.account.catalog.duck.rows(duckSql, statement.signal)).map(([text]) => String(text));
    },
    resultScan: (queryId) => resultScan(statement, queryId),
    lastQueryId: (n) => session.queryIdAt(n),
    sequence: (parts) => nextValue(where, parts),
    contextFunction: (name) => contextFunction(statement, name),
    userTableFunctions: (parts, given) => userTableFunctions(where, parts, given),
    activeRoles: () => [...session.access.roles],
    userFunctions: (parts, given) => userFunctions(where, parts, given),
    script: (routine) => openScript(statement, routine),
    systemFunction: (name, args) => systemFunction(statement, name, args),
  };
}
