import type { Moment } from '../catalog/commits.ts';
import type { Storage } from '../catalog/storage.ts';
import type { Warehouse } from '../catalog/warehouses.ts';
import { type EngineResult, type EngineStatement, SqlError, type WireRow } from '../engine.ts';
import type { Relation } from './contract.ts';
import { noWarehouse } from './errors.ts';
import { type ParameterValue, parameterDefinition, parameterValue } from './parameters.ts';
import { TokenReader } from './reader.ts';
import type { Account, Session } from './session.ts';

export type Handler = (statement: Statement) => Promise<EngineResult>;

/** One statement on its way through the engine: its text, its session, and what must be given back at its end. */
export class Statement {
  readonly reader: TokenReader;
  /** The statement's start on the sandbox's clock. */
  readonly startMs: number;
  private readonly atEnd: (() => void)[] = [];
  private readonly held = new Set<Storage>();
  private hasWarehouse = false;

  constructor(
    readonly session: Session,
    readonly request: EngineStatement,
    /** How many statements this one stands inside of. */
    readonly depth = 0,
    /** Names that stand for results of other statements. */
    readonly relations: ReadonlyMap<string, Relation> = new Map(),
  ) {
    this.reader = new TokenReader(request.sql, undefined, request.binds);
    this.startMs = session.account.host.now();
  }

  get account(): Account {
    return this.session.account;
  }

  get signal(): AbortSignal {
    return this.request.signal;
  }

  /** Effective parameter: the statement's own, else the session's. */
  parameter(name: string): ParameterValue {
    const own = this.request.parameters.get(name);
    return own === undefined ? this.session.parameter(name) : parameterValue(parameterDefinition(name), own);
  }

  /** What commits know of this statement. */
  get committer(): { readonly queryId: string; readonly startMs: number } {
    return { queryId: this.request.queryId, startMs: this.startMs };
  }

  /** The moment of a commit that this statement makes now. */
  commitMoment(): Moment {
    return this.account.catalog.commits.next(this.committer);
  }

  /** Keeps a table's rows until the statement's result is read. */
  hold(storage: Storage): void {
    if (this.held.has(storage)) return;
    this.held.add(storage);
    this.atEnd.push(storage.hold());
  }

  /** Runs `action` when the statement has failed or its result was read or left. */
  onEnd(action: () => void): void {
    this.atEnd.push(action);
  }

  end(): void {
    for (const action of this.atEnd.splice(0).reverse()) action();
  }

  /** Takes a place in the session's warehouse, once. Throws SqlError 000606 where there is none to take. */
  async occupyWarehouse(): Promise<void> {
    if (this.hasWarehouse || this.request.describeOnly) return;
    const { warehouses } = this.account.catalog;
    const name = this.session.warehouse;
    const warehouse = name === null ? undefined : warehouses.get(name);
    if (!warehouse || !this.session.access.may(warehouse, 'USAGE', 'OPERATE')) throw noWarehouse();
    if (warehouse.state === 'SUSPENDED' && !warehouse.autoResume) throw noWarehouse();
    this.hasWarehouse = true;
    const leave = await warehouses.occupy(
      warehouse,
      this.signal,
      (phase) => this.request.report?.(phase),
      this.queueTimeout(warehouse),
    );
    this.atEnd.push(leave);
  }

  /**
   * What rejects once the statement has been queued for longer than STATEMENT_QUEUED_TIMEOUT_IN_SECONDS: the least of
   * what the session and the warehouse set, 0 for no bound. Source: docs, "Parameters".
   */
  private queueTimeout({ queuedTimeoutSeconds }: Warehouse): ((over: AbortSignal) => Promise<never>) | null {
    const asked = [Number(this.parameter('STATEMENT_QUEUED_TIMEOUT_IN_SECONDS')), queuedTimeoutSeconds ?? 0];
    const limits = asked.filter((limit) => limit > 0);
    if (limits.length === 0) return null;
    const seconds = Math.min(...limits);
    return async (over) => {
      await this.account.host.sleep(seconds * 1000, over);
      const message = `Statement reached its statement or warehouse queued timeout of ${seconds} second(s) and was canceled.`;
      throw new SqlError('000630', '57014', message);
    };
  }

  /** The result, with everything given back once its rows are read or left. */
  finishing(result: EngineResult): EngineResult {
    const { rows } = result;
    const end = () => this.end();
    async function* guarded(): AsyncGenerator<readonly WireRow[], void, undefined> {
      try {
        yield* rows;
      } finally {
        end();
      }
    }
    return { ...result, rows: guarded() };
  }
}
