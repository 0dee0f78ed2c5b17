import type { Access } from '../catalog/access.ts';
import type { Database, Routine, Schema, SchemaObject, Table, View } from '../catalog/model.ts';
import type { SqlError } from '../engine.ts';
import { noCurrentDatabase, noCurrentSchema, objectMissing } from './errors.ts';
import type { Account } from './session.ts';

/** The key of a temporary object in `Session.temporaries`. */
export function temporaryKey(schema: Schema, name: string): string {
  return JSON.stringify([schema.id, name]);
}

/** Where names are looked up and with whose rights: a session, or the inside of a view. */
export interface Names {
  readonly account: Account;
  readonly database: string | null;
  readonly schema: string | null;
  readonly access: Access;
  readonly temporaries: ReadonlyMap<string, Table | View>;
}

/** Where a name with one to three parts points to: its schema, if that exists and may be seen, and the last part. */
export interface Location {
  readonly schema: Schema;
  readonly name: string;
}

/**
 * Looks names up as a session sees them at this moment. `operation` is the word that messages name
 * (`Cannot perform SELECT. This session does not have a current database`).
 */
export class Finder {
  constructor(
    private readonly names: Names,
    private readonly operation: string,
  ) {}

  /** Throws SqlError 002003 for a database that is missing or not visible. */
  database(name: string): Database {
    const database = this.names.account.catalog.databases.get(name);
    if (!database || !this.names.access.reaches(database)) throw objectMissing('Database', [name]);
    return database;
  }

  currentDatabase(): Database {
    const { database } = this.names;
    if (database === null) throw noCurrentDatabase(this.operation);
    return this.database(database);
  }

  /** A schema by one or two parts. Throws SqlError 002003, 090105. */
  schema(parts: readonly string[]): Schema {
    const [first = '', second] = parts;
    const database = second === undefined ? this.currentDatabase() : this.database(first);
    return this.schemaIn(database, second ?? first, parts);
  }

  currentSchema(): Schema {
    const database = this.currentDatabase();
    const { schema } = this.names;
    if (schema === null) throw noCurrentSchema(this.operation);
    return this.schemaIn(database, schema, [database.name, schema]);
  }

  private schemaIn(database: Database, name: string, asWritten: readonly string[]): Schema {
    const schema = database.schemas.get(name);
    if (!schema || !this.names.access.reaches(schema)) {
      throw objectMissing('Schema', asWritten.length === 1 ? [database.name, name] : asWritten);
    }
    return schema;
  }

  /** Where an object of this name is or would be. Throws SqlError 002003, 090105, 090106. */
  locate(parts: readonly string[]): Location {
    const name = parts.at(-1) ?? '';
    if (parts.length === 1) return { schema: this.currentSchema(), name };
    return { schema: this.schema(parts.slice(0, -1)), name };
  }

  /** A table or view, temporary ones of this session first; undefined where it is missing or not visible. */
  relationAt({ schema, name }: Location): Table | View | undefined {
    const temporary = this.names.temporaries.get(temporaryKey(schema, name));
    if (temporary) return temporary;
    const relation = schema.relations.get(name);
    return relation && this.names.access.sees(relation) ? relation : undefined;
  }

  relation(parts: readonly string[]): Table | View {
    const found = this.relationAt(this.locate(parts));
    if (!found) throw objectMissing('Object', parts);
    return found;
  }

  /** A table for DDL and DML. Throws SqlError 002003 where there is none, 001491-like where it is a view. */
  table(parts: readonly string[], wrongKind: (relation: View) => SqlError, kind = 'Object'): Table {
    const found = this.relationAt(this.locate(parts));
    if (!found) throw objectMissing(kind, parts);
    if (found.kind !== 'TABLE') throw wrongKind(found);
    return found;
  }

  /** An object of one of the schema's other lists. Throws SqlError 002003 with the kind's name. */
  object<T extends Exclude<SchemaObject, Table | View | Routine>>(
    parts: readonly string[],
    kind: string,
    list: (schema: Schema) => ReadonlyMap<string, T>,
  ): T {
    const { schema, name } = this.locate(parts);
    const found = list(schema).get(name);
    if (!found || !this.names.access.sees(found)) throw objectMissing(kind, parts);
    return found;
  }
}
