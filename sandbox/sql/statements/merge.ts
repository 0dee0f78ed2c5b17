import type { Column, Table } from '../../catalog/model.ts';
import { type EngineResult, SqlError } from '../../engine.ts';
import { ComposedText } from '../composed-text.ts';
import type { Relation, Translated } from '../contract.ts';
import { targetTable } from '../dml-target.ts';
import { displayName } from '../errors.ts';
import { readNames } from '../names.ts';
import { quoteDuck } from '../quote.ts';
import { ROW_ID, targetRelation } from '../relations.ts';
import { KIND, numberColumn, plainResult } from '../results.ts';
import { scopeOf } from '../scope.ts';
import { describedQuery, stagedQuery } from '../staged-rows.ts';
import type { Statement } from '../statement.ts';
import { rewriteRows } from '../table-writer.ts';
import { translate } from '../translate.ts';
import { columnList, wrongWidth } from './insert.ts';
import {
  applyMerge,
  type Clause,
  type FromNamesake,
  type MergeCounts,
  type MergePlan,
  type Range,
} from './merge-plan.ts';
import { isChangedInPlace, readAlias, readAssignments, TARGET } from './update.ts';

const SOURCE = '$SOURCE';

/** A MERGE as it was written. */
interface Merge {
  readonly table: Table;
  readonly targetAlias: string;
  readonly source: Range;
  readonly sourceAlias: string;
  readonly on: Range;
  readonly clauses: readonly Clause[];
}

/** MERGE INTO t USING source ON condition WHEN [NOT] MATCHED [AND ...] THEN UPDATE | DELETE | INSERT ... */
export async function merge(statement: Statement): Promise<EngineResult> {
  const parsed = readMerge(statement);
  const { table, source } = parsed;
  const binds = statement.request.describeOnly ? {} : { binds: statement.request.binds };
  const query = await new ComposedText(statement.reader.text)
    .add('SELECT * FROM ')
    .take(source)
    .locating((text) => translate(text, scopeOf(statement), binds));
  checkNames(parsed, query);
  if (statement.request.describeOnly) {
    const rows = describedQuery(query, SOURCE);
    const plan = await planOf(statement, parsed, rows, table.storage.name);
    return merged(parsed.clauses, { insert: 0, update: 0, delete: 0 }, plan.numberOfBinds);
  }
  await statement.occupyWarehouse();
  // The source is run once: both halves of the MERGE must see the same rows.
  const rows = await stagedQuery(statement, query, SOURCE);
  const counts = await rewriteRows(
    statement,
    table,
    (storage) => planOf(statement, parsed, rows, storage.name),
    (connection, storage, plan) => applyMerge(statement, connection, storage, table, plan),
    isChangedInPlace(table) ? { kind: 'keeps places', added: addedOnly } : undefined,
  );
  return merged(parsed.clauses, counts, 0);
}

/** How many rows a MERGE added; null where it took some out as well. */
function addedOnly(counts: MergeCounts): number | null {
  return counts.delete === 0 ? counts.insert : null;
}

function readMerge(statement: Statement): Merge {
  const { reader, session } = statement;
  reader.expect('MERGE', 'INTO');
  const table = targetTable(statement, readNames(reader, session), 'MERGE', 'UPDATE', 'INSERT', 'DELETE');
  const targetAlias = readAlias(statement, table, 'USING');
  reader.expect('USING');
  const { range: source, alias: sourceAlias } = readSource(statement);
  reader.expect('ON');
  const on = reader.expression('WHEN');
  const clauses: Clause[] = [];
  while (reader.accept('WHEN')) clauses.push(readClause(statement, table, targetAlias));
  if (clauses.length === 0) throw reader.unexpected();
  reader.expectEnd();
  return { table, targetAlias, source, sourceAlias, on, clauses };
}

/** The source up to ON, and the name by which its columns are qualified: its alias, else its own last name. */
function readSource({ reader, session }: Statement): { range: Range; alias: string } {
  const at = reader.position;
  let name = SOURCE;
  if (reader.at('(')) reader.parenthesised();
  else if (reader.at('TABLE', '(') || reader.at('VALUES')) reader.expression('AS', 'ON');
  else name = readNames(reader, session).at(-1) ?? SOURCE;
  const isAliased = reader.accept('AS') || (reader.isIdentifier() && !reader.at('ON'));
  const alias = isAliased ? reader.identifier() : name;
  reader.rewind(at);
  return { range: reader.expression('ON'), alias };
}

function readClause(statement: Statement, table: Table, alias: string): Clause {
  const { reader } = statement;
  const isMatched = !reader.accept('NOT');
  reader.expect('MATCHED');
  const condition = reader.accept('AND') ? reader.expression('THEN') : null;
  reader.expect('THEN');
  if (isMatched && reader.accept('DELETE')) return { action: 'delete', condition, assignments: [] };
  if (isMatched) {
    reader.expect('UPDATE');
    if (reader.accept('ALL', 'BY', 'NAME')) return { action: 'update', condition, assignments: namesakes(table) };
    reader.expect('SET');
    return { action: 'update', condition, assignments: readAssignments(statement, table, alias, 'WHEN') };
  }
  reader.expect('INSERT');
  if (reader.accept('ALL', 'BY', 'NAME')) return { action: 'insert', condition, assignments: namesakes(table) };
  const columns: Column[] = columnList(statement, table);
  reader.expect('VALUES', '(');
  const values: (Range | null)[] = [];
  do values.push(reader.accept('DEFAULT') ? null : reader.expression(','));
  while (reader.accept(','));
  reader.expect(')');
  if (values.length !== columns.length) throw wrongWidth(columns.length, values.length);
  const assignments = columns.map((column, index) => ({ column, value: values[index] ?? null }));
  return { action: 'insert', condition, assignments };
}

function namesakes(table: Table): readonly FromNamesake[] {
  return table.columns.map((column) => ({ column, value: 'namesake' }));
}

/** ALL BY NAME needs a source with the target's columns and no others. */
function checkNames({ table, clauses }: Merge, source: Translated): void {
  if (!clauses.some(({ assignments }) => assignments.some(({ value }) => value === 'namesake'))) return;
  const names = new Set(source.columns.map(({ name }) => name));
  const odd = [...names].find((name) => !table.columns.some((column) => column.name === name));
  const missing = odd ?? table.columns.find(({ name }) => !names.has(name))?.name;
  if (missing !== undefined)
    throw new SqlError('000904', '42000', `SQL compilation error:\ninvalid identifier '${displayName(missing)}'`);
}

/** The two queries of a MERGE: rows of the target that match, and rows of the source that match none. */
async function planOf(statement: Statement, parsed: Merge, rows: Relation, physicalName: string): Promise<MergePlan> {
  const { table, targetAlias, sourceAlias, on, clauses } = parsed;
  const target = quoteDuck(targetAlias);
  const own = new Map([
    [SOURCE, rows],
    [TARGET, targetRelation(table, physicalName)],
  ]);
  const scope = scopeOf(statement, { own });
  const binds = statement.request.describeOnly ? {} : { binds: statement.request.binds };
  const run = (text: ComposedText): Promise<Translated> => text.locating((sql) => translate(sql, scope, binds));
  const source = `"${SOURCE}" AS ${quoteDuck(sourceAlias)}`;
  const matched = clauses.filter(({ action }) => action !== 'insert');
  const unmatched = clauses.filter(({ action }) => action === 'insert');

  const changes = new ComposedText(statement.reader.text).add(`SELECT ${target}."${ROW_ID}", `);
  addChoice(changes, matched);
  addValues(changes, matched, sourceAlias);
  changes.add(` FROM ${source} JOIN "${TARGET}" AS ${target} ON (`).take(on).add(')');

  // Values of an INSERT are the source's alone: the target must not be in sight.
  const additions = new ComposedText(statement.reader.text).add('SELECT ');
  addChoice(additions, unmatched);
  addValues(additions, unmatched, sourceAlias);
  additions.add(` FROM ${source} WHERE NOT EXISTS (SELECT 1 FROM "${TARGET}" AS ${target} WHERE `).take(on).add(')');

  const translatedChanges = await run(changes);
  const translatedAdditions = unmatched.length > 0 ? await run(additions) : null;
  return {
    matched,
    changes: translatedChanges,
    unmatched,
    additions: translatedAdditions,
    numberOfBinds: Math.max(translatedChanges.numberOfBinds, translatedAdditions?.numberOfBinds ?? 0),
  };
}

/** The number of the first clause that takes the row, 0 for none. */
function addChoice(text: ComposedText, clauses: readonly Clause[]): void {
  if (clauses.length === 0) {
    text.add('0');
    return;
  }
  text.add('CASE');
  clauses.forEach(({ condition }, index) => {
    text.add(' WHEN ');
    if (condition) text.add('(').take(condition).add(')');
    else text.add('TRUE');
    text.add(` THEN ${index + 1}`);
  });
  text.add(' ELSE 0 END');
}

/** Each clause's values, computed for its own rows only: others might fail on them. */
function addValues(text: ComposedText, clauses: readonly Clause[], source: string): void {
  clauses.forEach((clause, index) => {
    for (const { column, value } of clause.assignments) {
      text.add(', CASE WHEN (');
      addChoice(text, clauses);
      text.add(`) = ${index + 1} THEN `);
      if (value === 'namesake') text.add(`${quoteDuck(source)}.${quoteDuck(column.name)}`);
      else if (value) text.add('(').take(value).add(')');
      else text.add(column.default ? `(${column.default.expression})` : 'NULL');
      text.add(' END');
    }
  });
}

function merged(clauses: readonly Clause[], counts: MergeCounts, numberOfBinds: number): EngineResult {
  const actions = (['insert', 'update', 'delete'] as const).filter((action) =>
    clauses.some((clause) => clause.action === action),
  );
  const words = { insert: 'inserted', update: 'updated', delete: 'deleted' };
  const columns = actions.map((action) => numberColumn(`number of rows ${words[action]}`, 19));
  return {
    ...plainResult(KIND.merge, columns, [actions.map((action) => counts[action])]),
    numberOfBinds,
    dml: Object.fromEntries(actions.map((action) => [words[action], counts[action]])),
  };
}
