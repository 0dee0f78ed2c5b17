import { toPlainText } from '../types/convert.ts';
import { fixed, isTimestamp, MAX_TEXT, text, timestamp } from '../types/type.ts';
import type { BoundTable } from './bound-tables.ts';
import { asText, cast } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation, unknownFunction } from './failures.ts';
import { flattenTable } from './flatten.ts';
import type { Source } from './frame.ts';
import { scriptTable } from './script-tables.ts';
import type { Argument, CallExpr, Ident } from './syntax/ast.ts';
import { Cursor } from './syntax/cursor.ts';
import type { TableExpr } from './syntax/from-ast.ts';
import { SourceColumn } from './translation.ts';
import { integerOf, isNull, stringOf, type Typed } from './typed.ts';
import { SEQUENCE, unnestedTable } from './unnesting.ts';
import { userCall } from './user-functions.ts';
import { inlineTable } from './user-tables.ts';

export type FunctionTable = Extract<TableExpr, { kind: 'function' }>;

/** Arguments by name or, where they have none, by place. */
export function namedArguments(call: CallExpr, order: readonly string[]): ReadonlyMap<string, Argument['value']> {
  const found = new Map<string, Argument['value']>();
  call.args.forEach((argument, index) => {
    const name = argument.name ?? order[index];
    if (name === undefined || (argument.name !== undefined && !order.includes(argument.name))) {
      throw compilation('000939', '22023', `unknown or superfluous argument ${argument.name ?? index + 1}`, call);
    }
    found.set(name, argument.value);
  });
  return found;
}

type TableFunction = (binder: ExpressionBinder, table: FunctionTable) => BoundTable;

const FUNCTIONS: Readonly<Record<string, TableFunction>> = {
  FLATTEN: flattenTable,
  GENERATOR: generator,
  RESULT_SCAN: resultScan,
  SPLIT_TO_TABLE: (binder, table) => split(binder, table, 'sf_split'),
  STRTOK_SPLIT_TO_TABLE: (binder, table) => split(binder, table, 'sf_strtok'),
};

/** The functions that stand in FROM by their name alone. */
export const TABLE_FUNCTIONS: readonly string[] = Object.keys(FUNCTIONS);

/** A function in FROM: FLATTEN, GENERATOR, RESULT_SCAN, splitting, names as text; the rest is the scope's to answer. */
export function bindTableFunction(
  binder: ExpressionBinder,
  table: FunctionTable,
  named: (parts: readonly Ident[]) => BoundTable,
): BoundTable {
  const { call } = table;
  const name = call.name.map((part) => part.name).join('.');
  if (name === 'GETNEXTVAL') throw binder.translation.unsupported('the table function GETNEXTVAL', call);
  if (name === 'IDENTIFIER' || name === 'TABLE') return named(nameFromText(binder, call));
  const builtIn = FUNCTIONS[name];
  if (builtIn) return builtIn(binder, table);
  const overloads = binder.translation.scope.userTableFunctions?.(
    call.name.map((part) => part.name),
    call.args.map((argument) => argument.name),
  );
  const { frame } = binder;
  const wasRowClause = frame.isRowClause;
  frame.isRowClause = true;
  const asked = userCall(binder, call, overloads ?? []);
  frame.isRowClause = wasRowClause;
  const script = asked?.user.script;
  if (asked) return script ? scriptTable(binder, table, asked, script) : inlineTable(binder, table, asked);
  const args = call.args.map((argument) => constantOf(binder, argument));
  const names = call.args.map((argument) => argument.name);
  const given = args.map((value, index) => (names[index] === undefined ? value : `${names[index]}=>${value ?? ''}`));
  const relation = binder.translation.tableFunction(
    call.name.map((part) => part.name),
    given,
  );
  return relationTable(binder, relation, table);
}

function constantOf(binder: ExpressionBinder, argument: Argument): string | null {
  const value = binder.bind(argument.value);
  if (value.constant?.kind === 'string') return value.constant.value;
  if (value.constant?.kind === 'number') return value.constant.text;
  if (value.constant?.kind === 'boolean') return String(value.constant.value);
  if (value.constant?.kind === 'null' || isNull(value)) return null;
  // What reads no rows has one value: DATEADD('hour', -1, CURRENT_TIMESTAMP()).
  if (binder.frame.sources.length === 0) {
    const [text] = binder.translation.texts(`SELECT ${shownArgument(value, binder)}`, argument.value);
    return text ?? null;
  }
  throw binder.translation.unsupported('arguments of this table function that are not constant', argument.value);
}

/** A value as table functions take it: a moment in seconds since 1970, all else as it prints. */
function shownArgument(value: Typed, binder: ExpressionBinder): string {
  if (value.type.type !== 'date' && !isTimestamp(value.type))
    return toPlainText(value.sql, value.type, binder.settings);
  const moment = cast(value, timestamp('timestamp_ltz'), binder.settings);
  return `CAST(CAST(sf_hdiv(${moment.sql}, 1000000) AS DOUBLE) / 1000 AS VARCHAR)`;
}

/** A relation that the scope answers with, as a source. */
function relationTable(
  binder: ExpressionBinder,
  relation: { duckName: string; columns: readonly { name: string; type: Typed['type']; nullable: boolean }[] },
  table: FunctionTable,
): BoundTable {
  const alias = binder.translation.fresh('s');
  const names = table.alias?.columns ?? [];
  const columns = relation.columns.map(
    (column, index) =>
      new SourceColumn({
        ...column,
        name: names[index]?.name ?? column.name,
        sql: `${alias}.k${index + 1}`,
      }),
  );
  const source: Source = { name: table.alias?.name.name ?? '', path: [], columns };
  const places = columns.map((_, index) => `k${index + 1}`);
  return { sql: () => `${relation.duckName} AS ${alias}(${places.join(', ')})`, sources: [source] };
}

/** IDENTIFIER('db.schema.t'), TABLE($name): the text is read as a name. */
export function nameFromText(binder: ExpressionBinder, call: CallExpr): readonly Ident[] {
  const [first] = call.args;
  const source = first ? stringOf(binder.bind(first.value)) : undefined;
  if (source === undefined) throw binder.translation.unsupported('a name that is not constant', call);
  const cursor = new Cursor(source, 'TIMESTAMP_NTZ');
  const parts = cursor.expectDotted();
  if (cursor.token.kind !== 'end') throw cursor.unexpected();
  return parts.map((part) => ({ ...part, start: call.start, end: call.end, line: call.line, pos: call.pos }));
}

/** Rows for each second of a GENERATOR that has a TIMELIMIT only. */
const ROWS_PER_SECOND = 100_000;

/**
 * GENERATOR(ROWCOUNT => n): rows without columns; SEQ1 to SEQ8 count them. With TIMELIMIT alone the statement waits that
 * long on the sandbox's clock, and can be cancelled meanwhile.
 */
function generator(binder: ExpressionBinder, table: FunctionTable): BoundTable {
  const args = namedArguments(table.call, ['ROWCOUNT', 'TIMELIMIT']);
  const number = (name: string): number | undefined => {
    const given = args.get(name);
    if (!given) return undefined;
    const value = binder.bind(given);
    const found = integerOf(value) ?? Number(stringOf(value) ?? Number.NaN);
    if (Number.isInteger(found) && found >= 0) return found;
    throw compilation('001044', '42P13', `GENERATOR needs a constant ${name} that is not negative`, table.call);
  };
  const [rows, seconds] = [number('ROWCOUNT'), number('TIMELIMIT')];
  if (rows === undefined && seconds !== undefined) {
    binder.translation.systemFunction('SYSTEM$WAIT', [String(seconds)], table.call);
  }
  const count = rows ?? (seconds ?? 0) * ROWS_PER_SECOND;
  const alias = binder.translation.fresh('s');
  const column = new SourceColumn({
    name: '\u0000SEQ',
    type: fixed(19, 0),
    nullable: false,
    sql: `${alias}.seq`,
    hidden: true,
  });
  const source: Source = { name: table.alias?.name.name ?? '', path: [], columns: [column], isGenerator: true };
  return { sql: () => `range(${count}) AS ${alias}(seq)`, sources: [source] };
}

function resultScan(binder: ExpressionBinder, table: FunctionTable): BoundTable {
  const [first] = table.call.args;
  if (!first)
    throw compilation(
      '000938',
      '22023',
      'not enough arguments for function [RESULT_SCAN()], expected 1, got 0',
      table.call,
    );
  const id = stringOf(binder.bind(first.value));
  if (id === undefined) throw compilation('000709', '02000', 'Statement null not found', table.call);
  return relationTable(binder, binder.translation.resultScan(id), table);
}

/** SPLIT_TO_TABLE and STRTOK_SPLIT_TO_TABLE: SEQ, INDEX, VALUE. */
function split(binder: ExpressionBinder, table: FunctionTable, duckName: string): BoundTable {
  const { call } = table;
  const [first, second] = call.args;
  if (!first || (!second && duckName === 'sf_split'))
    throw unknownFunction(call.name.map((part) => part.name).join('.'), call);
  const { frame } = binder;
  const wasRowClause = frame.isRowClause;
  frame.isRowClause = true;
  const value = asText(binder.bind(first.value), binder.settings);
  const separator = second ? asText(binder.bind(second.value), binder.settings).sql : "' '";
  frame.isRowClause = wasRowClause;
  const alias = binder.translation.fresh('s');
  const type = fixed(38, 0);
  const columns = [
    new SourceColumn({ name: 'SEQ', type, nullable: false, sql: `${alias}.${SEQUENCE}` }),
    new SourceColumn({ name: 'INDEX', type, nullable: false, sql: `CAST((${alias}.r)[2] AS DECIMAL(38,0))` }),
    new SourceColumn({ name: 'VALUE', type: text(MAX_TEXT), nullable: true, sql: `(${alias}.r)[1]` }),
  ];
  const parts = `${duckName}(${value.sql}, ${separator})`;
  const source: Source = { name: table.alias?.name.name ?? '', path: [], columns };
  return unnestedTable(frame, { alias, value: parts, list: 'sf_numbered(x)' }, source);
}
