import type { Column, Table } from '../../catalog/model.ts';
import { type EngineResult, SqlError } from '../../engine.ts';
import { ComposedText } from '../composed-text.ts';
import { targetTable } from '../dml-target.ts';
import { displayName } from '../errors.ts';
import { readNames } from '../names.ts';
import { KIND, numberColumn, plainResult } from '../results.ts';
import { scopeOf } from '../scope.ts';
import { stagedQuery } from '../staged-rows.ts';
import type { Statement } from '../statement.ts';
import { storeExpressions } from '../store-expressions.ts';
import { appendRows, rewriteRows } from '../table-writer.ts';
import { translate } from '../translate.ts';
import { columnList, defaultText, physical, wrongWidth } from './insert.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Target {
  readonly table: Table;
  readonly columns: readonly Column[];
  /** Null: the query's columns in their order; an entry of null: DEFAULT. */
  readonly values: readonly (Range | null)[] | null;
  /** Which WHEN it belongs to; null where there are none, 'else' for ELSE. */
  readonly branch: number | 'else' | null;
}

const SOURCE = '$ROWS';

/** INSERT [OVERWRITE] ALL | FIRST [WHEN ... THEN] INTO ... [ELSE INTO ...] query. */
export async function insertMany(statement: Statement, isOverwrite: boolean): Promise<EngineResult> {
  const { reader } = statement;
  const isFirst = reader.acceptOne('ALL', 'FIRST') === 'FIRST';
  const conditions: Range[] = [];
  const targets: Target[] = [];
  while (reader.accept('WHEN')) {
    conditions.push(reader.expression('THEN'));
    reader.expect('THEN');
    while (reader.at('INTO')) targets.push(readTarget(statement, conditions.length - 1));
  }
  if (conditions.length > 0 && reader.accept('ELSE'))
    while (reader.at('INTO')) targets.push(readTarget(statement, 'else'));
  while (conditions.length === 0 && reader.at('INTO')) targets.push(readTarget(statement, null));
  if (targets.length === 0 || reader.atEnd) throw reader.unexpected();
  const binds = statement.request.describeOnly ? {} : { binds: statement.request.binds };
  const from = { start: reader.peek().start, end: reader.text.trimEnd().replace(/;+$/, '').length };
  const source = new ComposedText(reader.text).take(from);
  const query = await source.locating((text) => translate(text, scopeOf(statement), binds));
  if (statement.request.describeOnly)
    return insertedResult(
      targets,
      targets.map(() => 0),
      query.numberOfBinds,
    );
  await statement.occupyWarehouse();
  const rowsOfQuery = await stagedQuery(statement, query, SOURCE);
  if (isOverwrite) for (const { table } of targets) await empty(statement, table);
  const counts: number[] = [];
  for (const target of targets) {
    const text = new ComposedText(reader.text).add('SELECT ');
    values(text, target);
    text.add(` FROM "${SOURCE}"`);
    condition(text, target, conditions, isFirst);
    const scope = scopeOf(statement, { own: new Map([[SOURCE, rowsOfQuery]]) });
    const rows = await text.locating((sql) => translate(sql, scope, binds));
    if (rows.columns.length !== target.columns.length) throw wrongWidth(target.columns.length, rows.columns.length);
    const select = await storeExpressions(statement, target.table, target.columns, rows);
    counts.push(await appendRows(statement, target.table, physical(target.table), select));
  }
  return insertedResult(targets, counts, 0);
}

function readTarget(statement: Statement, branch: Target['branch']): Target {
  const { reader, session } = statement;
  reader.expect('INTO');
  const table = targetTable(statement, readNames(reader, session), 'INSERT', 'INSERT');
  const columns = columnList(statement, table);
  if (!reader.accept('VALUES')) return { table, columns, values: null, branch };
  reader.expect('(');
  const given: (Range | null)[] = [];
  do given.push(reader.accept('DEFAULT') ? null : reader.expression(','));
  while (reader.accept(','));
  reader.expect(')');
  return { table, columns, values: given, branch };
}

function values(text: ComposedText, target: Target): void {
  if (!target.values) {
    text.add('*');
    return;
  }
  target.values.forEach((value, index) => {
    if (index > 0) text.add(', ');
    text.add('(');
    if (value) text.take(value);
    else text.add(defaultText(target.columns[index]));
    text.add(')');
  });
}

/** A row goes to every branch whose condition holds (ALL), or to the first one only (FIRST); to ELSE where none holds. */
function condition(text: ComposedText, { branch }: Target, conditions: readonly Range[], isFirst: boolean): void {
  if (branch === null) return;
  const holds = (range: Range, word: string) => text.add(`${word} coalesce((`).take(range).add('), FALSE)');
  text.add(' WHERE TRUE');
  if (branch !== 'else') {
    const own = conditions[branch];
    if (own) holds(own, ' AND ');
  }
  const earlier = branch === 'else' ? conditions : isFirst ? conditions.slice(0, branch) : [];
  for (const range of earlier) holds(range, ' AND NOT ');
}

async function empty(statement: Statement, table: Table): Promise<void> {
  await rewriteRows(
    statement,
    table,
    async () => undefined,
    (connection, storage) => connection.run(`DELETE FROM "${storage.name}"`),
  );
}

function insertedResult(targets: readonly Target[], counts: readonly number[], numberOfBinds: number): EngineResult {
  const byTable = new Map<Table, number>();
  targets.forEach(({ table }, index) => {
    byTable.set(table, (byTable.get(table) ?? 0) + (counts[index] ?? 0));
  });
  if (byTable.size === 0) throw new SqlError('001003', '42000', 'SQL compilation error:\nno target tables');
  const columns = [...byTable.keys()].map(({ name }) =>
    numberColumn(`number of rows inserted into ${displayName(name)}`, 19),
  );
  const inserted = counts.reduce((sum, count) => sum + count, 0);
  return { ...plainResult(KIND.multiInsert, columns, [[...byTable.values()]]), numberOfBinds, dml: { inserted } };
}
