/** A statement on its loan: sent with its tag and time limit, alone or in a transaction of its own, and ended when told to. */
import type { Attachment, Loan } from '../clients/contract.ts';
import type { Clock } from '../clock.ts';
import { DriverError, type DriverResult, type DriverStatement } from '../pool/driver.ts';
import type { ExecutionPlan } from './execution-plan.ts';
import { queryTag, statementParameters } from './query-tag.ts';

export interface SendOptions {
  readonly attachment: Attachment;
  readonly plan: ExecutionPlan;
  readonly clock: Clock;
  readonly newId: () => string;
  /** The daemon's, for the QUERY_TAG. */
  readonly version: string;
}

/** How long after it was told to end a statement may take before its session is given up. */
const endConfirmationMs = 15_000;
/** An abort that overtakes its statement finds nothing to abort, so it is repeated. */
const abortEveryMs = 1_000;

/** How long the account may take to tell a warehouse's state. */
const warehouseStateMs = 10_000;

/** The account never confirmed the end of a statement that was told to end. */
export class GivenUp extends Error {}

type Step = 'begin' | 'commit' | 'rollback';

export class LoanedStatement {
  readonly #loan: Loan;
  readonly #options: SendOptions;
  #isGivenUp = false;
  /** Ends the wait for the statement that runs. */
  #leave = () => {};
  #sent: DriverStatement | undefined;
  #queryId: string | undefined;
  #isStep = false;
  #isToEnd = false;

  constructor(loan: Loan, options: SendOptions) {
    this.#loan = loan;
    this.#options = options;
  }

  /** Of the plan's own statement; undefined while the account has not told it. */
  get queryId(): string | undefined {
    return this.#queryId ?? (this.#isStep ? undefined : this.#sent?.queryId);
  }

  /**
   * Runs the plan's text. Rejects with DriverError, with GivenUp after `end`, or with SnowpoolError statement_refused,
   * nothing sent, where another call has moved its client to a database in which the text may not run.
   */
  async run(requestId: string): Promise<DriverResult> {
    const { plan, attachment } = this.#options;
    plan.judgeIn(attachment.describeContext().database);
    return plan.isOwnTransaction ? this.#inTransaction(requestId) : this.#send(plan.sql, requestId);
  }

  /** What keeps the statement waiting at the account, as far as its warehouse tells; undefined where it does not. Never rejects. */
  async waitsFor(warehouse: string): Promise<string | undefined> {
    const { attachment, newId, version } = this.#options;
    // Not the statement's own: who looks for that in the account's records by its request id must not find this one.
    const facts = { client: attachment.client, tool: 'warehouse_state', requestId: newId() };
    // SHOW runs beside the statement and needs no warehouse itself. `_` and `%` in a name match more: the name is compared.
    const sql = `SHOW WAREHOUSES LIKE '${warehouse.replace(/['\\%]/g, '_')}'`;
    const parameters = statementParameters(queryTag(facts, version), warehouseStateMs);
    try {
      const result = await this.#loan.session.execute({ sql, requestId: newId(), parameters }).result;
      const states = await columnsOf(result, ['name', 'state', 'queued']);
      const [, state = '', queued = ''] = states.find(([name]) => name === warehouse) ?? [];
      if (/^(RESUMING|STARTING)$/i.test(state ?? '')) return `the warehouse ${warehouse} is resuming`;
      return Number(queued) > 0 ? `${queued} statements wait in the queue of the warehouse ${warehouse}` : undefined;
    } catch {
      // It is asked for the sake of a progress message alone.
      return undefined;
    }
  }

  /** Asks the account to end what runs, until it has ended or has not for a quarter of a minute. Never rejects. */
  async end(): Promise<void> {
    this.#isToEnd = true;
    const { clock } = this.#options;
    const endsBy = clock.monotonic() + endConfirmationMs;
    const statement = this.#sent;
    if (!statement) return;
    for (;;) {
      const { queryId, requestId } = statement;
      // Whether the abort was heard shows in the statement's own end; where it fails, it is sent again.
      this.#loan.session.abort(queryId === undefined ? { requestId } : { queryId }).catch(() => false);
      const pause = new AbortController();
      const isOver = await Promise.race([
        statement.result.then(
          () => true,
          () => true,
        ),
        clock.sleep(abortEveryMs, pause.signal).then(
          () => false,
          () => false,
        ),
      ]);
      pause.abort();
      if (isOver) return;
      if (clock.monotonic() >= endsBy) {
        this.#isGivenUp = true;
        this.#leave();
        return;
      }
    }
  }

  /** Takes back a BEGIN that came too late. True where the account has done so; never rejects. */
  rollBack(): Promise<boolean> {
    return this.#send('ROLLBACK', this.#options.newId(), 'rollback').then(
      () => true,
      () => false,
    );
  }

  async #send(sql: string, requestId: string, step?: Step): Promise<DriverResult> {
    const { attachment, plan, clock, version } = this.#options;
    const facts = { client: attachment.client, tool: plan.tool, requestId: plan.requestId };
    const tag = queryTag({ ...facts, ...(step ? { step } : {}) }, version);
    // What rides along with a statement is above what its session was set to.
    const ownMs = attachment.statementTimeoutMs() ?? Number.POSITIVE_INFINITY;
    const parameters = statementParameters(tag, Math.min(plan.deadline - clock.monotonic(), ownMs));
    const statement = this.#loan.session.execute({ sql, requestId, parameters });
    this.#sent = statement;
    this.#isStep = step !== undefined;
    try {
      const result = await this.#orGivenUp(statement.result);
      if (result.queryId === '') throw new DriverError('connection_lost', "the account's answer was incomplete");
      if (step === undefined) this.#queryId = result.queryId;
      return result;
    } catch (error) {
      const told = error instanceof DriverError ? error.details.queryId : undefined;
      if (step === undefined) this.#queryId = told ?? statement.queryId;
      throw error;
    } finally {
      this.#sent = undefined;
    }
  }

  async #inTransaction(requestId: string): Promise<DriverResult> {
    const { plan, newId } = this.#options;
    await this.#send('BEGIN', newId(), 'begin').catch((error: unknown) => {
      // Nothing was written yet, and what may have begun ends with its session: this can begin again on another one.
      if (!(error instanceof DriverError) || error.fault !== 'connection_lost') throw error;
      throw new DriverError('session_gone', error.message, error.details, { cause: error });
    });
    try {
      this.#checkIsToGoOn();
      const result = await this.#send(plan.sql, requestId);
      this.#checkIsToGoOn();
      await this.#send('COMMIT', newId(), 'commit');
      return result;
    } catch (error) {
      if (!(error instanceof DriverError) || (error.fault !== 'statement' && error.fault !== 'aborted')) throw error;
      await this.#send('ROLLBACK', newId(), 'rollback').catch((cause: unknown) => {
        // A session with a transaction left open must not be lent again: reported as broken, it is closed.
        const message = `${error.message} (and its transaction could not be rolled back)`;
        throw new DriverError('session_gone', message, error.details, { cause });
      });
      throw error;
    }
  }

  #checkIsToGoOn(): void {
    if (this.#isToEnd) throw new DriverError('aborted', 'cancelled before its transaction was committed');
  }

  #orGivenUp<R>(result: Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#leave = () => reject(new GivenUp());
      if (this.#isGivenUp) this.#leave();
      result.then(resolve, reject);
    });
  }
}

/** Some columns of a short result, by lower-case name. */
async function columnsOf(result: DriverResult, names: readonly string[]): Promise<(string | null | undefined)[][]> {
  const at = names.map((name) => result.columns.findIndex((column) => column.name.toLowerCase() === name));
  const rows: (string | null | undefined)[][] = [];
  for await (const batch of result.rows({ start: 0, end: result.totalRows }, AbortSignal.timeout(warehouseStateMs))) {
    rows.push(...batch.map((row) => at.map((index) => row[index])));
  }
  return rows;
}
