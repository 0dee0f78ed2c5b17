import type { Column, Schema, Table } from '../../../catalog/model.ts';
import { newTable } from '../../../catalog/new-table.ts';
import type { EngineResult } from '../../../engine.ts';
import { SqlError } from '../../../engine.ts';
import type { Translated } from '../../contract.ts';
import { wrongKind } from '../../dml-target.ts';
import { alreadyExists, displayNames, insufficientPrivileges, unsupported } from '../../errors.ts';
import { Finder, temporaryKey } from '../../find.ts';
import { readNames } from '../../names.ts';
import type { ParameterValue } from '../../parameters.ts';
import { isSymbol } from '../../reader.ts';
import { scopeOf } from '../../scope.ts';
import { checkCopyOptions } from '../../stages/create-stage.ts';
import { fileFormat, formatText } from '../../stages/file-format.ts';
import type { Statement } from '../../statement.ts';
import { storeExpressions } from '../../store-expressions.ts';
import { appendRows } from '../../table-writer.ts';
import { checkClone, type Past, readPast, rowsInPast } from '../../time-travel.ts';
import { rowsOf } from '../../transaction.ts';
import { translate } from '../../translate.ts';
import { typeOf } from '../../types/index.ts';
import { type ColumnDefinition, makeColumn, readColumn, readKey } from './column-definition.ts';
import { type CreateHeader, created, keptAsItWas, readNewName, refuseUnnamed } from './header.ts';
import { keepKeys } from './keys.ts';
import { keepParameters } from './object-parameters.ts';
import { numberOption, textOption } from './options.ts';
import { readProperties } from './properties.ts';

type Keys = ColumnDefinition['keys'];

/** CREATE [OR REPLACE] [TEMPORARY | TRANSIENT] TABLE name (...) | LIKE t | CLONE t | [(...)] AS query. */
export async function createTable(statement: Statement, header: CreateHeader): Promise<EngineResult> {
  const { reader, session } = statement;
  const { ifNotExists, parts } = readNewName(statement);
  const { schema, name } = new Finder(session, 'CREATE TABLE').locate(parts);
  const lifetime = lifetimeOf(header, schema);
  if (lifetime !== 'temporary' && !session.access.mayCreateIn(schema, 'TABLE')) {
    throw insufficientPrivileges('schema', schema.name);
  }
  const place: Place = { schema, name, lifetime, orReplace: header.orReplace };
  if (exists(statement, place) && ifNotExists) return keptAsItWas(name);
  if (exists(statement, place) && !header.orReplace)
    throw alreadyExists(displayNames([schema.database.name, schema.name, name]), true);
  const old = lifetime === 'temporary' ? undefined : schema.relations.get(name);
  if (old?.kind === 'VIEW') throw wrongKind(old);
  if (reader.accept('LIKE')) return copyTable(statement, place, 'structure');
  if (reader.accept('CLONE')) return copyTable(statement, place, 'rows');
  if (reader.at('USING', 'TEMPLATE')) throw unsupported('CREATE TABLE ... USING TEMPLATE', reader.place);
  const { definitions, keys } = reader.at('(') ? readElements(statement) : { definitions: [], keys: [] };
  const properties = readTableProperties(statement);
  if (reader.accept('AS')) return createAsQuery(statement, place, definitions, properties);
  reader.expectEnd();
  if (definitions.length === 0) throw reader.unexpected();
  refuseRepeated(definitions.map((definition) => definition.name));
  const columns: Column[] = [];
  for (const definition of definitions) {
    if (!definition.type) throw reader.unexpected();
    columns.push(await makeColumn(statement, definition, definition.type));
  }
  const table = await makeTable(statement, place, columns, properties);
  keepKeys(statement, table, [...definitions.flatMap((definition) => definition.keys), ...keys]);
  enter(statement, table, place);
  return created('Table', name);
}

interface Place {
  readonly schema: Schema;
  readonly name: string;
  readonly lifetime: Table['lifetime'];
  readonly orReplace: boolean;
}

interface Properties {
  readonly comment: string;
  readonly clusterBy: string;
  readonly retentionDays: number | undefined;
  readonly changeTracking: boolean;
  readonly stageFileFormat: string;
  /** All that was given as `NAME = value`. */
  readonly options: ReadonlyMap<string, ParameterValue>;
}

function lifetimeOf({ modifiers }: CreateHeader, schema: Schema): Table['lifetime'] {
  if (modifiers.has('TEMPORARY') || modifiers.has('TEMP') || modifiers.has('VOLATILE')) return 'temporary';
  return modifiers.has('TRANSIENT') || schema.isTransient ? 'transient' : 'permanent';
}

/** A temporary table shadows a permanent one of its name, and only another temporary one is in its way. */
function exists({ session }: Statement, { schema, name, lifetime }: Place): boolean {
  if (lifetime === 'temporary') return session.temporaries.has(temporaryKey(schema, name));
  return schema.relations.has(name);
}

function readElements(statement: Statement): { definitions: ColumnDefinition[]; keys: Keys[number][] } {
  const { reader } = statement;
  const definitions: ColumnDefinition[] = [];
  const keys: Keys[number][] = [];
  reader.expect('(');
  do {
    const opensKey = ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN'].some((word) => reader.at(word));
    const following = reader.peek(1);
    const isKey = opensKey && (isSymbol(following, 'KEY') || isSymbol(following, '(') || reader.at('CONSTRAINT'));
    if (isKey) keys.push(readKey(statement, null));
    else definitions.push(readColumn(statement));
  } while (reader.accept(','));
  reader.expect(')');
  return { definitions, keys };
}

const REFUSED_PROPERTIES = ['ROW', 'WITH', 'TAG', 'EXTERNAL', 'AGGREGATION', 'JOIN'];

function readTableProperties(statement: Statement): Properties {
  const { reader } = statement;
  let clusterBy = '';
  const options = new Map<string, string | number | boolean>();
  for (;;) {
    const start = reader.position;
    if (reader.accept('CLUSTER', 'BY')) clusterBy = `LINEAR(${reader.slice(reader.parenthesised()).trim()})`;
    reader.accept('COPY', 'GRANTS');
    for (const [name, value] of readProperties(reader, 'table')) options.set(name, value);
    const refused = REFUSED_PROPERTIES.find((word) => reader.at(word));
    if (refused) throw unsupported(`${refused} on a table`, reader.place);
    if (reader.position === start) break;
  }
  checkCopyOptions(options.get('STAGE_COPY_OPTIONS'));
  const stageFileFormat = formatText(options.get('STAGE_FILE_FORMAT'));
  // A format that nothing could be read with is refused here, not at the first COPY.
  fileFormat(stageFileFormat, statement.session, statement.session);
  return {
    comment: textOption(options, 'COMMENT'),
    clusterBy,
    retentionDays: numberOption(options, 'DATA_RETENTION_TIME_IN_DAYS'),
    changeTracking: textOption(options, 'CHANGE_TRACKING').toUpperCase() === 'TRUE',
    stageFileFormat,
    options,
  };
}

function refuseRepeated(names: readonly string[]): void {
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index) {
      throw new SqlError('002025', '42S21', `SQL compilation error:\nduplicate column name '${name}'`);
    }
  });
}

/** A table of these columns, without rows and not yet in its schema. */
async function makeTable(
  statement: Statement,
  place: Place,
  columns: Column[],
  properties: Properties,
): Promise<Table> {
  const { session, account, signal } = statement;
  const { schema, name, lifetime } = place;
  const inherited = lifetime === 'permanent' ? schema.retentionDays : Math.min(1, schema.retentionDays);
  const sessionId = lifetime === 'temporary' ? session.start.sessionId : null;
  const retentionDays = properties.retentionDays ?? inherited;
  const given = { ...properties, schema, name, owner: session.role, columns, lifetime, sessionId, retentionDays };
  const table = await newTable(account.catalog, given, signal);
  keepParameters(statement, table, properties.options);
  return table;
}

/** Puts a table where it belongs, in the place of the one that OR REPLACE drops. */
function enter({ session, account }: Statement, table: Table, { schema, name, lifetime }: Place): void {
  if (lifetime === 'temporary') {
    const key = temporaryKey(schema, name);
    const old = session.temporaries.get(key);
    if (old?.kind === 'TABLE') account.catalog.dropTable(old);
    session.temporaries.set(key, table);
    return;
  }
  const old = schema.relations.get(name);
  if (old?.kind === 'TABLE') account.catalog.dropTable(old);
  schema.relations.set(name, table);
  account.catalog.roles.applyFutureGrants(table, name);
}

async function createAsQuery(
  statement: Statement,
  place: Place,
  definitions: readonly ColumnDefinition[],
  properties: Properties,
): Promise<EngineResult> {
  const binds = statement.request.describeOnly ? {} : { binds: statement.request.binds };
  const query = await translate(statement.reader.rest(), scopeOf(statement), binds);
  if (definitions.length > 0 && definitions.length !== query.columns.length)
    throw wrongColumnCount(definitions.length, query);
  if (definitions.length === 0) refuseUnnamed(query.columns);
  if (statement.request.describeOnly) return created('Table', place.name);
  await statement.occupyWarehouse();
  const columns: Column[] = [];
  for (const [index, { name, ...column }] of query.columns.entries()) {
    const definition = definitions[index];
    const own = definition ?? {
      name,
      nullable: true,
      default: null,
      identity: null,
      comment: '',
      keys: [],
      type: null,
    };
    columns.push(await makeColumn(statement, own, definition?.type ?? typeOf(column)));
  }
  refuseRepeated(columns.map(({ name }) => name));
  const table = await makeTable(statement, place, columns, properties);
  try {
    const select = await storeExpressions(statement, table, columns, query);
    await appendRows(
      statement,
      table,
      columns.map(({ duckName }) => duckName),
      select,
    );
  } catch (error) {
    statement.account.catalog.forgetTable(table);
    throw error;
  }
  table.history.begin(statement.commitMoment(), table.history.rowCount);
  keepKeys(
    statement,
    table,
    definitions.flatMap((definition) => definition.keys),
  );
  enter(statement, table, place);
  return created('Table', place.name);
}

function wrongColumnCount(expected: number, query: Translated): SqlError {
  return new SqlError(
    '002020',
    '21S01',
    `SQL compilation error:\nInvalid column definition list: expecting ${expected} columns but the query gives ${query.columns.length}`,
  );
}

/** CREATE TABLE ... LIKE t or CLONE t: columns, defaults, keys and comments; for a clone the rows, too. */
async function copyTable(statement: Statement, place: Place, what: 'structure' | 'rows'): Promise<EngineResult> {
  const { reader, session } = statement;
  const parts = readNames(reader, session);
  const source = new Finder(session, 'CREATE TABLE').table(parts, wrongKind, 'Table');
  if (!session.access.may(source, 'SELECT')) throw insufficientPrivileges('table', source.name);
  const past = what === 'rows' ? await readPast(statement) : null;
  const given = readTableProperties(statement);
  reader.expectEnd();
  if (place.lifetime === 'permanent' && source.lifetime === 'temporary' && what === 'rows') {
    throw new SqlError(
      '002120',
      '0A000',
      'SQL compilation error:\nTemporary table cannot be cloned to a permanent table; clone to a transient table instead.',
    );
  }
  const table = await cloneTable(statement, source, place, what, past);
  if (given.comment !== '') table.comment = given.comment;
  enter(statement, table, place);
  return created('Table', place.name);
}

/** A new table like another one, not yet in its schema. */
export async function cloneTable(
  statement: Statement,
  source: Table,
  place: { readonly schema: Schema; readonly name: string; readonly lifetime: Table['lifetime'] },
  what: 'structure' | 'rows',
  past: Past | null = null,
): Promise<Table> {
  const { catalog } = statement.account;
  if (past) checkClone(statement, source, past);
  const columns = source.columns.map((column) => ({ ...column }));
  const { clusterBy, retentionDays, changeTracking, stageFileFormat } = source;
  const comment = what === 'rows' ? source.comment : '';
  const properties = { comment, clusterBy, retentionDays, changeTracking, stageFileFormat, options: new Map() };
  const table = await makeTable(statement, { ...place, orReplace: false }, columns, properties);
  catalog.objectParameters.copy(source, table);
  table.constraints = source.constraints.map((key) => ({ ...key, createdMs: catalog.now() }));
  if (what === 'rows') {
    const list = columns.map(({ duckName }) => `"${duckName}"`).join(', ');
    const rows = past
      ? await rowsInPast(statement, source, past)
      : `(SELECT ${list} FROM ${rowsOf(source, null, (storage) => statement.hold(storage))})`;
    const { rowsChanged } = await catalog.duck.use(
      (connection) => connection.run(`INSERT INTO "${table.storage.name}" SELECT * FROM ${rows}`),
      statement.signal,
    );
    table.history.begin(statement.commitMoment(), rowsChanged);
  }
  return table;
}
