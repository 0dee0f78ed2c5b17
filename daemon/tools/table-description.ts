/** Everything that is known of a table or view: columns, keys, size, comments. Read by describe_table and by the resources. */
import { SnowpoolError } from '../errors.ts';
import { likePatternFor, qualified, readableName, stringLiteral } from './identifiers.ts';
import { ask, countOf, type MetadataRow, metadataRows, textOf } from './metadata.ts';
import { type ObjectName, sqlName } from './object-name.ts';
import type { ToolCall } from './tool.ts';

export interface ColumnDescription {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly primary_key: boolean;
  readonly unique_key: boolean;
  readonly comment: string | null;
}

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly references: string;
  readonly referenced_columns: readonly string[];
}

export interface TableDescription {
  readonly object: ObjectName;
  /** TABLE, TRANSIENT, VIEW, MATERIALIZED VIEW, ... */
  readonly kind: string;
  readonly comment: string | null;
  readonly owner: string | null;
  readonly created_on: string | null;
  /** Null for views. */
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly clustering: string | null;
  readonly definition: string | null;
  readonly columns: readonly ColumnDescription[];
  readonly foreign_keys: readonly ForeignKey[];
}

/** Throws SnowpoolError statement_failed where Snowflake does not know the object, or the role may not see it. */
export async function describeTable(call: ToolCall, object: ObjectName): Promise<TableDescription> {
  const [columns, facts, foreignKeys] = await Promise.all([
    ask(call, `DESCRIBE TABLE ${sqlName(object)}`),
    factsOf(call, object),
    foreignKeysOf(call, object),
  ]);
  return {
    object,
    kind: kindOf(facts),
    comment: facts.row && textOf(facts.row, 'comment'),
    owner: facts.row && textOf(facts.row, 'owner'),
    created_on: facts.row && textOf(facts.row, 'created_on'),
    rows: facts.isView || !facts.row ? null : countOf(facts.row, 'rows'),
    bytes: facts.isView || !facts.row ? null : countOf(facts.row, 'bytes'),
    clustering: facts.row && textOf(facts.row, 'cluster_by'),
    definition: facts.isView && facts.row ? textOf(facts.row, 'text') : null,
    columns: metadataRows(columns).map(describeColumn),
    foreign_keys: foreignKeys,
  };
}

interface Facts {
  readonly isView: boolean;
  readonly row: MetadataRow | null;
}

async function factsOf(call: ToolCall, object: ObjectName): Promise<Facts> {
  const where = ` LIKE ${stringLiteral(likePatternFor(object.name))} IN SCHEMA ${qualified(object.database, object.schema)}`;
  const find = async (what: 'TABLES' | 'VIEWS') =>
    metadataRows(await ask(call, `SHOW ${what}${where}`)).find((row) => textOf(row, 'name') === object.name) ?? null;
  const table = await find('TABLES');
  if (table) return { isView: false, row: table };
  return { isView: true, row: await find('VIEWS') };
}

function kindOf({ isView, row }: Facts): string {
  if (!isView) return (row && textOf(row, 'kind')) ?? 'TABLE';
  return row && textOf(row, 'is_materialized') === 'true' ? 'MATERIALIZED VIEW' : 'VIEW';
}

function describeColumn(row: MetadataRow): ColumnDescription {
  const is = (column: string) => textOf(row, column)?.toUpperCase() === 'Y';
  return {
    name: textOf(row, 'name') ?? '',
    type: textOf(row, 'type') ?? '',
    nullable: is('null?'),
    default: textOf(row, 'default'),
    primary_key: is('primary key'),
    unique_key: is('unique key'),
    comment: textOf(row, 'comment'),
  };
}

/** One row a column of a key, in order of `key_sequence`. Views have none, and some roles may not ask: then there are none to tell. */
async function foreignKeysOf(call: ToolCall, object: ObjectName): Promise<readonly ForeignKey[]> {
  const page = await ask(call, `SHOW IMPORTED KEYS IN TABLE ${sqlName(object)}`).catch((error: unknown) => {
    if (error instanceof SnowpoolError && error.code === 'statement_failed') return undefined;
    throw error;
  });
  if (!page) return [];
  const keys = new Map<string, { columns: string[]; references: string; referenced_columns: string[] }>();
  const rows = metadataRows(page).toSorted(
    (a, b) => (countOf(a, 'key_sequence') ?? 0) - (countOf(b, 'key_sequence') ?? 0),
  );
  for (const row of rows) {
    const parts = ['pk_database_name', 'pk_schema_name', 'pk_table_name'].map((part) => textOf(row, part) ?? '');
    const references = readableName(...parts);
    const name = `${textOf(row, 'fk_name') ?? ''}\n${references}`;
    const key = keys.get(name) ?? { columns: [], references, referenced_columns: [] };
    key.columns.push(textOf(row, 'fk_column_name') ?? '');
    key.referenced_columns.push(textOf(row, 'pk_column_name') ?? '');
    keys.set(name, key);
  }
  return [...keys.values()];
}
