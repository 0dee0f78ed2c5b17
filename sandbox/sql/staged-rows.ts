import type { Storage } from '../catalog/storage.ts';
import type { ResultColumn, WireRow } from '../engine.ts';
import type { Relation } from './contract.ts';
import { quoteDuck } from './quote.ts';
import type { Statement } from './statement.ts';
import { fromWire } from './types/index.ts';

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
  const storage = await stage(statement, columns.length, batches);
  const values = columns.map((column, index) => `${fromWire(`"c${index}"`, column)} AS ${quoteDuck(column.name)}`);
  return {
    ...from,
    duckName: `(SELECT ${values.join(', ')} FROM "${storage.name}")`,
    columns: columns.map(({ name, nullable, type, precision, scale, length }) => ({
      name,
      nullable,
      type: { type, precision, scale, length },
    })),
  };
}

async function stage(
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
