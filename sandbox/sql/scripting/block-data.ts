import { type EngineResult, type EngineStatement, SqlError } from '../../engine.ts';
import type { Value } from '../evaluate.ts';
import { TokenReader } from '../reader.ts';
import type { Statement } from '../statement.ts';
import type { Branch, Range, Step } from './block.ts';
import { Cursors, type Kept } from './cursors.ts';
import { readRows } from './rows.ts';
import { heldAsIs, inferredType, Scopes } from './scopes.ts';
import { rowCountVariables, TEXT } from './status-variables.ts';
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

/** What one run of a block holds: variables, result sets, cursors, records. The block's texts are run over them. */
export class BlockData {
  readonly scopes = new Scopes();
  readonly cursors = new Cursors();
  /** The rows of FOR loops over cursors and result sets, by the names of the loops' variables. */
  readonly records = new Map<string, ReadonlyMap<string, Value>>();

  constructor(
    private readonly statement: Statement,
    private readonly text: string,
    private readonly nested: RunNested,
  ) {}

  /** A statement; what stands behind its INTO takes the values of its only row. */
  async runSql({ text, rest, into }: Of<'sql'>): Promise<void> {
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

  /** LET, `:=` and the declarations: a variable's value, or a result set's rows. */
  async assign({ name, value, isQuery, declares, type }: Of<'assign'>): Promise<void> {
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
  async store(names: readonly string[], values: readonly Value[]): Promise<void> {
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

  /** The rows of a result set, or of a cursor's query (or of the result set that it is for). */
  async rowsOf(name: string, using: Range | null): Promise<Kept> {
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

  /** A part of the block's text. */
  slice({ start, end }: Range): string {
    return this.text.slice(start, end);
  }

  /** Whether a branch of IF or CASE is the one to take. */
  async holds({ condition, subject }: Branch): Promise<boolean> {
    if (condition === null) return true;
    const text = this.slice(condition);
    return this.isTrue(subject ? `(${this.slice(subject)}) = (${text})` : text);
  }

  async isTrue(text: string): Promise<boolean> {
    return (await this.value(text)).value === '1';
  }

  /** The value of an expression over the block's variables. */
  async value(expression: string): Promise<Value> {
    const text = bindExpression(bindFields(expression, this.records), this.scopes.variables);
    const isQuery = /^\s*\(\s*(SELECT|WITH)\b/i.test(text);
    const result = await this.nested(this.statement, isQuery ? `SELECT ${text}` : `SELECT (${text})`);
    const rows = await readRows(result);
    const [column] = result.columns;
    if (!column) throw new Error('an expression without a column');
    return { value: rows[0]?.[0] ?? null, type: column };
  }

  /** Runs a statement to its end. */
  async kept(text: string): Promise<Kept> {
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
