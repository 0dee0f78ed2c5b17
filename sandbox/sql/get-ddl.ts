import { sorted } from '../catalog/access.ts';
import type { Column, Database, FileFormat, Routine, Schema, Sequence, Table, View } from '../catalog/model.ts';
import { SqlError } from '../engine.ts';
import { displayName, objectMissing, unsupported } from './errors.ts';
import { Finder, type Location } from './find.ts';
import { tokenize } from './lexer.ts';
import { visibleRelations } from './listing.ts';
import { readNames } from './names.ts';
import { TokenReader } from './reader.ts';
import { fileFormatDdl, routineDdl, sequenceDdl } from './routine-ddl.ts';
import type { Statement } from './statement.ts';
import { declaredType, readType, typeText } from './types/index.ts';
import { bySession } from './user-functions.ts';

/** GET_DDL(kind, name [, fully qualified]): the statement that would make the object again, in Snowflake's layout. */
export function getDdl(statement: Statement, [kind, name, qualified]: readonly (string | null)[]): string {
  const { session } = statement;
  const reader = new TokenReader(name ?? '', tokenize(name ?? ''));
  const parts = readNames(reader, session);
  const finder = new Finder(session, 'GET_DDL');
  const isQualified = qualified?.toLowerCase() === 'true' || qualified === '1';
  switch ((kind ?? '').toUpperCase()) {
    case 'TABLE':
    case 'VIEW': {
      const found = finder.relationAt(finder.locate(parts));
      if (!found) throw objectMissing(kind?.toUpperCase() === 'VIEW' ? 'View' : 'Table', parts);
      return relationDdl(found, isQualified);
    }
    case 'SCHEMA':
      return schemaDdl(statement, finder.schema(parts), isQualified);
    case 'DATABASE':
      return databaseDdl(statement, finder.database(parts[0] ?? ''));
    case 'SEQUENCE': {
      const sequence = finder.object(parts, 'Sequence', (schema) => schema.sequences);
      return sequenceDdl(sequence, isQualified);
    }
    case 'FILE_FORMAT':
      return fileFormatDdl(
        finder.object(parts, 'File format', (schema) => schema.fileFormats),
        isQualified,
      );
    case 'FUNCTION':
    case 'PROCEDURE':
      return routineDdl(routineOf(statement, reader, finder.locate(parts), kind ?? ''), isQualified);
    case '':
      throw new SqlError('001015', '22023', 'SQL compilation error:\ninvalid argument for function [GET_DDL]');
    default:
      throw unsupported(`GET_DDL of ${kind?.toUpperCase()}`);
  }
}

/** The routine of a name with its arguments' types: `F(NUMBER, VARCHAR)`. Throws SqlError 002003. */
function routineOf({ session }: Statement, reader: TokenReader, { schema, name }: Location, kind: string): Routine {
  const types: string[] = [];
  if (reader.accept('(')) {
    while (!reader.at(')')) {
      const found = readType(reader.tokens, reader.position, 'TIMESTAMP_NTZ');
      if (!found) throw reader.unexpected();
      types.push(bare(typeText(found.type)));
      reader.rewind(found.next);
      if (!reader.accept(',')) break;
    }
    reader.expect(')');
  }
  const wanted = kind.toUpperCase();
  const found = bySession(schema).find((routine) => {
    const own = routine.parameters.map(({ type }) => bare(typeText(type)));
    const isMeant = routine.kind === wanted && routine.name === name && own.join() === types.join();
    return isMeant && session.access.sees(routine);
  });
  if (found) return found;
  throw objectMissing(wanted === 'FUNCTION' ? 'Function' : 'Procedure', [`${name}(${types.join(', ')})`]);
}

/** A type's name without its sizes. */
function bare(type: string): string {
  return type.replace(/\(.*$/, '');
}

function nameOf(object: Table | View, isQualified: boolean): string {
  const { schema, name } = object;
  return isQualified ? [schema.database.name, schema.name, name].map(displayName).join('.') : displayName(name);
}

export function relationDdl(relation: Table | View, isQualified = false): string {
  return relation.kind === 'TABLE' ? tableDdl(relation, isQualified) : viewDdl(relation, isQualified);
}

function tableDdl(table: Table, isQualified: boolean): string {
  const word = { permanent: 'TABLE', transient: 'TRANSIENT TABLE', temporary: 'TEMPORARY TABLE' }[table.lifetime];
  const lines = [...table.columns.map(columnDdl), ...table.constraints.map((key) => keyDdl(table, key))];
  const cluster = table.clusterBy === '' ? '' : ` cluster by ${table.clusterBy.replace(/^LINEAR/, '')}`;
  const comment = table.comment === '' ? '' : `COMMENT=${quoted(table.comment)}\n`;
  return `create or replace ${word} ${nameOf(table, isQualified)}${cluster} (\n${lines.map((line) => `\t${line}`).join(',\n')}\n)${comment};`;
}

function columnDdl({ name, type, nullable, default: initial, comment }: Column): string {
  const parts = [displayName(name), declaredType(type)];
  if (!nullable) parts.push('NOT NULL');
  if (initial?.identity) {
    const { start, step, isOrdered } = initial.identity;
    parts.push(`autoincrement start ${start} increment ${step} ${isOrdered ? 'order' : 'noorder'}`);
  } else if (initial) parts.push(`DEFAULT ${initial.text}`);
  if (comment !== '') parts.push(`COMMENT ${quoted(comment)}`);
  return parts.join(' ');
}

function keyDdl(
  table: Table,
  { kind, name, columns, references, isSystemNamed }: Table['constraints'][number],
): string {
  const named = isSystemNamed ? '' : `constraint ${displayName(name)} `;
  const list = `(${columns.map(displayName).join(', ')})`;
  if (!references) return `${named}${kind === 'PRIMARY KEY' ? 'primary key' : 'unique'} ${list}`;
  const own = [table.schema.database.name, table.schema.name];
  const isNear = references.parts[0] === own[0] && references.parts[1] === own[1];
  const target = (isNear ? references.parts.slice(2) : references.parts).map(displayName).join('.');
  return `${named}foreign key ${list} references ${target}(${references.columns.map(displayName).join(',')})`;
}

function viewDdl(view: View, isQualified: boolean): string {
  const secure = view.isSecure ? 'secure ' : '';
  const columns = view.columns.map(({ name, comment }) =>
    comment === '' ? `\t${displayName(name)}` : `\t${displayName(name)} COMMENT ${quoted(comment)}`,
  );
  const comment = view.comment === '' ? '' : ` COMMENT=${quoted(view.comment)}\n`;
  return `create or replace ${secure}view ${nameOf(view, isQualified)}(\n${columns.join(',\n')}\n)${comment} as ${view.query};`;
}

function schemaDdl(statement: Statement, schema: Schema, isQualified: boolean): string {
  const relations = visibleRelations(statement.session, schema).map((relation) => relationDdl(relation, isQualified));
  const { access } = statement.session;
  const seen = <T extends Sequence | FileFormat | Routine>(objects: Iterable<T>) =>
    sorted([...objects].filter((object) => access.sees(object)));
  const name = isQualified
    ? `${displayName(schema.database.name)}.${displayName(schema.name)}`
    : displayName(schema.name);
  // What tables take their defaults from comes before them.
  const sequences = seen(schema.sequences.values()).map((sequence) => sequenceDdl(sequence, isQualified));
  const formats = seen(schema.fileFormats.values()).map((format) => fileFormatDdl(format, isQualified));
  const routines = seen(schema.routines.values()).map((routine) => routineDdl(routine, isQualified));
  return [
    `create or replace ${schema.isTransient ? 'TRANSIENT ' : ''}schema ${name};`,
    ...sequences,
    ...relations,
    ...formats,
    ...routines,
  ].join('\n\n');
}

function databaseDdl(statement: Statement, database: Database): string {
  const schemas = statement.session.access.schemas(database).map((schema) => schemaDdl(statement, schema, true));
  return [`create or replace database ${displayName(database.name)};`, ...schemas].join('\n\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
