import type { Storage } from '../catalog/storage.ts';
import type { ResultColumn, WireRow } from '../engine.ts';
import type { Relation, Translated } from './contract.ts';
import { quoteDuck } from './quote.ts';
import type { Statement } from './statement.ts';
import { typedRows } from './typed-rows.ts';
import { fromWire, typeOf } from './types/index.ts';

/**
 * Puts rows in wire form into a DuckDB table that lives as long as the statement, and gives the relation that reads
 * them with their types. For stored results, metadata views and bound arrays.
 */
export async function stagedRelation(
  statement: Statement,
  columns: readonly ResultColumn[],
  batches: AsyncIterable<readonly WireRow[]>,
  from: { readonly database: string; readonly schema: string; readonly name: string } = {
    database: '',
    schema: '',
    name: '',
  },
): Promise<Relation> {
  const storage = await stagedTexts(statement, columns.length, batches);
  const values = columns.map((column, index) => `${storedCell(`"c${index}"`, column)} AS ${quoteDuck(column.name)}`);
  return {
    ...from,
    duckName: `(SELECT ${values.join(', ')} FROM "${storage.name}")`,
    columns: columns.map((column) => ({
      name: column.name,
      nullable: column.nullable,
      type: typeOf(column),
    })),
  };
}

/** A cell of a stored result. XML is kept as it was printed; JSON never begins with its mark. */
function storedCell(sql: string, column: ResultColumn): string {
  const value = fromWire(sql, column);
  const mayBeXml = column.type === 'variant' || (column.type === 'object' && !column.fields);
  return mayBeXml ? `CASE WHEN starts_with(${sql}, '<') THEN sf_stored_xml(${sql}) ELSE ${value} END` : value;
}

/** Runs a translated query into a DuckDB table that lives as long as the statement, and gives the relation that reads it under `name`. */
export async function stagedQuery(statement: Statement, query: Translated, name: string): Promise<Relation> {
  const { catalog } = statement.account;
  const storage = catalog.storage(catalog.duckName('r'));
  statement.onEnd(() => storage.drop());
  await catalog.duck.run(`CREATE TABLE "${storage.name}" AS ${typedRows(query)}`, statement.signal);
  return describedQuery({ ...query, sql: `SELECT * FROM "${storage.name}"` }, name);
}

/** A translated query as a relation that runs it where it is read. */
export function describedQuery(query: Translated, name: string): Relation {
  const inner = query.columns.map((_, index) => `"c${index}"`);
  const outer = query.columns.map((column, index) => `${inner[index]} AS ${quoteDuck(column.name)}`);
  return {
    database: '',
    schema: '',
    name,
    duckName: `(SELECT ${outer.join(', ')} FROM (${query.sql}) AS q(${inner.join(', ')}))`,
    columns: query.columns.map((column) => ({
      name: column.name,
      nullable: column.nullable,
      type: typeOf(column),
    })),
  };
}

/**
 * Puts rows of texts into a DuckDB table (columns `c0`, `c1`, ..., `width` of them) that lives as long as the statement.
 * Its row ids count from 0 in the order of the rows; cells that a row lacks are NULL, those it has too many are left out.
 */
export async function stagedTexts(
  statement: Statement,
  width: number,
  batches: AsyncIterable<readonly WireRow[]>,
): Promise<Storage> {
  const { catalog } = statement.account;
  const storage = catalog.storage(catalog.duckName('r'));
  statement.onEnd(() => storage.drop());
  const columns = Array.from({ length: width }, (_, index) => `"c${index}" VARCHAR`);
  await catalog.duck.use(async (connection) => {
    await connection.run(`CREATE TABLE "${storage.name}" (${columns.join(', ')})`);
    const appender = await connection.createAppender(storage.name);
    try {
      for await (const rows of batches) {
        statement.signal.throwIfAborted();
        for (const row of rows) {
          for (let index = 0; index < width; index += 1) {
            const cell = row[index];
            if (cell === null || cell === undefined) appender.appendNull();
            else appender.appendVarchar(cell);
          }
          appender.endRow();
        }
      }
    } finally {
      appender.closeSync();
    }
  });
  return storage;
}
