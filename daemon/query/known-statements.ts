/** Per client: which statements it started and which query ids it was given. It may page through and cancel only those. */
import type { Attachment } from '../clients/contract.ts';
import { SnowpoolError } from '../errors.ts';
import type { Execution } from './execution.ts';

/** What is remembered of a statement once its loan is settled: rows are read again from Snowflake's stored result. */
export interface Finished {
  readonly kind: string;
  readonly queryId: string | undefined;
  readonly rowsAffected: number | undefined;
  readonly notices: readonly string[];
  readonly error: SnowpoolError | undefined;
}

export type KnownStatement<T> =
  | { readonly state: 'live'; readonly execution: Execution<T> }
  | { readonly state: 'finished'; readonly finished: Finished };

/** Statements and ids kept for each client; the oldest finished ones are forgotten first. */
const kept = 2_000;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export class KnownStatements<T> {
  /** Gone together with the client. */
  readonly #byAttachment = new WeakMap<Attachment, ClientStatements<T>>();

  of(attachment: Attachment): ClientStatements<T> {
    let statements = this.#byAttachment.get(attachment);
    if (!statements) {
      statements = new ClientStatements(attachment);
      this.#byAttachment.set(attachment, statements);
    }
    return statements;
  }
}

export class ClientStatements<T> {
  readonly #attachment: Attachment;
  readonly #live = new Map<string, Execution<T>>();
  readonly #finished = new Map<string, Finished>();
  readonly #granted = new Set<string>();

  constructor(attachment: Attachment) {
    this.#attachment = attachment;
  }

  /** Statements of this client that have not ended. */
  get live(): readonly Execution<T>[] {
    return [...this.#live.values()];
  }

  started(execution: Execution<T>): void {
    this.#live.set(execution.requestId, execution);
  }

  ended(execution: Execution<T>, finished: Finished): void {
    this.#live.delete(execution.requestId);
    this.#remember(execution.requestId, finished);
    for (const queryId of execution.queryIds) this.#remember(queryId, finished);
    if (finished.queryId !== undefined) this.grant(finished.queryId);
  }

  /** True where the client was given that query id. */
  isOwn(queryId: string): boolean {
    const id = queryId.toLowerCase();
    return this.#granted.has(id) || this.#attachment.queryIds.has(id);
  }

  /** True where a statement of that request id was started for this client. */
  hasStarted(requestId: string): boolean {
    return this.#live.has(requestId) || this.#finished.has(requestId);
  }

  /** The client may read this query's result from now on. */
  grant(queryId: string): void {
    this.#granted.delete(queryId);
    this.#granted.add(queryId);
    forgetOldest(this.#granted);
  }

  /**
   * Finds a statement by query id or request id.
   * @returns undefined for an id that the client was given but of which nothing is remembered (an earlier daemon's).
   * Throws SnowpoolError invalid_argument for text that is no id, and for an id that the client was not given.
   */
  find(handle: string): KnownStatement<T> | undefined {
    if (!uuid.test(handle)) {
      throw new SnowpoolError(
        'invalid_argument',
        `'${shorten(handle)}' is not a query id.`,
        'A query id looks like 01b2c3d4-0000-1111-2222-333344445555; pass one exactly as an earlier answer gave it.',
      );
    }
    const id = handle.toLowerCase();
    for (const execution of this.#live.values()) {
      if (execution.requestId === id || execution.queryIds.includes(id)) return { state: 'live', execution };
    }
    const finished = this.#finished.get(id);
    if (finished) return { state: 'finished', finished };
    if (this.isOwn(id)) return undefined;
    throw new SnowpoolError(
      'invalid_argument',
      `This client was not given the query id ${id}: it may read and cancel its own statements only.`,
      'Run the statement with execute_query and use the query id of its answer.',
    );
  }

  #remember(id: string, finished: Finished): void {
    this.#finished.delete(id);
    this.#finished.set(id, finished);
    forgetOldest(this.#finished);
  }
}

function forgetOldest(entries: {
  readonly size: number;
  keys(): IterableIterator<string>;
  delete(key: string): boolean;
}): void {
  for (const key of entries.keys()) {
    if (entries.size <= kept) return;
    entries.delete(key);
  }
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
