import { SqlError } from '../../engine.ts';
import { unsupported } from '../errors.ts';
import { scriptError } from './failures.ts';
import { KeptResults } from './kept-results.ts';
import type { Answer, Request, ScriptRoutine } from './messages.ts';
import type { ScriptThread } from './script-thread.ts';
import type { ScriptThreads } from './script-threads.ts';

/** How long the main thread may stand still for a vector of rows: everybody else waits meanwhile. */
const LONGEST_WAIT_MS = 25;
/** The same where a statement's arguments differ at each attempt, so that no other way is left. */
const LONGEST_LAST_WAIT_MS = 1000;
const MOST_ATTEMPTS = 24;
const ATTEMPTS_BEFORE_LAST = 16;
/** Rows go to the script in slices of about so many characters. */
const SLICE_LENGTH = 1024 * 1024;

/** What a statement runs scripts with. */
export interface ScriptSetting {
  /** TIMEZONE of the session. */
  readonly zone: string;
  /** Epoch ms on the sandbox's clock. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** True for a statement inside another one, which may hold a thread. */
  readonly isNested: boolean;
}

/** A routine as one statement calls it. */
export interface ScriptSite {
  readonly scripts: StatementScripts;
  readonly routine: ScriptRoutine;
  readonly kept: KeptResults;
}

type Done = Extract<Answer, { kind: 'done' }>;

/** Thrown into DuckDB where results are still to come; the statement is run again once they are there. */
export const PENDING = /sf_js pending (\d+)/;

/**
 * The scripts of one statement: a thread of their own, from the first load to `end`.
 *
 * DuckDB asks for the results of a vector (up to 2048 rows) on the main thread and cannot be told to wait. So the main
 * thread waits for the script thread, but never for longer than a moment. Where a script takes longer, DuckDB's query is
 * ended; it is rehearsed once to learn all rows that it asks for, their results are waited for without holding up anybody,
 * and the query is run again with them. A script that never ends thus costs other sessions one moment.
 */
export class StatementScripts {
  private thread: Promise<ScriptThread> | null = null;
  /** The same, once it takes requests. */
  private running: ScriptThread | null = null;
  private readonly sites = new Map<number, ScriptSite>();
  /** What the script thread still works at, for a query that was ended. */
  private pending: Promise<void> | null = null;
  private failure: unknown = null;
  private isAtWork = false;
  private isSlow = false;
  private isRehearsing = false;
  private attempts = 0;
  private readonly onAbort = (): void => {
    void this.running?.terminate(new Error('the statement has ended'));
  };

  constructor(
    readonly id: number,
    private readonly threads: ScriptThreads,
    private readonly setting: ScriptSetting,
  ) {}

  /** Compiles a routine for this statement, once. Throws SqlError 100131 where its text is wrong. */
  async load(routine: ScriptRoutine): Promise<ScriptSite> {
    const known = this.sites.get(routine.id);
    if (known) return known;
    const thread = await this.start();
    this.read(routine, await this.ask(thread, { kind: 'load', routine }));
    const site: ScriptSite = { scripts: this, routine, kept: new KeptResults() };
    this.sites.set(routine.id, site);
    return site;
  }

  /** Runs a procedure to its end; `onAsk` answers what it asks for. The result is its text, or null. */
  async procedure(
    { routine }: ScriptSite,
    row: string,
    onAsk: (text: string) => Promise<string>,
  ): Promise<string | null> {
    const thread = await this.start();
    const answer = await this.ask(thread, { kind: 'procedure', id: routine.id, row }, onAsk);
    return JSON.parse(this.read(routine, answer).text) as string | null;
  }

  /** The results for rows of arguments (each JSON), call `number`. Throws SqlError, or PENDING where they are late. */
  scalar(site: ScriptSite, number: number, rows: readonly string[]): (string | null)[] {
    return this.results(site, number, rows, (asked) => scalarRequest(site, asked), readScalar);
  }

  /** The rows (each JSON) that a table function makes of one partition; null: not known in a rehearsal. Throws as `scalar`. */
  table(
    site: ScriptSite,
    number: number,
    rows: readonly string[],
    constants: readonly (string | null | undefined)[],
  ): readonly string[] | null {
    const key = JSON.stringify({ rows, constants: constants.map((value) => (value === undefined ? [] : [value])) });
    const [made = null] = this.results(site, number, [key], () => tableRequest(site, key), readTable);
    return made === null ? null : (JSON.parse(made) as string[]);
  }

  /**
   * Waits for the results that an attempt did not get, and for those of all rows that a rehearsal meets. Throws where the
   * script has failed.
   */
  async settle(rehearse: () => Promise<unknown>): Promise<void> {
    await this.settled();
    this.attempts += 1;
    if (this.attempts > MOST_ATTEMPTS) throw unsupported('JavaScript functions that take as long as here');
    this.isRehearsing = true;
    try {
      await rehearse();
    } catch {
      // What fails here fails again in earnest, or came of results that were not known yet.
    } finally {
      this.isRehearsing = false;
    }
    // A call may depend on those before it, never on those behind: the others' arguments may be made of unknown results.
    const calls = [...this.sites.values()].flatMap((site) => site.kept.firstWanted ?? []);
    const first = Math.min(...calls);
    for (const site of this.sites.values()) {
      const keys = site.kept.firstWanted === first ? site.kept.wantedBy(first) : [];
      if (keys.length > 0) this.pending = this.compute(site, keys);
      await this.settled();
      site.kept.forgetWanted();
    }
  }

  private async settled(): Promise<void> {
    await this.pending;
    this.pending = null;
    this.setting.signal.throwIfAborted();
    if (this.failure) throw this.failure;
    for (const { kept } of this.sites.values()) kept.restart();
  }

  /** Gives the thread back. Idempotent. */
  async end(): Promise<void> {
    const { thread } = this;
    this.thread = null;
    this.setting.signal.removeEventListener('abort', this.onAbort);
    if (!thread) return;
    const running = await thread.catch(() => null);
    if (running) await this.threads.giveBack(running, !this.isAtWork);
  }

  private start(): Promise<ScriptThread> {
    const { zone, nowMs, signal, isNested } = this.setting;
    this.thread ??= (async () => {
      signal.throwIfAborted();
      const thread = await this.threads.borrow(signal, isNested);
      this.running = thread;
      signal.addEventListener('abort', this.onAbort);
      if (signal.aborted) this.onAbort();
      await this.ask(thread, { kind: 'begin', zone, clockMs: nowMs });
      return thread;
    })();
    return this.thread;
  }

  private async ask(
    thread: ScriptThread,
    request: Request,
    onAsk: ((text: string) => Promise<string>) | null = null,
  ): Promise<Answer> {
    this.isAtWork = true;
    try {
      return await thread.ask(request, onAsk);
    } catch (error) {
      this.setting.signal.throwIfAborted();
      throw ended(error);
    } finally {
      this.isAtWork = false;
    }
  }

  private read(routine: ScriptRoutine, answer: Answer): Extract<Answer, { kind: 'done' }> {
    if (answer.kind === 'done') return answer;
    if (answer.kind === 'failed') throw scriptError(routine, answer.failure);
    throw new Error('a request was answered by a question');
  }

  /** Results by their arguments' texts: those kept from an earlier attempt, else the script's own. */
  private results(
    site: ScriptSite,
    number: number,
    keys: readonly string[],
    request: (keys: readonly string[]) => Request,
    read: (answer: Done) => (string | null)[],
  ): (string | null)[] {
    if (this.failure) throw this.failure;
    const { kept } = site;
    const results = new Array<string | null>(keys.length).fill(null);
    const missing: number[] = [];
    keys.forEach((key, index) => {
      const known = kept.isEmpty ? undefined : kept.take(key);
      if (known === undefined) missing.push(index);
      else results[index] = known;
    });
    if (missing.length === 0) return results;
    const asked = missing.length === keys.length ? keys : missing.map((index) => keys[index] ?? '');
    if (this.isRehearsing) {
      kept.want(number, asked);
      return results;
    }
    const found = this.now(site, asked, request, read);
    missing.forEach((index, at) => {
      results[index] = found[at] ?? null;
    });
    return results;
  }

  /** The script's results at once; where they are late, they are kept and PENDING is thrown. */
  private now(
    site: ScriptSite,
    keys: readonly string[],
    request: (keys: readonly string[]) => Request,
    read: (answer: Done) => (string | null)[],
  ): (string | null)[] {
    const thread = this.running;
    if (!thread) throw new Error('a script is called before it is loaded');
    const isLast = this.attempts > ATTEMPTS_BEFORE_LAST;
    if (!this.pending && (!this.isSlow || isLast)) {
      const answer = thread.askNow(request(keys), isLast ? LONGEST_LAST_WAIT_MS : LONGEST_WAIT_MS);
      if (!(answer instanceof Promise)) return read(this.read(site.routine, answer));
      this.isSlow = true;
      this.isAtWork = true;
      this.pending = this.keep(site, keys, answer, read);
    }
    throw new Error(`sf_js pending ${this.id}`);
  }

  private async keep(
    { routine, kept }: ScriptSite,
    keys: readonly string[],
    later: Promise<Answer>,
    read: (answer: Done) => (string | null)[],
  ): Promise<void> {
    try {
      kept.add(keys, read(this.read(routine, await later)));
    } catch (error) {
      this.failure = error instanceof SqlError ? error : ended(error);
    } finally {
      this.isAtWork = false;
    }
  }

  /** Results for all that a rehearsal met, in slices. */
  private async compute(site: ScriptSite, keys: readonly string[]): Promise<void> {
    const thread = this.running;
    if (!thread) return;
    const isTable = site.routine.form === 'table';
    for (let at = 0; at < keys.length && !this.failure; ) {
      const from = at;
      for (let length = 0; at < keys.length && length < SLICE_LENGTH; at += 1) {
        length += keys[at]?.length ?? 0;
        if (isTable) length = SLICE_LENGTH;
      }
      const slice = keys.slice(from, at);
      const request = isTable ? tableRequest(site, slice[0] ?? '') : scalarRequest(site, slice);
      await this.keep(site, slice, this.ask(thread, request), isTable ? readTable : readScalar);
    }
  }
}

function scalarRequest({ routine }: ScriptSite, rows: readonly string[]): Request {
  const cells = rows.map((row) => row.slice(1, -1)).join(',');
  return { kind: 'scalar', id: routine.id, cells: routine.parameters.length === 0 ? `[${rows.length}]` : `[${cells}]` };
}

function readScalar({ text }: Done): (string | null)[] {
  return JSON.parse(text) as (string | null)[];
}

/** A partition is kept under the JSON of its rows and constants. */
function tableRequest({ routine }: ScriptSite, key: string): Request {
  const { rows, constants } = JSON.parse(key) as { rows: string[]; constants: (string | null)[][] };
  return { kind: 'table', id: routine.id, rows, constants: constants.map(([value]) => value) };
}

function readTable({ rows }: Done): (string | null)[] {
  return [JSON.stringify(rows ?? [])];
}

function ended(cause: unknown): SqlError {
  const message = 'JavaScript execution error: the script was ended.';
  return new SqlError('100132', 'P0000', message, undefined, { cause });
}
