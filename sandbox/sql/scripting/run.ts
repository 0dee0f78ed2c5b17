import { type EngineResult, type EngineStatement, SqlError, type WireRow } from '../../engine.ts';
import { unsupported } from '../errors.ts';
import type { Value } from '../evaluate.ts';
import { TokenReader } from '../reader.ts';
import { KIND } from '../results.ts';
import type { Statement } from '../statement.ts';
import type { Block, Branch, Handler, Range, Step } from './block.ts';
import { Cursors, type Kept } from './cursors.ts';
import { type BlockError, blockError, declaredError, handlerOf } from './exceptions.ts';
import { endOfLoop, NEXT, type Outcome } from './outcome.ts';
import { oneValue, readRows } from './rows.ts';
import { heldAsIs, inferredType, Scopes } from './scopes.ts';
import { errorVariables, NUMBER, rowCountVariables, TEXT } from './status-variables.ts';
import {
  bindExpression,
  bindFields,
  bindNames,
  bindPlaceholders,
  checkLength,
  listParts,
  literalOf,
} from './values.ts';

/** Runs one statement's text with the session and query id of another, and with its binds where none are given. */
export type RunNested = (outer: Statement, sql: string, binds?: EngineStatement['binds']) => Promise<EngineResult>;

type Of<K extends Step['kind']> = Extract<Step, { kind: K }>;

const MOST_ROUNDS = 1_000_000;

/** One run of a block: its variables, result sets and cursors. `name` is the result's column. */
export class BlockRun {
  private readonly scopes = new Scopes();
  private readonly cursors = new Cursors();
  /** Exceptions that this block and those around it declare. */
  private exceptions = new Map<string, { readonly code: string; readonly message: string }>();
  private readonly records = new Map<string, ReadonlyMap<string, Value>>();
  private rounds = 0;
  private raised: BlockError | undefined;
  /** Those of the innermost block. */
  private handlers: readonly Handler[] = [];

  constructor(
    private readonly statement: Statement,
    private readonly text: string,
    private readonly name: string,
    private readonly nested: RunNested,
    given: ReadonlyMap<string, Value> = new Map(),
  ) {
    for (const [key, value] of given) this.scopes.variables.set(key, value);
  }

  /** Runs the block; its RETURN is the result, NULL where there is none. */
  async run(block: Block): Promise<EngineResult> {
    const outcome = await this.block(block);
    return outcome.kind === 'return' ? outcome.result : oneValue(this.name, { value: null, type: TEXT });
  }

  /** Handlers guard what stands between BEGIN and EXCEPTION, not the declarations. Source: docs, "EXCEPTION". */
  private async block(block: Block): Promise<Outcome> {
    const { handlers, exceptions } = this;
    const leave = this.scopes.enter();
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
    for (const [name, value] of errorVariables(raised.own)) this.scopes.variables.set(name, value);
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
        await this.sqlStep(step);
        return NEXT;
      case 'assign':
        await this.assign(step);
        return NEXT;
      case 'cursor':
        this.cursors.declare(step.name, step.query);
        return NEXT;
      case 'open':
        this.cursors.open(step.name, await this.rowsOf(step.name, step.using));
        return NEXT;
      case 'fetch':
        await this.store(step.into, this.cursors.fetch(step.name));
        return NEXT;
      case 'close':
        this.cursors.close(step.name);
        return NEXT;
      case 'if':
        for (const branch of step.branches) {
          if (await this.holds(branch)) return this.steps(branch.steps);
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

  /** A statement; what stands behind its INTO takes the values of its only row. */
  private async sqlStep({ text, rest, into }: Of<'sql'>): Promise<void> {
    const { columns, rows } = await this.kept(`${this.slice(text)}${rest ? ` ${this.slice(rest)}` : ''}`);
    if (into.length === 0) return;
    const [row] = rows;
    if (!row || rows.length > 1) {
      const message = `A SELECT INTO statement expects exactly 1 returned row, but got ${rows.length}.`;
      throw new SqlError('002701', '42601', `SQL compilation error:\n${message}`);
    }
    await this.store(
      into,
      columns.map((column, index) => ({ value: row[index] ?? null, type: column })),
    );
  }

  private async assign({ name, value, isQuery, declares, type }: Of<'assign'>): Promise<void> {
    // A query in parentheses is a result for a RESULTSET, one value for any other variable.
    const query = isQuery && !declares && this.scopes.variables.has(name) ? this.slice(value) : '';
    if (/^\s*(?:SELECT|WITH)\b/i.test(query)) {
      await this.store([name], [await this.value(`(${query})`)]);
      return;
    }
    if (isQuery) {
      if (declares) this.scopes.declare(name);
      if (value.start >= 0) this.scopes.results.set(name, await this.kept(this.slice(value)));
      return;
    }
    const first = value.start >= 0 ? await this.value(this.slice(value)) : undefined;
    if (declares) {
      this.scopes.declare(name);
      this.scopes.variables.set(name, { value: null, type: TEXT });
      const own = type ? this.slice(type) : first && inferredType(first);
      if (own) this.scopes.types.set(name, own);
    }
    if (first || type) await this.store([name], [first ?? { value: null, type: TEXT }]);
  }

  /** Gives variables their values, as their declared types hold them. */
  private async store(names: readonly string[], values: readonly Value[]): Promise<void> {
    for (const [index, name] of names.entries()) {
      const value = values[index];
      if (!this.scopes.variables.has(name) || !value) {
        throw new SqlError('000904', '42000', `SQL compilation error:\ninvalid identifier '${name}'`);
      }
      const type = this.scopes.types.get(name);
      checkLength(value);
      // Long texts would take their time as literals, only to come back as they were.
      const held = type ? heldAsIs(value, type) : value;
      this.scopes.variables.set(name, held ?? (await this.value(`CAST(${literalOf(value)} AS ${type})`)));
    }
  }

  private async loop({ condition, until, steps, label }: Of<'loop'>): Promise<Outcome> {
    for (;;) {
      this.round();
      if (condition && !(await this.isTrue(this.slice(condition)))) return NEXT;
      const outcome = await this.steps(steps);
      const over = endOfLoop(outcome, label);
      if (over) return over;
      if (until && (await this.isTrue(this.slice(until)))) return NEXT;
    }
  }

  private async count(step: Of<'for'>, to: Range): Promise<Outcome> {
    const first = Number((await this.value(this.slice(step.from))).value);
    const last = Number((await this.value(this.slice(to))).value);
    const count = Math.max(0, last - first + 1);
    const leave = this.scopes.counter(step.name);
    try {
      for (let i = 0; i < count; i += 1) {
        this.round();
        const value = step.isReverse ? last - i : first + i;
        this.scopes.variables.set(step.name, { value: String(value), type: NUMBER });
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
    const kept = await this.rowsOf(new TokenReader(this.slice(step.from)).identifier(), null);
    for (const row of kept.rows) {
      this.round();
      const fields = kept.columns.map((column, index): [string, Value] => [
        column.name,
        { value: row[index] ?? null, type: column },
      ]);
      this.records.set(step.name, new Map(fields));
      const outcome = await this.steps(step.steps);
      const over = endOfLoop(outcome, step.label);
      if (over) return over;
    }
    return NEXT;
  }

  /** The rows of a result set, or of a cursor's query (or of the result set that it is for). */
  private async rowsOf(name: string, using: Range | null): Promise<Kept> {
    const known = this.scopes.results.get(name);
    if (known) return known;
    const query = this.slice(this.cursors.query(name)).trim();
    const reader = new TokenReader(query);
    const result = reader.isIdentifier() ? this.scopes.results.get(reader.identifier()) : undefined;
    if (result && reader.atEnd) return result;
    if (!using) return this.kept(query);
    const values: Value[] = [];
    for (const part of listParts(this.slice(using))) values.push(await this.value(part));
    return this.kept(bindPlaceholders(query, values));
  }

  private round(): void {
    this.rounds += 1;
    this.statement.signal.throwIfAborted();
    if (this.rounds > MOST_ROUNDS) throw unsupported(`more than ${MOST_ROUNDS} rounds of loops in a block`);
  }

  private async returned({ value, isTable }: Of<'return'>): Promise<EngineResult> {
    if (value === null) return oneValue(this.name, { value: null, type: TEXT });
    const text = this.slice(value).trim();
    if (!isTable) return oneValue(this.name, await this.value(text));
    const name =
      /^RESULTSET_FROM_CURSOR\s*\((.*)\)$/is.exec(text)?.[1]?.trim().toUpperCase() ??
      new TokenReader(text).peek().value;
    const isKept = this.scopes.results.has(name) || this.cursors.has(name);
    const kept = isKept ? await this.rowsOf(name, null) : await this.kept(text);
    async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
      yield kept.rows;
    }
    return { statementTypeId: KIND.select, columns: kept.columns, rows: batches(), numberOfBinds: 0 };
  }

  private slice({ start, end }: Range): string {
    return this.text.slice(start, end);
  }

  private async holds({ condition, subject }: Branch): Promise<boolean> {
    if (condition === null) return true;
    const text = this.slice(condition);
    return this.isTrue(subject ? `(${this.slice(subject)}) = (${text})` : text);
  }

  private async isTrue(text: string): Promise<boolean> {
    return (await this.value(text)).value === '1';
  }

  /** The value of an expression over the block's variables. */
  private async value(expression: string): Promise<Value> {
    const text = bindExpression(bindFields(expression, this.records), this.scopes.variables);
    const isQuery = /^\s*\(\s*(SELECT|WITH)\b/i.test(text);
    const result = await this.nested(this.statement, isQuery ? `SELECT ${text}` : `SELECT (${text})`);
    const rows = await readRows(result);
    const [column] = result.columns;
    if (!column) throw new Error('an expression without a column');
    return { value: rows[0]?.[0] ?? null, type: column };
  }

  /** Runs a statement to its end. */
  private async kept(text: string): Promise<Kept> {
    const withFields = bindFields(text, this.records);
    // EXECUTE IMMEDIATE takes variables by their bare names, too.
    const isImmediate = /^\s*EXECUTE\s+IMMEDIATE\b/i.test(text);
    const bound = (isImmediate ? bindExpression : bindNames)(withFields, this.scopes.variables);
    const result = await this.nested(this.statement, bound);
    const rows = await readRows(result);
    for (const [name, value] of rowCountVariables(result)) this.scopes.variables.set(name, value);
    return { columns: result.columns, rows };
  }
}
