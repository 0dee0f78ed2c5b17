import type { View, ViewColumn } from '../../../catalog/model.ts';
import type { EngineResult } from '../../../engine.ts';
import { SqlError } from '../../../engine.ts';
import { alreadyExists, displayNames, insufficientPrivileges, unsupported } from '../../errors.ts';
import { Finder, temporaryKey } from '../../find.ts';
import { readName } from '../../names.ts';
import { quoteDuck } from '../../quote.ts';
import { scopeOf } from '../../scope.ts';
import type { Statement } from '../../statement.ts';
import { translate } from '../../translate.ts';
import { typeOf } from '../../types/index.ts';
import { type CreateHeader, created, keptAsItWas, readNewName, refuseUnnamed } from './header.ts';
import { textOption } from './options.ts';
import { readProperties } from './properties.ts';

/** CREATE [OR REPLACE] [SECURE] [TEMPORARY] [MATERIALIZED] [RECURSIVE] VIEW name [(columns)] [COMMENT = ''] AS query. */
export async function createView(statement: Statement, header: CreateHeader): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifNotExists, parts } = readNewName(statement);
  const { schema, name } = new Finder(session, 'CREATE VIEW').locate(parts);
  const isTemporary = header.modifiers.has('TEMPORARY') || header.modifiers.has('TEMP');
  if (!isTemporary && !session.access.mayCreateIn(schema, 'VIEW')) throw insufficientPrivileges('schema', schema.name);
  const key = temporaryKey(schema, name);
  const old = isTemporary ? session.temporaries.get(key) : schema.relations.get(name);
  if (old && ifNotExists) return keptAsItWas(name);
  if (old && !header.orReplace) throw alreadyExists(displayNames([schema.database.name, schema.name, name]), true);
  if (old?.kind === 'TABLE') {
    throw new SqlError(
      '002203',
      '02000',
      "SQL compilation error:\nObject found is of type 'TABLE', not specified type 'VIEW'.",
    );
  }
  const named = reader.at('(') ? readColumnNames(statement) : null;
  let comment = '';
  for (let at = -1; at !== reader.position; ) {
    at = reader.position;
    reader.accept('COPY', 'GRANTS');
    if (reader.at('WITH') || reader.at('TAG') || reader.at('ROW'))
      throw unsupported(`${reader.peek().value} on a view`, reader.place);
    comment = textOption(readProperties(reader, 'view'), 'COMMENT', comment);
  }
  reader.expect('AS');
  const { start, query } = header.modifiers.has('RECURSIVE')
    ? { start: 0, query: recursiveQuery(name, named ?? [], reader.rest().trim()) }
    : { start: reader.peek().start, query: reader.rest() };
  const inside = {
    account,
    access: session.access,
    temporaries: session.temporaries,
    database: schema.database.name,
    schema: schema.name,
  };
  const translated = await translate(query, scopeOf(statement, { names: inside }));
  if (named && named.length !== translated.columns.length) {
    throw new SqlError('002020', '21S01', 'SQL compilation error:\nInvalid column definition list');
  }
  if (!named) refuseUnnamed(translated.columns);
  const columns: ViewColumn[] = translated.columns.map((column, index) => ({
    name: named?.[index]?.name ?? column.name,
    comment: named?.[index]?.comment ?? '',
    nullable: true,
    type: typeOf(column),
  }));
  refuseRepeated(columns);
  const view: View = {
    ...account.catalog.owned(name, session.role, comment),
    kind: 'VIEW',
    id: account.catalog.nextId(),
    schema,
    columns,
    query: query.slice(start),
    text: reader.text.trim().replace(/;+$/, ''),
    isSecure: header.modifiers.has('SECURE'),
    isMaterialized: header.modifiers.has('MATERIALIZED'),
    lifetime: isTemporary ? 'temporary' : 'permanent',
    sessionId: isTemporary ? session.start.sessionId : null,
    alteredMs: account.catalog.now(),
  };
  if (isTemporary) session.temporaries.set(key, view);
  else {
    schema.relations.set(name, view);
    account.catalog.roles.applyFutureGrants(view, name);
  }
  return created('View', name);
}

/** A view that reads itself: the common table of its name. Source: docs, "CREATE VIEW", recursive views. */
function recursiveQuery(name: string, columns: readonly { readonly name: string }[], query: string): string {
  const list = columns.length > 0 ? ` (${columns.map((column) => quoteDuck(column.name)).join(', ')})` : '';
  return `WITH RECURSIVE ${quoteDuck(name)}${list} AS (${query.replace(/;+$/, '')}) SELECT * FROM ${quoteDuck(name)}`;
}

function readColumnNames({ reader, session }: Statement): { name: string; comment: string }[] {
  reader.expect('(');
  const columns: { name: string; comment: string }[] = [];
  do {
    const name = readName(reader, session);
    if (reader.at('MASKING') || reader.at('WITH') || reader.at('TAG'))
      throw unsupported(`${reader.peek().value} on a column`, reader.place);
    let comment = '';
    if (reader.accept('COMMENT')) {
      reader.accept('=');
      comment = reader.string();
    }
    columns.push({ name, comment });
  } while (reader.accept(','));
  reader.expect(')');
  return columns;
}

function refuseRepeated(columns: readonly ViewColumn[]): void {
  columns.forEach(({ name }, index) => {
    if (columns.findIndex((other) => other.name === name) !== index) {
      throw new SqlError('002025', '42S21', `SQL compilation error:\nduplicate column name '${name}'`);
    }
  });
}
