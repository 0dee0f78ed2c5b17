import type { Catalog } from './catalog.ts';
import type { Database, Schema, Securable } from './model.ts';
import type { Warehouse } from './warehouses.ts';

/** What a set of active roles may see and do. Source: documentation page "Access control privileges". */
export class Access {
  /** Active roles with all that they inherit. */
  readonly roles: ReadonlySet<string>;

  constructor(
    private readonly catalog: Catalog,
    active: Iterable<string>,
    /** Whose temporary routines are seen; null: nobody's. */
    private readonly sessionId: string | null = null,
  ) {
    this.roles = catalog.roles.closure(active);
  }

  owns(object: { readonly owner: string }): boolean {
    return this.roles.has(object.owner);
  }

  /** True where the roles own the object, hold any privilege on it, or may manage all grants. */
  sees(object: Securable | Warehouse): boolean {
    if (this.isForeign(object)) return false;
    if (this.isSessionOwned(object) || this.owns(object) || this.catalog.roles.holds(this.roles, object.id))
      return true;
    if (!('kind' in object)) return false;
    if (object.kind === 'DATABASE') return object.origin !== '' && this.hasImported(object);
    if (object.kind === 'SCHEMA') return this.hasImported(object.database);
    return this.hasImported(object.schema.database);
  }

  /** True where the object and what contains it may be named at all. */
  reaches(object: Securable): boolean {
    if (object.kind === 'DATABASE') return this.sees(object);
    if (object.kind === 'SCHEMA') return this.sees(object.database) && this.sees(object);
    return this.reaches(object.schema) && this.sees(object);
  }

  /** True where the roles own the object or hold one of the privileges (or ALL) on it. */
  may(object: Securable | Warehouse, ...privileges: readonly string[]): boolean {
    if (this.isSessionOwned(object) || this.owns(object)) return true;
    if (this.catalog.roles.holds(this.roles, object.id, ...privileges, 'ALL')) return true;
    if ('kind' in object && privileges.includes('SELECT') && object.kind !== 'DATABASE' && object.kind !== 'SCHEMA') {
      return this.hasImported(object.schema.database);
    }
    return false;
  }

  /** A privilege on the account itself, such as CREATE DATABASE. */
  mayInAccount(privilege: string): boolean {
    return this.catalog.roles.holds(this.roles, 0, privilege);
  }

  mayCreateIn(schema: Schema, kind: string): boolean {
    return this.may(schema, `CREATE ${kind}`);
  }

  databases(): Database[] {
    return sorted([...this.catalog.databases.values()].filter((database) => this.reaches(database)));
  }

  schemas(database: Database): Schema[] {
    return sorted([...database.schemas.values()].filter((schema) => this.reaches(schema)));
  }

  /** A shared database is read through one privilege on the database. */
  private hasImported(database: Database): boolean {
    return this.owns(database) || this.catalog.roles.holds(this.roles, database.id, 'IMPORTED PRIVILEGES');
  }

  /** A temporary routine of another session. */
  private isForeign(object: Securable | Warehouse): boolean {
    if (!('temporaryOf' in object) || object.temporaryOf === null) return false;
    return object.temporaryOf !== this.sessionId;
  }

  private isSessionOwned(object: Securable | Warehouse): boolean {
    return 'kind' in object && 'sessionId' in object && object.sessionId !== null;
  }
}

export function sorted<T extends { readonly name: string }>(objects: readonly T[]): T[] {
  return [...objects].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
