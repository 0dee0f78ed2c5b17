import type { EngineResult, WireRow } from '../../engine.ts';
import { SqlError } from '../../engine.ts';
import { unsupported } from '../errors.ts';
import type { Value } from '../evaluate.ts';
import { TokenReader } from '../reader.ts';
import { KIND, plainResult } from '../results.ts';
import type { Statement } from '../statement.ts';
import type { Block, Range, Step } from './block.ts';
import { bindExpression, bindFields, bindNames } from './values.ts';

/** Runs one statement's text with the session and query id of another. */
export type RunNested = (outer: Statement, sql: string) => Promise<EngineResult>;

/** How a step ended: on to the next one, out of or again through the loop, or out of the block with a result. */
type Outcome =
  | { readonly kind: 'next' }
  | { readonly kind: 'break' | 'continue' }
  | { readonly kind: 'return'; readonly result: EngineResult };

const NEXT: Outcome = { kind: 'next' };
const MOST_ROUNDS = 1_000_000;

interface Kept {
  readonly columns: EngineResult['columns'];
  readonly rows: readonly WireRow[];
}

/** One run of a block: its variables, result sets and cursors. `name` is the result's column. */
export class BlockRun {
  private readonly variables = new Map<string, Value>();
  private readonly results = new Map<string, Kept>();
  private readonly cursors = new Map<string, Range>();
  private readonly records = new Map<string, ReadonlyMap<string, Value>>();
  private rounds = 0;
  private raised: unknown;

  constructor(
    private readonly statement: Statement,
    private readonly text: string,
    private readonly name: string,
    private readonly nested: RunNested,
    given: ReadonlyMap<string, Value> = new Map(),
  ) {
    for (const [key, value] of given) this.variables.set(key, value);
  }

  /** Runs the block; its RETURN is the result, NULL where there is none. */
  async run(block: Block): Promise<EngineResult> {
    const outcome = await this.block(block);
    return outcome.kind === 'return' ? outcome.result : this.single({ value: null, type: TEXT });
  }

  private async block(block: Block): Promise<Outcome> {
    try {
      for (const step of block.declared) await this.step(step, block);
      return await this.steps(block.steps, block);
    } catch (error) {
      if (!(error instanceof SqlError) || this.statement.signal.aborted) throw error;
      const name = this.exceptionName(error, block);
      const handler = block.handlers.find(({ names }) => names.includes(name) || names.includes('OTHER'));
      if (!handler) throw error;
      this.describeError(error);
      this.raised = error;
      return this.steps(handler.steps, block);
    }
  }

  private exceptionName(error: SqlError, block: Block): string {
    for (const [name, { code, message }] of block.exceptions)
      if (error.code === code && error.message.endsWith(message)) return name;
    return error.message.includes('EXPRESSION_ERROR') ? 'EXPRESSION_ERROR' : 'STATEMENT_ERROR';
  }

  private describeError({ code, sqlState, message }: SqlError): void {
    this.variables.set('SQLCODE', { value: String(Number(code)), type: NUMBER });
    this.variables.set('SQLERRM', { value: message, type: TEXT });
    this.variables.set('SQLSTATE', { value: sqlState, type: TEXT });
  }

  private async steps(steps: readonly Step[], block: Block): Promise<Outcome> {
    for (const step of steps) {
      this.statement.signal.throwIfAborted();
      const outcome = await this.step(step, block);
      if (outcome.kind !== 'next') return outcome;
    }
    return NEXT;
  }

  private async step(step: Step, block: Block): Promise<Outcome> {
    switch (step.kind) {
      case 'sql':
        await this.drain(await this.sql(this.slice(step.text)));
        return NEXT;
      case 'assign':
        await this.assign(step);
        return NEXT;
      case 'cursor':
        this.cursors.set(step.name, step.query);
        return NEXT;
      case 'if':
        for (const { condition, steps } of step.branches) {
          if (condition === null || (await this.isTrue(condition))) return this.steps(steps, block);
        }
        return NEXT;
      case 'loop':
        return this.loop(step, block);
      case 'for':
        return step.to ? this.count(step, step.to, block) : this.each(step, block);
      case 'leave':
        return { kind: step.how };
      case 'return':
        return { kind: 'return', result: await this.returned(step) };
      case 'raise':
        throw this.exception(step.name, block);
      case 'block':
        return this.block(step.block);
      case 'null':
        return NEXT;
    }
  }

  private exception(name: string | null, block: Block): unknown {
    if (name === null) return this.raised;
    const known = block.exceptions.get(name);
    if (!known) throw new SqlError('000904', '42000', `SQL compilation error:\ninvalid identifier '${name}'`);
    const text = `Uncaught exception of type '${name}' on line 1 at position 0 : ${known.message}`;
    return new SqlError(known.code, 'P0001', text);
  }

  private async assign({ name, value, isQuery, declares }: Extract<Step, { kind: 'assign' }>): Promise<void> {
    if (isQuery) {
      if (value.start < 0) return;
      const result = await this.sql(this.slice(value));
      this.results.set(name, { columns: result.columns, rows: await this.drain(result) });
      return;
    }
    if (!declares && !this.variables.has(name)) {
      throw new SqlError('000904', '42000', `SQL compilation error:\ninvalid identifier '${name}'`);
    }
    this.variables.set(name, value.start < 0 ? { value: null, type: TEXT } : await this.value(value));
  }

  private async loop({ condition, until, steps }: Extract<Step, { kind: 'loop' }>, block: Block): Promise<Outcome> {
    for (;;) {
      this.round();
      if (condition && !(await this.isTrue(condition))) return NEXT;
      const outcome = await this.steps(steps, block);
      if (outcome.kind === 'return') return outcome;
      if (outcome.kind === 'break') return NEXT;
      if (until && (await this.isTrue(until))) return NEXT;
    }
  }

  private async count(step: Extract<Step, { kind: 'for' }>, to: Range, block: Block): Promise<Outcome> {
    const first = Number((await this.value(step.from)).value);
    const last = Number((await this.value(to)).value);
    const count = Math.max(0, last - first + 1);
    for (let i = 0; i < count; i += 1) {
      this.round();
      const value = step.isReverse ? last - i : first + i;
      this.variables.set(step.name, { value: String(value), type: NUMBER });
      const outcome = await this.steps(step.steps, block);
      if (outcome.kind === 'return') return outcome;
      if (outcome.kind === 'break') return NEXT;
    }
    return NEXT;
  }

  /** FOR record IN cursor or result set. */
  private async each(step: Extract<Step, { kind: 'for' }>, block: Block): Promise<Outcome> {
    const name = new TokenReader(this.slice(step.from)).identifier();
    const cursor = this.cursors.get(name);
    let kept = this.results.get(name);
    if (cursor) {
      const result = await this.sql(this.slice(cursor));
      kept = { columns: result.columns, rows: await this.drain(result) };
    }
    if (!kept) throw new SqlError('000904', '42000', `SQL compilation error:\ninvalid identifier '${name}'`);
    for (const row of kept.rows) {
      this.round();
      const fields = kept.columns.map((column, index): [string, Value] => [
        column.name,
        { value: row[index] ?? null, type: column },
      ]);
      this.records.set(step.name, new Map(fields));
      const outcome = await this.steps(step.steps, block);
      if (outcome.kind === 'return') return outcome;
      if (outcome.kind === 'break') return NEXT;
    }
    return NEXT;
  }

  private round(): void {
    this.rounds += 1;
    this.statement.signal.throwIfAborted();
    if (this.rounds > MOST_ROUNDS) throw unsupported(`more than ${MOST_ROUNDS} rounds of loops in a block`);
  }

  private async returned({ value, isTable }: Extract<Step, { kind: 'return' }>): Promise<EngineResult> {
    if (value === null) return this.single({ value: null, type: TEXT });
    if (!isTable) return this.single(await this.value(value));
    const text = this.slice(value).trim();
    const name = new TokenReader(text).peek().value;
    const kept = this.results.get(name);
    if (!kept) return this.sql(text);
    const rows = kept.rows;
    async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
      yield rows;
    }
    return { statementTypeId: KIND.select, columns: kept.columns, rows: batches(), numberOfBinds: 0 };
  }

  private single({ value, type }: Value): EngineResult {
    const column = {
      ...type,
      name: this.name,
      nullable: true,
      byteLength: type.length,
      database: '',
      schema: '',
      table: '',
    };
    async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
      yield [[value]];
    }
    return { ...plainResult(KIND.select, [column], []), rows: batches() };
  }

  private slice({ start, end }: Range): string {
    return this.text.slice(start, end);
  }

  private async isTrue(range: Range): Promise<boolean> {
    return (await this.value(range)).value === '1';
  }

  /** The value of an expression over the block's variables. */
  private async value(range: Range): Promise<Value> {
    const text = bindExpression(bindFields(this.slice(range), this.records), this.variables);
    const result = await this.nested(
      this.statement,
      /^\s*\(\s*(SELECT|WITH)\b/i.test(text) ? `SELECT ${text}` : `SELECT (${text})`,
    );
    const [row] = await this.drain(result);
    const [column] = result.columns;
    if (!column) throw new Error('an expression without a column');
    return { value: row?.[0] ?? null, type: column };
  }

  private sql(text: string): Promise<EngineResult> {
    return this.nested(this.statement, bindNames(bindFields(text, this.records), this.variables));
  }

  private async drain(result: EngineResult): Promise<WireRow[]> {
    const rows: WireRow[] = [];
    for await (const batch of result.rows) rows.push(...batch);
    const { inserted = 0, updated = 0, deleted = 0 } = result.dml ?? {};
    this.variables.set('SQLROWCOUNT', {
      value: String(result.dml ? inserted + updated + deleted : rows.length),
      type: NUMBER,
    });
    this.variables.set('SQLFOUND', { value: rows.length > 0 ? '1' : '0', type: BOOLEAN });
    return rows;
  }
}

const TEXT: Value['type'] = { type: 'text', precision: null, scale: null, length: 16_777_216 };
const NUMBER: Value['type'] = { type: 'fixed', precision: 38, scale: 0, length: null };
const BOOLEAN: Value['type'] = { type: 'boolean', precision: null, scale: null, length: null };
