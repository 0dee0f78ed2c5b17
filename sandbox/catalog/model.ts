import type { SnowflakeType } from '../sql/contract.ts';
import type { Storage } from './storage.ts';
import type { TableHistory } from './table-history.ts';
import type { TableLock } from './table-lock.ts';

/** What the account holds: databases, schemas, their objects. Names are stored folded; times are epoch ms on the sandbox's clock. */

export interface Owned {
  name: string;
  readonly createdMs: number;
  owner: string;
  comment: string;
}

export interface Database extends Owned {
  readonly kind: 'DATABASE';
  readonly id: number;
  readonly isTransient: boolean;
  /** Where the database came from, e.g. a share's name; empty for one of the account's own. */
  readonly origin: string;
  retentionDays: number;
  readonly schemas: Map<string, Schema>;
  readonly dropped: Schema[];
  readonly isDefault: boolean;
  /** When it was dropped; null while it is there. */
  droppedMs: number | null;
}

export interface Schema extends Owned {
  readonly kind: 'SCHEMA';
  readonly id: number;
  database: Database;
  readonly isTransient: boolean;
  isManagedAccess: boolean;
  retentionDays: number;
  /** Tables and views share one space of names. */
  readonly relations: Map<string, Table | View>;
  readonly sequences: Map<string, Sequence>;
  /** By name and argument types: `F(NUMBER, VARCHAR)`. */
  readonly routines: Map<string, Routine>;
  readonly stages: Map<string, Stage>;
  readonly fileFormats: Map<string, FileFormat>;
  readonly dropped: Table[];
  droppedMs: number | null;
}

export interface ColumnDefault {
  /** As DESCRIBE prints it. */
  readonly text: string;
  /** As the translator reads it. */
  readonly expression: string;
  /** For an identity column: its sequence, first value and step. */
  readonly identity?: Identity;
}

export interface Identity {
  readonly duckSequence: string;
  readonly start: number;
  readonly step: number;
  readonly isOrdered: boolean;
}

export interface Column {
  name: string;
  /** The column of the DuckDB table that holds it; stays the same when the column is renamed. */
  readonly duckName: string;
  type: SnowflakeType;
  nullable: boolean;
  default: ColumnDefault | null;
  comment: string;
}

export type ViewColumn = Omit<Column, 'duckName' | 'default'>;

export interface KeyConstraint {
  readonly kind: 'PRIMARY KEY' | 'UNIQUE' | 'FOREIGN KEY';
  readonly name: string;
  readonly columns: readonly string[];
  readonly createdMs: number;
  readonly references?: { readonly parts: readonly string[]; readonly columns: readonly string[] };
  readonly isSystemNamed: boolean;
}

export interface Table extends Owned {
  readonly kind: 'TABLE';
  readonly id: number;
  schema: Schema;
  readonly lifetime: 'permanent' | 'transient' | 'temporary';
  /** The session that a temporary table belongs to. */
  readonly sessionId: string | null;
  columns: Column[];
  storage: Storage;
  readonly lock: TableLock;
  readonly history: TableHistory;
  /** When columns were last added, taken away or changed. */
  columnsMs: number;
  constraints: KeyConstraint[];
  clusterBy: string;
  retentionDays: number;
  changeTracking: boolean;
  /** The file format of the table's own stage (STAGE_FILE_FORMAT) as it was written; '' for that of CSV. */
  readonly stageFileFormat: string;
  alteredMs: number;
  droppedMs: number | null;
}

export interface View extends Owned {
  readonly kind: 'VIEW';
  readonly id: number;
  schema: Schema;
  readonly columns: ViewColumn[];
  /** The query, and the whole statement as it was written. */
  readonly query: string;
  readonly text: string;
  isSecure: boolean;
  readonly isMaterialized: boolean;
  readonly lifetime: 'permanent' | 'temporary';
  readonly sessionId: string | null;
  alteredMs: number;
}

export interface Sequence extends Owned {
  readonly kind: 'SEQUENCE';
  readonly id: number;
  schema: Schema;
  readonly duckName: string;
  readonly start: number;
  step: number;
  readonly isOrdered: boolean;
}

export interface Routine extends Owned {
  readonly kind: 'FUNCTION' | 'PROCEDURE';
  readonly id: number;
  schema: Schema;
  readonly parameters: readonly { readonly name: string; readonly type: SnowflakeType; readonly default?: string }[];
  readonly returns: string;
  readonly body: string;
  readonly language: string;
  readonly executeAs: 'OWNER' | 'CALLER';
  readonly isTable: boolean;
  /** A NULL among the arguments is the result, without a call: STRICT, RETURNS NULL ON NULL INPUT. */
  readonly isStrict: boolean;
  readonly isImmutable: boolean;
  /** The session that alone sees it: one made as TEMPORARY. */
  readonly temporaryOf: string | null;
}

export interface Stage extends Owned {
  readonly kind: 'STAGE';
  readonly id: number;
  schema: Schema;
  readonly url: string;
  /** Options of its file format as they were written; '' for those of CSV. */
  fileFormat: string;
  readonly sessionId: string | null;
}

export interface FileFormat extends Owned {
  readonly kind: 'FILE FORMAT';
  readonly id: number;
  schema: Schema;
  readonly type: string;
  readonly options: string;
}

export type SchemaObject = Table | View | Sequence | Routine | Stage | FileFormat;
export type Securable = Database | Schema | SchemaObject;

/** Names of an object from its database down. */
export function pathOf(object: Securable): readonly string[] {
  switch (object.kind) {
    case 'DATABASE':
      return [object.name];
    case 'SCHEMA':
      return [object.database.name, object.name];
    default:
      return [object.schema.database.name, object.schema.name, object.name];
  }
}
