import type { EngineResult, WireRow } from '../../engine.ts';
import { unsupported } from '../errors.ts';
import type { Value } from '../evaluate.ts';
import { TokenReader } from '../reader.ts';
import { KIND } from '../results.ts';
import type { Statement } from '../statement.ts';
import type { Block, Handler, Range, Step } from './block.ts';
import { BlockData, type RunNested } from './block-data.ts';
import { type BlockError, blockError, declaredError, handlerOf } from './exceptions.ts';
import { endOfLoop, NEXT, type Outcome } from './outcome.ts';
import { oneValue } from './rows.ts';
import { errorVariables, NUMBER, TEXT } from './status-variables.ts';

type Of<K extends Step['kind']> = Extract<Step, { kind: K }>;

const MOST_ROUNDS = 1_000_000;

/** One run of a block: its steps, loops and handlers. `name` is the result's column. */
export class BlockRun {
  private readonly data: BlockData;
  /** Exceptions that this block and those around it declare. */
  private exceptions = new Map<string, { readonly code: string; readonly message: string }>();
  private rounds = 0;
  private raised: BlockError | undefined;
  /** Those of the innermost block. */
  private handlers: readonly Handler[] = [];

  constructor(
    private readonly statement: Statement,
    text: string,
    private readonly name: string,
    nested: RunNested,
    given: ReadonlyMap<string, Value> = new Map(),
  ) {
    this.data = new BlockData(statement, text, nested);
    for (const [key, value] of given) this.data.scopes.variables.set(key, value);
  }

  /** Runs the block; its RETURN is the result, NULL where there is none. */
  async run(block: Block): Promise<EngineResult> {
    const outcome = await this.block(block);
    return outcome.kind === 'return' ? outcome.result : oneValue(this.name, { value: null, type: TEXT });
  }

  /** Handlers guard what stands between BEGIN and EXCEPTION, not the declarations. Source: docs, "EXCEPTION". */
  private async block(block: Block): Promise<Outcome> {
    const { handlers, exceptions } = this;
    const leave = this.data.scopes.enter();
    this.exceptions = new Map([...exceptions, ...block.exceptions]);
    try {
      await this.steps(block.declared);
      this.handlers = block.handlers;
      return await this.steps(block.steps).catch((error: unknown) => {
        const handler = this.statement.signal.aborted ? undefined : handlerOf(this.handlers, error);
        if (!handler) throw error;
        return this.handle(handler, error);
      });
    } finally {
      this.handlers = handlers;
      this.exceptions = exceptions;
      leave();
    }
  }

  private async steps(steps: readonly Step[]): Promise<Outcome> {
    for (const step of steps) {
      this.statement.signal.throwIfAborted();
      const outcome = await this.step(step).catch((error: unknown) => {
        const handler = this.statement.signal.aborted ? undefined : handlerOf(this.handlers, error);
        if (!handler?.goesOn) throw error;
        return this.handle(handler, error);
      });
      if (outcome.kind !== 'next') return outcome;
    }
    return NEXT;
  }

  /** Runs a handler; its own errors are the enclosing block's. */
  private async handle(handler: Handler, error: unknown): Promise<Outcome> {
    const raised = blockError(error);
    for (const [name, value] of errorVariables(raised.own)) this.data.scopes.variables.set(name, value);
    const [own, before] = [this.handlers, this.raised];
    this.handlers = [];
    this.raised = raised;
    try {
      return await this.steps(handler.steps);
    } finally {
      this.handlers = own;
      this.raised = before;
    }
  }

  private async step(step: Step): Promise<Outcome> {
    try {
      return await this.work(step);
    } catch (error) {
      if (this.statement.signal.aborted) throw error;
      const isStatement = ['sql', 'open', 'block'].includes(step.kind) || (step.kind === 'assign' && step.isQuery);
      throw blockError(error, isStatement ? 'STATEMENT_ERROR' : 'EXPRESSION_ERROR', step.at);
    }
  }

  private async work(step: Step): Promise<Outcome> {
    switch (step.kind) {
      case 'sql':
        await this.data.runSql(step);
        return NEXT;
      case 'assign':
        await this.data.assign(step);
        return NEXT;
      case 'cursor':
        this.data.cursors.declare(step.name, step.query);
        return NEXT;
      case 'open':
        this.data.cursors.open(step.name, await this.data.rowsOf(step.name, step.using));
        return NEXT;
      case 'fetch':
        await this.data.store(step.into, this.data.cursors.fetch(step.name));
        return NEXT;
      case 'close':
        this.data.cursors.close(step.name);
        return NEXT;
      case 'if':
        for (const branch of step.branches) {
          if (await this.data.holds(branch)) return this.steps(branch.steps);
        }
        return NEXT;
      case 'loop':
        return this.loop(step);
      case 'for':
        return step.to ? this.count(step, step.to) : this.each(step);
      case 'leave':
        return { kind: step.how, label: step.label };
      case 'return':
        return { kind: 'return', result: await this.returned(step) };
      case 'raise':
        throw (
          (step.name === null ? this.raised : undefined) ?? declaredError(step.name ?? '', this.exceptions, step.at)
        );
      case 'block':
        return this.block(step.block);
      case 'null':
        return NEXT;
    }
  }

  private async loop({ condition, until, steps, label }: Of<'loop'>): Promise<Outcome> {
    for (;;) {
      this.round();
      if (condition && !(await this.data.isTrue(this.data.slice(condition)))) return NEXT;
      const outcome = await this.steps(steps);
      const over = endOfLoop(outcome, label);
      if (over) return over;
      if (until && (await this.data.isTrue(this.data.slice(until)))) return NEXT;
    }
  }

  private async count(step: Of<'for'>, to: Range): Promise<Outcome> {
    const first = Number((await this.data.value(this.data.slice(step.from))).value);
    const last = Number((await this.data.value(this.data.slice(to))).value);
    const count = Math.max(0, last - first + 1);
    const leave = this.data.scopes.counter(step.name);
    try {
      for (let i = 0; i < count; i += 1) {
        this.round();
        const value = step.isReverse ? last - i : first + i;
        this.data.scopes.variables.set(step.name, { value: String(value), type: NUMBER });
        const outcome = await this.steps(step.steps);
        const over = endOfLoop(outcome, step.label);
        if (over) return over;
      }
      return NEXT;
    } finally {
      leave();
    }
  }

  /** FOR record IN cursor or result set. */
  private async each(step: Of<'for'>): Promise<Outcome> {
    const kept = await this.data.rowsOf(new TokenReader(this.data.slice(step.from)).identifier(), null);
    for (const row of kept.rows) {
      this.round();
      const fields = kept.columns.map((column, index): [string, Value] => [
        column.name,
        { value: row[index] ?? null, type: column },
      ]);
      this.data.records.set(step.name, new Map(fields));
      const outcome = await this.steps(step.steps);
      const over = endOfLoop(outcome, step.label);
      if (over) return over;
    }
    return NEXT;
  }

  private round(): void {
    this.rounds += 1;
    this.statement.signal.throwIfAborted();
    if (this.rounds > MOST_ROUNDS) throw unsupported(`more than ${MOST_ROUNDS} rounds of loops in a block`);
  }

  private async returned({ value, isTable }: Of<'return'>): Promise<EngineResult> {
    if (value === null) return oneValue(this.name, { value: null, type: TEXT });
    const text = this.data.slice(value).trim();
    if (!isTable) return oneValue(this.name, await this.data.value(text));
    const name =
      /^RESULTSET_FROM_CURSOR\s*\((.*)\)$/is.exec(text)?.[1]?.trim().toUpperCase() ??
      new TokenReader(text).peek().value;
    const isKept = this.data.scopes.results.has(name) || this.data.cursors.has(name);
    const kept = isKept ? await this.data.rowsOf(name, null) : await this.data.kept(text);
    async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
      yield kept.rows;
    }
    return { statementTypeId: KIND.select, columns: kept.columns, rows: batches(), numberOfBinds: 0 };
  }
}
