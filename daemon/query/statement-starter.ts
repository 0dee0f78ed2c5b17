/** Starts statements, and keeps of each what its client may ask for later. */
import type { Attachment } from '../clients/contract.ts';
import type { Profile } from '../config/profile.ts';
import { SnowpoolError } from '../errors.ts';
import type { RunRequest } from './contract.ts';
import { type Consumer, Execution, type ExecutionOptions } from './execution.ts';
import { type ExecutionPlan, transactionStep } from './execution-plan.ts';
import type { Finished, KnownStatements } from './known-statements.ts';

export interface StarterOptions<T> extends Omit<ExecutionOptions, 'attachment' | 'plan'> {
  readonly known: KnownStatements<T>;
  /** Something of that profile may have changed. */
  readonly onWrite: (profile: Profile) => void;
}

export class StatementStarter<T> {
  readonly #options: StarterOptions<T>;
  readonly #finished = new WeakMap<Execution<T>, Promise<Finished>>();

  constructor(options: StarterOptions<T>) {
    this.#options = options;
  }

  start(attachment: Attachment, plan: ExecutionPlan, notices: readonly string[], consume: Consumer<T>): Execution<T> {
    let rowsAffected: number | undefined;
    const execution = new Execution<T>({ ...this.#options, attachment, plan }, async (result, signal) => {
      rowsAffected = result.rowsAffected;
      return consume(result, signal);
    });
    execution.notices.push(...notices);
    const whyFailed = execution.outcome.then(() => undefined, asSnowpoolError);
    const finished = execution.ended.then(async (): Promise<Finished> => {
      if (!plan.isRepeatable) this.#options.onWrite(attachment.profile);
      const { queryId } = execution;
      return { kind: plan.kind, queryId, rowsAffected, notices: execution.notices, error: await whyFailed };
    });
    this.#finished.set(execution, finished);
    this.share(attachment, execution);
    return execution;
  }

  /** Makes a statement this client's own as well: it may ask for it while it runs and when it has ended. */
  share(attachment: Attachment, execution: Execution<T>): void {
    const statements = this.#options.known.of(attachment);
    statements.started(execution);
    void this.#finished.get(execution)?.then((finished) => statements.ended(execution, finished));
  }

  /** Opens a transaction that stays open for the client, or takes it back. Resolves with what the client should know beside it. */
  async step(
    sql: 'BEGIN' | 'ROLLBACK',
    attachment: Attachment,
    request: Pick<RunRequest, 'tool' | 'signal'>,
    deadline: number,
    nothing: T,
  ): Promise<readonly string[]> {
    const plan = transactionStep(sql, request.tool, this.#options.newId(), deadline);
    const execution = this.start(attachment, plan, [], async () => nothing);
    const stop = () => void execution.cancel(left());
    request.signal.addEventListener('abort', stop, { once: true });
    await execution.outcome.finally(() => request.signal.removeEventListener('abort', stop));
    await execution.ended;
    return execution.notices;
  }
}

/** For a caller that left. */
export function left(): SnowpoolError {
  return new SnowpoolError('cancelled', 'The call was cancelled; its statement is being ended at Snowflake.');
}

function asSnowpoolError(error: unknown): SnowpoolError {
  if (error instanceof SnowpoolError) return error;
  return new SnowpoolError(
    'internal',
    error instanceof Error ? error.message : String(error),
    '',
    {},
    { cause: error },
  );
}
