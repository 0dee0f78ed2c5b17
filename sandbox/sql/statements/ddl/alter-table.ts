import type { KeyConstraint, Table } from '../../../catalog/model.ts';
import type { LockHolder } from '../../../catalog/table-lock.ts';
import type { EngineResult } from '../../../engine.ts';
import { wrongKind } from '../../dml-target.ts';
import { alreadyExists, displayNames, insufficientPrivileges, objectMissing, unsupported } from '../../errors.ts';
import { Finder, temporaryKey } from '../../find.ts';
import { readName, readNames } from '../../names.ts';
import type { Statement } from '../../statement.ts';
import { lock } from '../../table-writer.ts';
import { addColumns, alterColumns, dropColumns, renameColumn } from './alter-columns.ts';
import { readKey } from './column-definition.ts';
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
