import { Access } from '../catalog/access.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Stage, Table, View } from '../catalog/model.ts';
import type {
  CurrentObjects,
  EngineHost,
  EngineResult,
  EngineSession,
  EngineStatement,
  SessionStart,
} from '../engine.ts';
import { SqlError } from '../engine.ts';
import type { SnowflakeType } from './contract.ts';
import { runStatement } from './dispatch.ts';
import type { ScriptCalls } from './javascript/script-calls.ts';
import type { OpenTransactions } from './open-transactions.ts';
import {
  isParameter,
  type ParameterValue,
  parameterDefinition,
  parameterDefinitions,
  parameterValue,
} from './parameters.ts';
import { splitStatements } from './split.ts';
import { stageKey } from './stages/find-stage.ts';
import type { StageArea } from './stages/stage-area.ts';
import type { Transaction } from './transaction.ts';

/** What all sessions of the account share. */
export interface Account {
  readonly catalog: Catalog;
  readonly host: EngineHost;
  readonly transactions: OpenTransactions;
  readonly stages: StageArea;
  readonly scripts: ScriptCalls;
}

export interface Variable {
  readonly value: string | null;
  readonly type: SnowflakeType;
  readonly createdMs: number;
  updatedMs: number;
}

/** The SQL side of one session: current objects, parameters, variables, temporary objects, the open transaction. */
export class Session implements EngineSession {
  role: string;
  secondaryRoles: 'ALL' | 'NONE' = 'NONE';
  warehouse: string | null;
  database: string | null = null;
  schema: string | null = null;
  readonly overrides = new Map<string, ParameterValue>();
  readonly variables = new Map<string, Variable>();
  /** Temporary tables and views by the full name that they shadow. */
  readonly temporaries = new Map<string, Table | View>();
  /** Temporary stages by the full name that they shadow. */
  readonly temporaryStages = new Map<string, Stage>();
  /** What drops each of this session's temporary functions and procedures. */
  readonly temporaryRoutines = new Set<() => void>();
  lastTransactionId: string | null = null;
  private open: Transaction | null = null;
  private isClosed = false;

  constructor(
    readonly account: Account,
    readonly start: SessionStart,
  ) {
    const user = account.host.users().find(({ name }) => name === start.user);
    this.role = start.role ?? user?.defaultRole ?? 'PUBLIC';
    const available = this.availableRoles();
    // A default role that was never granted, or not any more, is no reason to refuse a sign-in.
    if (start.role === null && !available.has(this.role)) this.role = 'PUBLIC';
    if (!available.has(this.role)) {
      throw new SqlError(
        '390189',
        '08004',
        `Role '${this.role}' specified in the connect string does not exist or not authorized. Contact your local system administrator, or attempt to login with another role, e.g. PUBLIC.`,
      );
    }
    this.warehouse = start.warehouse ?? user?.defaultWarehouse ?? null;
    if (this.warehouse !== null && !account.catalog.warehouses.get(this.warehouse)) this.warehouse = null;
    const [defaultDatabase, defaultSchema] = user?.defaultNamespace?.split('.') ?? [];
    const database = start.database ?? defaultDatabase ?? null;
    const schema = start.schema ?? (start.database === null ? defaultSchema : undefined);
    this.enterDatabase(database, schema);
    for (const [name, value] of start.parameters) this.acceptParameter(name, value);
  }

  /** Roles that this session may use: the user's own and all that these inherit. */
  availableRoles(): Set<string> {
    return this.account.catalog.roles.closure(this.grantedRoles());
  }

  /** Roles granted to the user directly. */
  grantedRoles(): string[] {
    const { host, catalog } = this.account;
    const user = host.users().find(({ name }) => name === this.start.user);
    const granted = [...(user?.roles ?? []), ...catalog.roles.grantedToUser(this.start.user).keys()];
    return [...new Set(granted)].filter((name) => catalog.roles.get(name) !== undefined);
  }

  get access(): Access {
    const active = this.secondaryRoles === 'ALL' ? [this.role, ...this.grantedRoles()] : [this.role];
    return new Access(this.account.catalog, active, this.start.sessionId);
  }

  get current(): CurrentObjects {
    const { role, secondaryRoles, warehouse, database, schema } = this;
    return { role, secondaryRoles, warehouse, database, schema };
  }

  parameters(): ReadonlyMap<string, ParameterValue> {
    const listed = parameterDefinitions().map(({ name, initial }) => [name, initial] as const);
    return new Map([...listed, ...this.overrides]);
  }

  warehouseTimeoutSeconds(): number {
    const warehouse = this.warehouse === null ? undefined : this.account.catalog.warehouses.get(this.warehouse);
    return warehouse?.timeoutSeconds ?? 0;
  }

  parameter(name: string): ParameterValue {
    return this.overrides.get(name) ?? parameterDefinition(name).initial;
  }

  execute(statement: EngineStatement): Promise<EngineResult> {
    return runStatement(this, statement);
  }

  split(text: string): readonly string[] {
    return splitStatements(text);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.transaction?.rollback();
    this.open = null;
    for (const object of this.temporaries.values())
      if (object.kind === 'TABLE') this.account.catalog.forgetTable(object);
    this.temporaries.clear();
    for (const stage of this.temporaryStages.values()) this.account.stages.drop(stageKey(stage));
    this.temporaryStages.clear();
    for (const dropRoutine of this.temporaryRoutines) dropRoutine();
    this.temporaryRoutines.clear();
  }

  /** The open transaction. */
  get transaction(): Transaction | null {
    if (this.open?.isOver) this.open = null;
    return this.open;
  }

  /** Opens a transaction, where none is open. */
  begin(name: string): Transaction {
    const transaction = this.transaction ?? this.account.transactions.begin(this.start.sessionId, name);
    this.open = transaction;
    this.lastTransactionId = transaction.id;
    return transaction;
  }

  /** Ends the open transaction, where there is one, and keeps what it did. */
  async commit(by: { readonly queryId: string; readonly startMs: number } | null): Promise<void> {
    const { transaction } = this;
    this.open = null;
    await transaction?.commit(by);
  }

  /** Ends the open transaction, where there is one, and undoes what it did. */
  async rollback(): Promise<void> {
    const { transaction } = this;
    this.open = null;
    await transaction?.rollback();
  }

  /** LAST_QUERY_ID(n): n below zero counts from the newest, above zero from the oldest. */
  queryIdAt(n: number): string | null {
    const ids = this.account.host.statementIds(this.start.sessionId);
    return ids.at(n < 0 ? n : n - 1) ?? null;
  }

  /** A login's own parameters: drivers send more than the account knows, and a value that does not fit must not fail a login. */
  private acceptParameter(name: string, value: ParameterValue): void {
    const upper = name.toUpperCase();
    if (!isParameter(upper)) return;
    try {
      this.overrides.set(upper, parameterValue(parameterDefinition(upper), value));
    } catch {
      // Snowflake ignores it likewise; the session keeps the default.
    }
  }

  /** Where database or schema do not exist, the session has none: a login does not fail for it (PROTOCOL, 090105). */
  private enterDatabase(name: string | null, schemaName: string | undefined | null): void {
    const database = name === null ? undefined : this.account.catalog.databases.get(name);
    if (!database || !this.access.reaches(database)) return;
    this.database = database.name;
    const wanted = schemaName ?? 'PUBLIC';
    const schema = database.schemas.get(wanted);
    if (wanted === 'INFORMATION_SCHEMA' || (schema && this.access.reaches(schema))) this.schema = wanted;
  }
}
