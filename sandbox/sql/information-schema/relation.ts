import type { WireRow } from '../../engine.ts';
import { SqlError } from '../../engine.ts';
import type { Relation } from '../contract.ts';
import { objectMissing, unsupported } from '../errors.ts';
import { Finder, type Names } from '../find.ts';
import { wireCell } from '../results.ts';
import { stagedRelation } from '../staged-rows.ts';
import type { Statement } from '../statement.ts';
import { OTHER_VIEWS } from './absent.ts';
import { ACCOUNT_USAGE } from './account-usage.ts';
import { OTHER_USAGE } from './usage-history.ts';
import type { MetadataView } from './view.ts';
import { INFORMATION_SCHEMA } from './views.ts';

/** The view of a metadata schema that a name points to, filled for this session; undefined for any other name. */
export async function informationSchemaRelation(
  statement: Statement,
  names: Names,
  parts: readonly string[],
  what: 'rows' | 'columns' = 'rows',
): Promise<Relation | undefined> {
  const name = parts.at(-1) ?? '';
  const schema = parts.length === 1 ? names.schema : parts.at(-2);
  const databaseName = parts.length === 3 ? parts[0] : names.database;
  const isAccountUsage = schema === 'ACCOUNT_USAGE' && databaseName === 'SNOWFLAKE';
  if (schema !== 'INFORMATION_SCHEMA' && !isAccountUsage) return undefined;
  const finder = new Finder(names, 'SELECT');
  const database = parts.length === 3 && databaseName ? finder.database(databaseName) : finder.currentDatabase();
  const views: ReadonlyMap<string, MetadataView> = isAccountUsage ? ACCOUNT_USAGE : INFORMATION_SCHEMA;
  const view = views.get(name);
  if (!view && isAccountUsage && OTHER_USAGE.has(name)) throw unsupported(`SNOWFLAKE.ACCOUNT_USAGE.${name}`);
  if (!view && !isAccountUsage && OTHER_VIEWS.has(name)) throw unsupported(`INFORMATION_SCHEMA.${name}`);
  if (!view) throw objectMissing('Object', parts.length === 1 ? parts : [database.name, schema, name]);
  if (isAccountUsage && !names.access.owns(database) && !names.access.may(database, 'IMPORTED PRIVILEGES')) {
    throw new SqlError(
      '002003',
      '02000',
      "SQL compilation error:\nSchema 'SNOWFLAKE.ACCOUNT_USAGE' does not exist or not authorized.",
    );
  }
  if (what === 'columns') {
    const columns = view.columns.map(({ name: column, nullable, type, precision, scale, length }) => ({
      name: column,
      nullable,
      type: { type, precision, scale, length },
    }));
    return { duckName: '', database: database.name, schema, name, columns };
  }
  await statement.occupyWarehouse();
  const rows = statement.request.describeOnly ? [] : await view.rows({ statement, names, database });
  async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
    yield rows.map((row) => (view?.columns ?? []).map((column, index) => wireCell(row[index] ?? null, column)));
  }
  return stagedRelation(statement, view.columns, batches(), { database: database.name, schema, name });
}
