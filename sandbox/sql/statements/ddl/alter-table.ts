import type { Column, KeyConstraint, Table } from '../../../catalog/model.ts';
import type { LockHolder } from '../../../catalog/table-lock.ts';
import type { EngineResult } from '../../../engine.ts';
import { SqlError } from '../../../engine.ts';
import { columnOf } from '../../columns.ts';
import type { SnowflakeType, Translated } from '../../contract.ts';
import { wrongKind } from '../../dml-target.ts';
import { storagesOf } from '../../earlier-rows.ts';
import {
  alreadyExists,
  displayName,
  displayNames,
  insufficientPrivileges,
  invalidIdentifier,
  objectMissing,
  unsupported,
} from '../../errors.ts';
import { Finder, temporaryKey } from '../../find.ts';
import { placeOf } from '../../lexer.ts';
import { readName, readNames } from '../../names.ts';
import { scopeOf } from '../../scope.ts';
import type { Statement } from '../../statement.ts';
import { namesOf } from '../../store-expressions.ts';
import { lock } from '../../table-writer.ts';
import { translate } from '../../translate.ts';
import { assign, declaredType, duckType, isStructured, settingsOf, typeText } from '../../types/index.ts';
import { makeColumn, readColumn, readColumnType, readKey } from './column-definition.ts';
import { readOldName, succeeded } from './header.ts';
import { keepKeys } from './keys.ts';
import { forgetParameters, keepParameters } from './object-parameters.ts';
import { textOption } from './options.ts';
import { isProperty, readProperties, readUnset } from './properties.ts';

/** ALTER TABLE [IF EXISTS] name ...; waits until no other transaction changes the table. */
export async function alterTable(statement: Statement): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifExists, parts } = readOldName(statement);
  const finder = new Finder(session, 'ALTER TABLE');
  if (ifExists && !finder.relationAt(finder.locate(parts))) return succeeded();
  const table = finder.table(parts, wrongKind, 'Table');
  if (!session.access.owns(table) && table.sessionId === null) throw insufficientPrivileges('table', table.name);
  const holder: LockHolder = { id: statement.request.queryId, sessionId: session.start.sessionId, waitsFor: null };
  await lock(statement, table, holder);
  try {
    await change(statement, table);
    reader.expectEnd();
    table.alteredMs = account.catalog.now();
  } finally {
    table.lock.release(holder);
  }
  return succeeded();
}

async function change(statement: Statement, table: Table): Promise<void> {
  const { reader } = statement;
  if (reader.at('ADD', 'SEARCH') || reader.at('DROP', 'SEARCH')) throw unsupported('SEARCH OPTIMIZATION', reader.place);
  if (reader.accept('RENAME', 'TO')) renameTable(statement, table);
  else if (reader.accept('SWAP', 'WITH')) swapTables(statement, table);
  else if (reader.accept('RENAME', 'COLUMN')) renameColumn(statement, table);
  else if (reader.at('ADD') && ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN'].some((word) => reader.at('ADD', word))) {
    reader.expect('ADD');
    keepKeys(statement, table, [readKey(statement, null)]);
  } else if (reader.accept('ADD')) await addColumns(statement, table);
  else if (reader.at('DROP', 'CLUSTERING', 'KEY')) {
    reader.expect('DROP', 'CLUSTERING', 'KEY');
    table.clusterBy = '';
  } else if (
    reader.at('DROP') &&
    ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN'].some((word) => reader.at('DROP', word))
  ) {
    reader.expect('DROP');
    dropKey(statement, table);
  } else if (reader.accept('DROP')) dropColumns(statement, table);
  else if (reader.acceptOne('ALTER', 'MODIFY')) await alterColumns(statement, table);
  else if (reader.accept('CLUSTER', 'BY')) table.clusterBy = `LINEAR(${reader.slice(reader.parenthesised()).trim()})`;
  else if (reader.acceptOne('SUSPEND', 'RESUME')) reader.expect('RECLUSTER');
  else if (reader.accept('SET')) setProperties(statement, table);
  else if (reader.accept('UNSET')) {
    const names = readUnset(reader, (name) => isProperty('table', name));
    if (names.includes('COMMENT')) table.comment = '';
    if (names.includes('CHANGE_TRACKING')) table.changeTracking = false;
    forgetParameters(statement, table, names);
  } else throw unsupported('this ALTER TABLE', reader.place);
}

function setProperties(statement: Statement, table: Table): void {
  const { reader } = statement;
  if (reader.at('TAG') || reader.at('MASKING')) throw unsupported(`SET ${reader.peek().value}`, reader.place);
  const options = readProperties(reader, 'table');
  const staged = ['STAGE_FILE_FORMAT', 'STAGE_COPY_OPTIONS'].find((name) => options.has(name));
  if (staged !== undefined) throw unsupported(`ALTER TABLE ... SET ${staged}`);
  table.comment = textOption(options, 'COMMENT', table.comment);
  keepParameters(statement, table, options);
  const tracking = options.get('CHANGE_TRACKING');
  if (tracking !== undefined) table.changeTracking = String(tracking).toUpperCase() === 'TRUE';
}

function renameTable({ reader, session }: Statement, table: Table): void {
  const { schema, name } = new Finder(session, 'ALTER TABLE').locate(readNames(reader, session));
  if (table.sessionId !== null) {
    session.temporaries.delete(temporaryKey(table.schema, table.name));
    table.name = name;
    table.schema = schema;
    session.temporaries.set(temporaryKey(schema, name), table);
    return;
  }
  if (schema.relations.has(name)) throw alreadyExists(displayNames([schema.database.name, schema.name, name]), true);
  table.schema.relations.delete(table.name);
  table.name = name;
  table.schema = schema;
  schema.relations.set(name, table);
}

function swapTables({ reader, session }: Statement, table: Table): void {
  const other = new Finder(session, 'ALTER TABLE').table(readNames(reader, session), wrongKind, 'Table');
  if (!session.access.owns(other)) throw insufficientPrivileges('table', other.name);
  const [name, schema] = [table.name, table.schema];
  table.name = other.name;
  table.schema = other.schema;
  other.name = name;
  other.schema = schema;
  table.schema.relations.set(table.name, table);
  schema.relations.set(name, other);
}

function renameColumn({ reader, session, account }: Statement, table: Table): void {
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

async function addColumns(statement: Statement, table: Table): Promise<void> {
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

function dropColumns({ reader, session, account }: Statement, table: Table): void {
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

async function alterColumns(statement: Statement, table: Table): Promise<void> {
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

function dropKey(statement: Statement, table: Table): void {
  const { reader } = statement;
  const { matches, shown } = readKeyToDrop(statement);
  const left = table.constraints.filter((key) => !matches(key));
  if (left.length === table.constraints.length) throw objectMissing('Constraint', [shown ?? table.name]);
  table.constraints = left;
  reader.acceptOne('CASCADE', 'RESTRICT');
}

/** Which key to drop, and its name where it was named. */
function readKeyToDrop({ reader, session }: Statement): { matches: (key: KeyConstraint) => boolean; shown?: string } {
  if (reader.accept('CONSTRAINT')) {
    const name = readName(reader, session);
    return { matches: (key) => key.name === name, shown: name };
  }
  if (reader.accept('PRIMARY', 'KEY')) return { matches: (key) => key.kind === 'PRIMARY KEY' };
  const kind = reader.accept('UNIQUE') ? 'UNIQUE' : 'FOREIGN KEY';
  if (kind === 'FOREIGN KEY') reader.expect('FOREIGN', 'KEY');
  reader.expect('(');
  const columns: string[] = [];
  do columns.push(readName(reader, session));
  while (reader.accept(','));
  reader.expect(')');
  return { matches: (key) => key.kind === kind && key.columns.join('\0') === columns.join('\0') };
}
