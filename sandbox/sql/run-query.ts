import type { EngineResult, ResultColumn, WireRow } from '../engine.ts';
import type { Translated } from './contract.ts';
import { KIND, plainResult } from './results.ts';
import type { Statement } from './statement.ts';
import { charged } from './translate/charges.ts';
import { typed } from './translate/typed.ts';
import { encodeRows } from './types/index.ts';

/** Runs a translated query and gives its rows lazily; what fails before or in the first rows is thrown here. */
export async function runQuery(
  statement: Statement,
  translated: Translated,
  statementTypeId: number = KIND.select,
): Promise<EngineResult> {
  const columns = plainColumns(translated);
  if (statement.request.describeOnly) {
    return { ...plainResult(statementTypeId, columns, []), numberOfBinds: translated.numberOfBinds };
  }
  const batches = statement.account.catalog.duck.stream(
    chargedRows(translated),
    (result) => encodeRows(result, translated.columns),
    statement.signal,
  );
  const first = await batches.next();
  async function* rows(): AsyncGenerator<readonly WireRow[], void, undefined> {
    try {
      if (first.done) return;
      yield first.value;
      yield* batches;
    } finally {
      await batches.return();
    }
  }
  return { statementTypeId, columns, rows: rows(), numberOfBinds: translated.numberOfBinds };
}

/** The query's rows, with room asked for where a text of theirs is long: DuckDB copies each vector before it can be read. */
function chargedRows({ sql, columns }: Translated): string {
  const names = columns.map((_, index) => `q.c${index}`);
  const cells = columns.map((column, index) => charged(typed(names[index] ?? '', column, true), 1).sql);
  if (cells.every((cell, index) => cell === names[index])) return sql;
  return `SELECT ${cells.join(', ')} FROM (${sql}) AS q(${columns.map((_, index) => `c${index}`).join(', ')})`;
}

export function plainColumns({ columns }: Translated): ResultColumn[] {
  return columns.map(({ encode: _, settings: __, ...column }) => column);
}

/** All rows of a translated query, for what the engine itself wants to know. */
export async function readAll(statement: Statement, translated: Translated): Promise<WireRow[]> {
  const rows: WireRow[] = [];
  for await (const batch of (await runQuery(statement, translated)).rows) rows.push(...batch);
  return rows;
}
