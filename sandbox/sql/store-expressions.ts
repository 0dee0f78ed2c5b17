import type { Column, Table } from '../catalog/model.ts';
import type { Relation, SnowflakeType, Translated } from './contract.ts';
import type { Names } from './find.ts';
import { scopeOf } from './scope.ts';
import type { Statement } from './statement.ts';
import { translate } from './translate.ts';
import { typedRows } from './typed-rows.ts';
import { assign, duckType, quoteText, settingsOf, typeOf } from './types/index.ts';

const SOURCE = '$SOURCE';

/**
 * The DuckDB query that gives every physical column of a table from a translated query: `columns[i]` takes the query's
 * i-th column, the others their defaults. Values are converted as INSERT does, NULL is refused where a column forbids it.
 */
export async function storeExpressions(
  statement: Statement,
  table: Table,
  columns: readonly Column[],
  source: Translated,
): Promise<string> {
  const { sql, defaults } = await withDefaults(statement, table, columns, source);
  const settings = settingsOf(scopeOf(statement));
  const values = table.columns.map((column) => {
    const given = columns.indexOf(column);
    const from = given === -1 ? defaults.get(column) : { name: `"c${given}"`, type: source.columns[given] };
    if (!from?.type) return notNull(column, `CAST(NULL AS ${duckType(column.type)})`);
    return notNull(column, assign(from.name, from.type, column.type, column.name, settings));
  });
  return `SELECT ${values.join(', ')} FROM ${sql}`;
}

/** The query's rows (`c0`, `c1`, ...) with a column for each default that is not among the columns given. */
async function withDefaults(
  statement: Statement,
  table: Table,
  columns: readonly Column[],
  source: Translated,
): Promise<{ sql: string; defaults: ReadonlyMap<Column, { name: string; type: SnowflakeType | undefined }> }> {
  const names = source.columns.map((_, index) => `"c${index}"`);
  const rows = `(${typedRows(source)}) AS "s"`;
  const missing = table.columns.filter((column) => column.default && !columns.includes(column));
  if (missing.length === 0) return { sql: rows, defaults: new Map() };
  const relation: Relation = {
    duckName: `(SELECT * FROM ${rows})`,
    database: '',
    schema: '',
    name: SOURCE,
    columns: source.columns.map((column, index) => ({
      name: `c${index}`,
      type: typeOf(column),
      nullable: column.nullable,
    })),
  };
  const expressions = [...names, ...missing.map((column) => `(${column.default?.expression ?? 'NULL'})`)];
  const text = `SELECT ${expressions.join(', ')} FROM "${SOURCE}"`;
  const scope = scopeOf(statement, { names: namesOf(statement, table), own: new Map([[SOURCE, relation]]) });
  // No binds stand in a default; without the map the text would only be described, and SYSTEM$WAIT not wait.
  const translated = await translate(text, scope, { binds: new Map() });
  return {
    sql: `(${typedRows(translated)}) AS "s"`,
    defaults: new Map(
      missing.map((column, index) => {
        const at = names.length + index;
        return [column, { name: `"c${at}"`, type: translated.columns[at] }];
      }),
    ),
  };
}

/** Names in a table's defaults are looked up where the table is. */
export function namesOf({ session }: Statement, table: Table): Names {
  const { account, access, temporaries } = session;
  return { account, access, temporaries, database: table.schema.database.name, schema: table.schema.name };
}

/** The value, or Snowflake's error where it is NULL and the column takes none. */
export function notNull(column: Column, value: string): string {
  if (column.nullable) return value;
  // The text depends on the value, so that DuckDB cannot raise the error while it plans.
  const raise = `sf_raise('100072', '22000', ${quoteText('NULL result in a non-nullable column')} || coalesce(CAST(${value} AS VARCHAR), ''))`;
  return `CASE WHEN ${value} IS NULL THEN CAST(CAST(${raise} AS VARCHAR) AS ${duckType(column.type)}) ELSE ${value} END`;
}
