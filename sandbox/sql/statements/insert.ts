import type { Column, Table } from '../../catalog/model.ts';
import { type EngineResult, SqlError } from '../../engine.ts';
import { boundRows } from '../bound-arrays.ts';
import { columnOf } from '../columns.ts';
import type { Relation, Translated } from '../contract.ts';
import { targetTable } from '../dml-target.ts';
import { placeOf } from '../lexer.ts';
import { literalRows } from '../literal-rows.ts';
import { readName, readNames } from '../names.ts';
import { isSymbol } from '../reader.ts';
import { KIND, numberColumn, plainResult } from '../results.ts';
import { scopeOf } from '../scope.ts';
import { stagedQuery } from '../staged-rows.ts';
import type { Statement } from '../statement.ts';
import { storeExpressions } from '../store-expressions.ts';
import { appendRows, rewriteRows } from '../table-writer.ts';
import { translate } from '../translate.ts';
import { insertMany } from './insert-many.ts';

/** INSERT [OVERWRITE] INTO t [(columns)] VALUES ... | query; INSERT ALL | FIRST is insert-many.ts. */
export async function insert(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.expect('INSERT');
  const isOverwrite = reader.accept('OVERWRITE');
  if (reader.at('ALL') || reader.at('FIRST')) return insertMany(statement, isOverwrite);
  reader.expect('INTO');
  reader.accept('TABLE');
  const table = targetTable(statement, readNames(reader, session), 'INSERT', 'INSERT');
  const columns = columnList(statement, table);
  const source = await sourceOf(statement, columns);
  if (source.columns.length !== columns.length) throw wrongWidth(columns.length, source.columns.length);
  if (statement.request.describeOnly) return insertedResult(0, source.numberOfBinds);
  await statement.occupyWarehouse();
  if (isOverwrite) return insertedResult(await overwrite(statement, table, columns, source), source.numberOfBinds);
  const select = await storeExpressions(statement, table, columns, source);
  const count = await appendRows(statement, table, physical(table), select);
  return insertedResult(count, source.numberOfBinds);
}

/** Puts new rows in the place of all: the query sees those that it replaces, and they stay where it fails. */
async function overwrite(
  statement: Statement,
  table: Table,
  columns: readonly Column[],
  source: Translated,
): Promise<number> {
  const { duckName } = await stagedQuery(statement, source, '$ROWS');
  const rows = { ...source, sql: `SELECT * FROM ${duckName}` };
  const select = await storeExpressions(statement, table, columns, rows);
  const into = physical(table).map((name) => `"${name}"`);
  return rewriteRows(
    statement,
    table,
    async () => undefined,
    async (connection, storage) => {
      await connection.run(`DELETE FROM "${storage.name}"`);
      return (await connection.run(`INSERT INTO "${storage.name}" (${into.join(', ')}) ${select}`)).rowsChanged;
    },
  );
}

export function physical(table: Table): string[] {
  return table.columns.map(({ duckName }) => duckName);
}

export function wrongWidth(expected: number, got: number): SqlError {
  return new SqlError(
    '002020',
    '21S01',
    `SQL compilation error:\nInsert value list does not match column list expecting ${expected} but got ${got}`,
  );
}

function insertedResult(count: number, numberOfBinds: number): EngineResult {
  const result = plainResult(KIND.insert, [numberColumn('number of rows inserted', 19)], [[count]]);
  return { ...result, numberOfBinds, dml: { inserted: count } };
}

/** The columns named behind the table, else all of them. A parenthesis may also open the query. */
export function columnList(statement: Statement, table: Table): Column[] {
  const { reader, session } = statement;
  if (
    !reader.at('(') ||
    isSymbol(reader.peek(1), 'SELECT') ||
    isSymbol(reader.peek(1), 'WITH') ||
    isSymbol(reader.peek(1), '(')
  ) {
    return [...table.columns];
  }
  reader.expect('(');
  const columns: Column[] = [];
  do {
    const at = placeOf(reader.peek());
    const column = columnOf(table, readName(reader, session), at);
    if (columns.includes(column)) {
      throw new SqlError('002025', '42S21', `SQL compilation error:\nduplicate column name '${column.name}'`, at);
    }
    columns.push(column);
  } while (reader.accept(','));
  reader.expect(')');
  return columns;
}

/** The rows to insert as a translated query: VALUES with its DEFAULTs filled in, or a query; once for each set of bound arrays. */
async function sourceOf(statement: Statement, columns: readonly Column[]): Promise<Translated> {
  const { reader, request } = statement;
  const isValues = reader.at('VALUES');
  if (!isValues && !reader.at('SELECT') && !reader.at('WITH') && !reader.at('(')) throw reader.unexpected();
  const arrays = await boundRows(statement);
  if (arrays) {
    const own = new Map<string, Relation>([[arrays.relation.name, arrays.relation]]);
    return translate(arrays.rewrite(reader), scopeOf(statement, { own }));
  }
  const literals = isValues && !request.describeOnly ? await literalRows(statement) : undefined;
  if (literals) return literals;
  const start = reader.position;
  const text = isValues ? valuesWithDefaults(statement, columns) : reader.rest();
  const binds = request.describeOnly ? {} : { binds: request.binds };
  const translated = await translate(text, scopeOf(statement), binds);
  if (isValues && translated.columns.some(({ type, isNull }) => SEMI_STRUCTURED.has(type) && !isNull)) {
    reader.rewind(start);
    refuseSemiStructured(statement, translated);
  }
  return translated;
}

const SEMI_STRUCTURED: ReadonlySet<string> = new Set(['variant', 'object', 'array', 'map']);

/** VALUES takes no expression that makes semi-structured data; binds and variables bring some. */
function refuseSemiStructured({ reader }: Statement, { columns }: Translated): void {
  reader.accept('VALUES');
  do {
    if (!reader.accept('(')) return;
    let index = 0;
    do {
      const shown = reader.slice(reader.expression(','));
      const isSemi = SEMI_STRUCTURED.has(columns[index++]?.type ?? '');
      if (isSemi && /[([{]|::/.test(shown)) {
        throw new SqlError(
          '002014',
          '22000',
          `SQL compilation error:\nInvalid expression [${shown.replace(/^[\w.]+(?=\()/, (name) => name.toUpperCase())}] in VALUES clause`,
        );
      }
    } while (reader.accept(','));
    if (!reader.accept(')')) return;
  } while (reader.accept(','));
}

/** VALUES rows in place; where a row says DEFAULT, the column's default (or NULL) stands instead. */
function valuesWithDefaults({ reader }: Statement, columns: readonly Column[]): string {
  const hasDefault = reader.tokens.some((token) => isSymbol(token, 'DEFAULT'));
  if (!hasDefault) return reader.rest();
  reader.expect('VALUES');
  const rows: string[] = [];
  do {
    reader.expect('(');
    const cells: string[] = [];
    do {
      if (reader.at('DEFAULT') && (isSymbol(reader.peek(1), ',') || isSymbol(reader.peek(1), ')'))) {
        reader.expect('DEFAULT');
        cells.push(defaultText(columns[cells.length]));
      } else {
        cells.push(reader.slice(reader.expression(',')));
      }
    } while (reader.accept(','));
    reader.expect(')');
    rows.push(`(${cells.join(', ')})`);
  } while (reader.accept(','));
  reader.expectEnd();
  return `VALUES ${rows.join(', ')}`;
}

/** What a column holds where nothing is given, as an expression of Snowflake's. */
export function defaultText(column: Column | undefined): string {
  return column?.default ? `(${column.default.expression})` : 'NULL';
}
