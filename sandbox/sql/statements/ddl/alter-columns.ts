import type { Column, Table } from '../../../catalog/model.ts';
import { SqlError } from '../../../engine.ts';
import { columnOf } from '../../columns.ts';
import type { SnowflakeType, Translated } from '../../contract.ts';
import { storagesOf } from '../../earlier-rows.ts';
import { displayName, invalidIdentifier, unsupported } from '../../errors.ts';
import { placeOf } from '../../lexer.ts';
import { readName } from '../../names.ts';
import { scopeOf } from '../../scope.ts';
import type { Statement } from '../../statement.ts';
import { namesOf } from '../../store-expressions.ts';
import { translate } from '../../translate.ts';
import { assign, declaredType, duckType, isStructured, settingsOf, typeText } from '../../types/index.ts';
import { makeColumn, readColumn, readColumnType } from './column-definition.ts';
import { keepKeys } from './keys.ts';

/** ALTER TABLE ... RENAME COLUMN a TO b: what follows COLUMN. */
export function renameColumn({ reader, session, account }: Statement, table: Table): void {
  const at = placeOf(reader.peek());
  const column = columnOf(table, readName(reader, session), at);
  reader.expect('TO');
  const to = readName(reader, session);
  if (table.columns.some(({ name }) => name === to)) throw duplicateColumn(to);
  column.name = to;
  table.columnsMs = account.catalog.now();
}

function duplicateColumn(name: string): SqlError {
  return new SqlError('001430', '42601', `SQL compilation error:\ncolumn '${name}' already exists`);
}

/** ALTER TABLE ... ADD [COLUMN]: what follows ADD. The rows that exist take the default. */
export async function addColumns(statement: Statement, table: Table): Promise<void> {
  const { reader } = statement;
  reader.accept('COLUMN');
  do {
    const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
    const definition = readColumn(statement);
    if (!definition.type) throw reader.unexpected();
    if (table.columns.some(({ name }) => name === definition.name)) {
      if (ifNotExists) continue;
      throw duplicateColumn(definition.name);
    }
    const column = await makeColumn(statement, definition, definition.type);
    const initial = await initialValue(statement, table, column);
    if (!column.nullable && initial === 'NULL' && (await hasRows(statement, table))) {
      throw new SqlError(
        '002261',
        '23001',
        `SQL compilation error:\nNon-nullable column '${column.name}' cannot be added to non-empty table '${table.name}' unless it has a non-null default value.`,
      );
    }
    for (const storage of storagesOf(table)) {
      const sql = `ALTER TABLE "${storage.name}" ADD COLUMN "${column.duckName}" ${duckType(column.type)} DEFAULT ${initial}`;
      await statement.account.catalog.duck.run(sql);
    }
    table.columns = [...table.columns, column];
    table.columnsMs = statement.account.catalog.now();
    keepKeys(statement, table, definition.keys);
  } while (reader.accept(','));
}

/** What the rows that exist get in a new column: a constant default's value. */
async function initialValue(statement: Statement, table: Table, column: Column): Promise<string> {
  if (!column.default) return 'NULL';
  if (column.default.identity) throw unsupported('adding an identity column to a table', statement.reader.place);
  const scope = scopeOf(statement, { names: namesOf(statement, table) });
  const translated: Translated = await translate(`SELECT ${column.default.expression}`, scope);
  const from = translated.columns[0];
  if (!from) return 'NULL';
  const value = assign('"v"', from, column.type, column.name, settingsOf(scope));
  const [row] = await statement.account.catalog.duck.rows(
    `SELECT CAST(CAST(${value} AS ${duckType(column.type)}) AS VARCHAR) FROM (${translated.sql}) AS q("v")`,
  );
  const text = row?.[0];
  return text === null || text === undefined
    ? 'NULL'
    : `CAST('${String(text).replaceAll("'", "''")}' AS ${duckType(column.type)})`;
}

async function hasRows(statement: Statement, table: Table): Promise<boolean> {
  return (await statement.account.catalog.duck.number(`SELECT count(*) FROM "${table.storage.name}"`)) > 0;
}

/** ALTER TABLE ... DROP [COLUMN]: what follows DROP. */
export function dropColumns({ reader, session, account }: Statement, table: Table): void {
  reader.accept('COLUMN');
  do {
    const ifExists = reader.accept('IF', 'EXISTS');
    const at = placeOf(reader.peek());
    const name = readName(reader, session);
    const column = table.columns.find((candidate) => candidate.name === name);
    if (!column && ifExists) continue;
    if (!column) throw invalidIdentifier(displayName(name), at);
    if (table.columns.length === 1) {
      throw new SqlError(
        '002267',
        '42601',
        `SQL compilation error:\nCannot drop the only column '${name}' of table '${table.name}'.`,
      );
    }
    table.columns = table.columns.filter((other) => other !== column);
    table.columnsMs = account.catalog.now();
    table.constraints = table.constraints.filter((key) => !key.columns.includes(name));
  } while (reader.accept(','));
}

/** ALTER TABLE ... ALTER | MODIFY [COLUMN]: what follows that, one change or a list of them. */
export async function alterColumns(statement: Statement, table: Table): Promise<void> {
  const { reader, session } = statement;
  const isList = reader.accept('(');
  do {
    reader.accept('COLUMN');
    const at = placeOf(reader.peek());
    const column = columnOf(table, readName(reader, session), at);
    await alterColumn(statement, table, column);
  } while (reader.accept(','));
  if (isList) reader.expect(')');
}

async function alterColumn(statement: Statement, table: Table, column: Column): Promise<void> {
  const { reader } = statement;
  if (reader.accept('SET', 'NOT', 'NULL') || reader.accept('NOT', 'NULL')) {
    const nulls = `SELECT count(*) FROM "${table.storage.name}" WHERE "${column.duckName}" IS NULL`;
    if ((await statement.account.catalog.duck.number(nulls)) > 0) {
      throw new SqlError(
        '002262',
        '22000',
        `SQL compilation error:\nColumn '${column.name}' contains null values. Not null constraint cannot be added.`,
      );
    }
    column.nullable = false;
  } else if (reader.accept('DROP', 'NOT', 'NULL')) column.nullable = true;
  else if (reader.accept('DROP', 'DEFAULT')) column.default = null;
  else if (reader.accept('COMMENT')) column.comment = reader.string();
  else if (reader.accept('UNSET', 'COMMENT')) column.comment = '';
  else if (reader.accept('SET', 'DATA', 'TYPE') || reader.accept('TYPE'))
    await changeType(statement, table, column, readColumnType(statement));
  else if (reader.at('SET') || reader.at('UNSET') || reader.at('DROP'))
    throw unsupported('this change of a column', reader.place);
  else await changeType(statement, table, column, readColumnType(statement));
}

/** Longer texts and more digits, as Snowflake allows; other changes are refused. Source: documentation page "ALTER TABLE ... ALTER COLUMN". */
async function changeType(statement: Statement, table: Table, column: Column, type: SnowflakeType): Promise<void> {
  const old = column.type;
  if (isStructured(old) || isStructured(type)) throw unsupported('changing the type of a structured column');
  const digits = (of: SnowflakeType) => (of.precision ?? 0) - (of.scale ?? 0);
  const fits =
    old.type === type.type &&
    (type.length ?? 0) >= (old.length ?? 0) &&
    (old.type !== 'fixed' || (old.scale === type.scale && digits(type) >= digits(old)));
  const isCollatedOtherwise = old.type === 'text' && type.type === 'text' && old.collation !== type.collation;
  if (!fits || isCollatedOtherwise) {
    const shown = (of: SnowflakeType) => (isCollatedOtherwise ? `"${declaredType(of)}"` : typeText(of));
    const why = isCollatedOtherwise ? ' because they have incompatible collations.' : '';
    throw new SqlError(
      '002108',
      '22000',
      `SQL compilation error:\ncannot change column ${column.name} from type ${shown(old)} to ${shown(type)}${why}`,
    );
  }
  if (duckType(old) !== duckType(type)) {
    for (const storage of storagesOf(table)) {
      await statement.account.catalog.duck.run(
        `ALTER TABLE "${storage.name}" ALTER COLUMN "${column.duckName}" TYPE ${duckType(type)}`,
      );
    }
  }
  column.type = type;
  table.columnsMs = statement.account.catalog.now();
}
