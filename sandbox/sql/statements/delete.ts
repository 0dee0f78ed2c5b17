import type { EngineResult } from '../../engine.ts';
import { ComposedText } from '../composed-text.ts';
import { targetTable, wrongKind } from '../dml-target.ts';
import { insufficientPrivileges } from '../errors.ts';
import { Finder } from '../find.ts';
import { readNames } from '../names.ts';
import { quoteDuck } from '../quote.ts';
import { ROW_ID } from '../relations.ts';
import { KIND, numberColumn, plainResult, statusResult } from '../results.ts';
import type { Statement } from '../statement.ts';
import { rewriteRows } from '../table-writer.ts';
import { readAlias, TARGET, translateFor } from './update.ts';

/** DELETE FROM t [alias] [USING ...] [WHERE ...]. */
export async function deleteRows(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.expect('DELETE', 'FROM');
  const table = targetTable(statement, readNames(reader, session), 'DELETE', 'DELETE');
  const alias = readAlias(statement, table, 'USING', 'WHERE');
  const using = reader.accept('USING') ? reader.expression('WHERE') : null;
  const where = reader.accept('WHERE') ? reader.expression() : null;
  reader.expectEnd();
  const text = new ComposedText(reader.text).add(
    `SELECT ${quoteDuck(alias)}."${ROW_ID}" FROM "${TARGET}" AS ${quoteDuck(alias)}`,
  );
  if (using) text.add(', ').take(using);
  if (where) text.add(' WHERE ').take(where);
  if (statement.request.describeOnly) {
    const { numberOfBinds } = await translateFor(statement, table, table.storage.name, text);
    return deleted(0, numberOfBinds);
  }
  await statement.occupyWarehouse();
  const count = await rewriteRows(
    statement,
    table,
    (storage) => translateFor(statement, table, storage.name, text),
    async (connection, storage, translated) => {
      const found = `SELECT "c0" FROM (${translated.sql}) AS q("c0")`;
      return (await connection.run(`DELETE FROM "${storage.name}" WHERE rowid IN (${found})`)).rowsChanged;
    },
    { kind: 'takes out', ids: ({ sql }) => sql, result: (count) => count },
  );
  return deleted(count, 0);
}

function deleted(count: number, numberOfBinds: number): EngineResult {
  const result = plainResult(KIND.delete, [numberColumn('number of rows deleted', 19)], [[count]]);
  return { ...result, numberOfBinds, dml: { deleted: count } };
}

/** TRUNCATE [TABLE] [IF EXISTS] t. Part of the open transaction, as DELETE is. */
export async function truncate(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.expect('TRUNCATE');
  if (reader.at('MATERIALIZED')) throw reader.unexpected();
  reader.accept('TABLE');
  const ifExists = reader.accept('IF', 'EXISTS');
  const parts = readNames(reader, session);
  reader.expectEnd();
  const finder = new Finder(session, 'TRUNCATE TABLE');
  if (ifExists && !finder.relationAt(finder.locate(parts))) return done();
  const table = finder.table(parts, wrongKind, 'Table');
  if (!session.access.may(table, 'TRUNCATE')) throw insufficientPrivileges('table', table.name);
  if (statement.request.describeOnly) return done();
  await rewriteRows(
    statement,
    table,
    async ({ name }) => name,
    async (connection, { name }) => (await connection.run(`DELETE FROM "${name}"`)).rowsChanged,
    { kind: 'takes out', ids: (name) => `SELECT rowid FROM "${name}"`, result: (count) => count },
  );
  statement.account.stages.forgetLoads(table.id);
  return done();
}

function done(): EngineResult {
  return statusResult(KIND.ddl, 'Statement executed successfully.');
}
