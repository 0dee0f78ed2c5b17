import type {
  QuickJSAsyncContext,
  QuickJSAsyncRuntime,
  QuickJSAsyncWASMModule,
  QuickJSHandle,
} from 'quickjs-emscripten-core';
import type { Answer, Request, ScriptFailure, ScriptRoutine } from './messages.ts';
import { PRELUDE } from './prelude.ts';

/** QuickJS's own stack; the thread's is made large enough for it (`script-thread.ts`). */
const STACK_BYTES = 256 * 1024;
/** Rows of a partition are given to the script in slices of about so many characters. */
const SLICE_LENGTH = 1024 * 1024;

/** Functions of the prelude for one routine. */
interface Loaded {
  readonly context: QuickJSAsyncContext;
  readonly entry: QuickJSHandle;
}

/**
 * The scripts of one statement: a runtime of its own, a realm for each routine. Nothing of it is left after `end`. What
 * WebAssembly itself throws (a trap) is thrown on: the thread is then of no more use.
 */
export class Machine {
  private readonly runtime: QuickJSAsyncRuntime;
  private readonly loaded = new Map<number, Loaded>();

  constructor(
    quickJs: QuickJSAsyncWASMModule,
    private readonly ask: (text: string) => string,
  ) {
    this.runtime = quickJs.newRuntime();
    this.runtime.setMaxStackSize(STACK_BYTES);
  }

  work(request: Exclude<Request, { kind: 'begin' | 'end' }>): Answer {
    try {
      switch (request.kind) {
        case 'load':
          this.load(request.routine);
          return { kind: 'done', text: '' };
        case 'scalar':
          return { kind: 'done', text: this.call(request.id, 'scalar', request.cells) };
        case 'procedure':
          return { kind: 'done', text: this.call(request.id, 'procedure', request.row) };
        case 'table':
          return this.table(request);
      }
    } catch (error) {
      if (error instanceof Thrown) return { kind: 'failed', failure: error.failure };
      throw error;
    }
  }

  end(): void {
    for (const { context, entry } of this.loaded.values()) {
      entry.dispose();
      context.dispose();
    }
    this.loaded.clear();
    this.runtime.dispose();
  }

  private load(routine: ScriptRoutine): void {
    if (this.loaded.has(routine.id)) return;
    const context = this.runtime.newContext();
    const prelude = this.unwrap(context, context.evalCode(PRELUDE, 'sf:prelude', { type: 'global' }));
    const host = context.newFunction('ask', (text) => context.newString(this.ask(context.getString(text))));
    const config = context.newString(JSON.stringify(routine));
    const run = context.newFunction('run', (source, file) => {
      const found = context.evalCode(context.getString(source), context.getString(file), { type: 'global' });
      // A function of the host's hands an error on as the one that it throws itself.
      if (found.error) return found;
      return found.value;
    });
    try {
      const entry = this.unwrap(context, context.callFunction(prelude, context.undefined, config, host, run));
      this.loaded.set(routine.id, { context, entry });
    } catch (error) {
      if (error instanceof Thrown && error.failure.stage === 'run') {
        throw new Thrown({ ...error.failure, stage: 'compile' });
      }
      throw error;
    } finally {
      for (const handle of [prelude, host, config, run]) handle.dispose();
      if (!this.loaded.has(routine.id)) context.dispose();
    }
  }

  /** Calls the prelude's function of one text; its text says in its first letter how it went. */
  private call(id: number, what: string, text: string): string {
    const found = this.loaded.get(id);
    if (!found) throw new Error(`routine ${id} is not loaded`);
    const { context, entry } = found;
    const [name, argument] = [context.newString(what), context.newString(text)];
    let answer: string;
    try {
      const result = this.unwrap(context, context.callFunction(entry, context.undefined, name, argument));
      answer = context.getString(result);
      result.dispose();
    } finally {
      name.dispose();
      argument.dispose();
    }
    if (answer.startsWith('+')) return answer.slice(1);
    throw new Thrown(JSON.parse(answer.slice(1)) as ScriptFailure);
  }

  /** One partition, in slices, so that the whole of it never stands in the script's memory. */
  private table({ id, rows, constants }: Extract<Request, { kind: 'table' }>): Answer {
    const made: string[] = [];
    const take = (text: string): void => {
      for (const row of JSON.parse(text) as unknown[]) made.push(JSON.stringify(row));
    };
    this.call(id, 'open', JSON.stringify(constants.map((value) => (value === undefined ? [] : [value]))));
    for (let at = 0; at < rows.length; ) {
      const from = at;
      for (let length = 0; at < rows.length && length < SLICE_LENGTH; at += 1) length += rows[at]?.length ?? 0;
      take(this.call(id, 'rows', `{"first":${from + 1},"rows":[${rows.slice(from, at).join(',')}]}`));
    }
    take(this.call(id, 'close', ''));
    return { kind: 'done', text: '', rows: made };
  }

  /** The value of a call into QuickJS. Throws Thrown for what the script, or QuickJS for it, has thrown. */
  private unwrap(context: QuickJSAsyncContext, result: ReturnType<QuickJSAsyncContext['callFunction']>): QuickJSHandle {
    if (!result.error) return result.value;
    const thrown: unknown = context.dump(result.error);
    result.error.dispose();
    const known = typeof thrown === 'object' && thrown !== null ? (thrown as Partial<Record<string, unknown>>) : {};
    const text = known.name === undefined ? String(thrown) : `${String(known.name)}: ${String(known.message)}`;
    const stage = /out of memory/.test(text) ? 'memory' : 'run';
    throw new Thrown({ stage, text, stack: typeof known.stack === 'string' ? known.stack : '' });
  }
}

class Thrown extends Error {
  constructor(readonly failure: ScriptFailure) {
    super(failure.text);
  }
}
