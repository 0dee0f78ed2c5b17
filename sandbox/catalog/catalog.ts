import type { Duck } from '../sql/duck.ts';
import { alreadyExists } from '../sql/errors.ts';
import { Commits } from './commits.ts';
import type { Database, Owned, Schema, Table } from './model.ts';
import { ObjectParameters } from './object-parameters.ts';
import { Roles } from './roles.ts';
import { Storage } from './storage.ts';
import { Warehouses } from './warehouses.ts';

// The account's catalog: databases, schemas and what is in them (model.ts), roles and grants (roles.ts), warehouses
// (warehouses.ts), rows (storage.ts). It knows no SQL text; sandbox/sql imports it, nothing else does.

const DROPPED_KEPT = 20;

/** The account's objects. DDL changes it at once: Snowflake commits around each DDL statement. */
export class Catalog {
  readonly databases = new Map<string, Database>();
  readonly droppedDatabases: Database[] = [];
  readonly roles: Roles;
  readonly warehouses: Warehouses;
  readonly commits: Commits;
  readonly objectParameters = new ObjectParameters();
  private lastId = 1000;

  constructor(
    readonly duck: Duck,
    readonly now: () => number,
    warehouseResumeMs: number,
    sleep: (ms: number, signal: AbortSignal) => Promise<void>,
    historyBytes: number,
  ) {
    this.commits = new Commits(now, historyBytes);
    this.roles = new Roles(now);
    this.warehouses = new Warehouses(now, warehouseResumeMs, sleep);
  }

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** A new name for a DuckDB object; never a name that SQL text could guess to be another's. */
  duckName(prefix: string): string {
    return `${prefix}${this.nextId()}`;
  }

  storage(name: string): Storage {
    return new Storage(this.duck, name);
  }

  owned(name: string, owner: string, comment = ''): Owned {
    return { name, createdMs: this.now(), owner, comment };
  }

  /** Adds a database with its schemas PUBLIC and (not listed here) INFORMATION_SCHEMA. Throws SqlError 002002. */
  addDatabase(
    name: string,
    owner: string,
    options: {
      comment?: string;
      isTransient?: boolean;
      origin?: string;
      retentionDays?: number;
      withPublic?: boolean;
    } = {},
  ): Database {
    if (this.databases.has(name)) throw alreadyExists(name);
    const database: Database = {
      ...this.owned(name, owner, options.comment),
      kind: 'DATABASE',
      id: this.nextId(),
      isTransient: options.isTransient ?? false,
      origin: options.origin ?? '',
      retentionDays: options.retentionDays ?? 1,
      schemas: new Map(),
      dropped: [],
      isDefault: false,
      droppedMs: null,
    };
    this.databases.set(name, database);
    if (options.withPublic !== false) this.addSchema(database, 'PUBLIC', owner);
    return database;
  }

  addSchema(
    database: Database,
    name: string,
    owner: string,
    options: { comment?: string; isTransient?: boolean; isManagedAccess?: boolean; retentionDays?: number } = {},
  ): Schema {
    if (database.schemas.has(name) || name === 'INFORMATION_SCHEMA') throw alreadyExists(name);
    const schema: Schema = {
      ...this.owned(name, owner, options.comment),
      kind: 'SCHEMA',
      id: this.nextId(),
      database,
      isTransient: options.isTransient ?? database.isTransient,
      isManagedAccess: options.isManagedAccess ?? false,
      retentionDays: options.retentionDays ?? database.retentionDays,
      relations: new Map(),
      sequences: new Map(),
      routines: new Map(),
      stages: new Map(),
      fileFormats: new Map(),
      dropped: [],
      droppedMs: null,
    };
    database.schemas.set(name, schema);
    return schema;
  }

  dropDatabase(database: Database): void {
    this.databases.delete(database.name);
    database.droppedMs = this.now();
    this.droppedDatabases.push(database);
    for (const old of this.droppedDatabases.splice(0, this.droppedDatabases.length - DROPPED_KEPT))
      this.forgetDatabase(old);
  }

  dropSchema(schema: Schema): void {
    schema.database.schemas.delete(schema.name);
    schema.droppedMs = this.now();
    schema.database.dropped.push(schema);
    const { dropped } = schema.database;
    for (const old of dropped.splice(0, dropped.length - DROPPED_KEPT)) this.forgetSchema(old);
  }

  /** Takes a table out of its schema; the last few permanent ones can be had back by UNDROP. */
  dropTable(table: Table): void {
    if (table.sessionId !== null) {
      this.forgetTable(table);
      return;
    }
    table.schema.relations.delete(table.name);
    table.droppedMs = this.now();
    table.schema.dropped.push(table);
    const { dropped } = table.schema;
    for (const old of dropped.splice(0, dropped.length - DROPPED_KEPT)) this.forgetTable(old);
  }

  /** Lets a table's rows go, those that it had earlier, too. */
  forgetTable(table: Table): void {
    table.storage.drop();
    table.history.clear();
  }

  private forgetDatabase(database: Database): void {
    for (const schema of [...database.schemas.values(), ...database.dropped]) this.forgetSchema(schema);
  }

  private forgetSchema(schema: Schema): void {
    for (const relation of [...schema.relations.values(), ...schema.dropped]) {
      if (relation.kind === 'TABLE') this.forgetTable(relation);
    }
  }
}
