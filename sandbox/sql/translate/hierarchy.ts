import { quoteText } from '../types/literal.ts';
import { duckType, INTEGER, MAX_TEXT, text } from '../types/type.ts';
import { asText } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { wrongCount } from './failures.ts';
import type { BoundFrom } from './sources.ts';
import type { CallExpr, Expr, HierarchyClause, Span } from './syntax/ast.ts';
import { SourceColumn } from './translation.ts';
import { type Typed, typed } from './typed.ts';

/** Beyond so many levels there is a cycle. */
const DEEPEST = 2000;

/** Whose columns a name means at the moment: DuckDB alias, first letter of the columns, what LEVEL is. */
interface Place {
  readonly alias: string;
  readonly prefix: 'k' | 'p' | 'r';
  readonly level: string;
}

/** The text of SYS_CONNECT_BY_PATH: what a root begins with, and what each row adds to its parent's. */
interface PathText {
  readonly first: string;
  readonly further: string;
}

/**
 * START WITH and CONNECT BY as a recursive query around FROM: each row carries its own columns (k), its parent's (p), its
 * root's (r), its level and its paths. Source: documentation page "CONNECT BY".
 */
export class Hierarchy {
  private readonly base: string;
  private readonly rows: string;
  private readonly out: string;
  private place: Place;
  private readonly paths: PathText[] = [];

  constructor(private readonly binder: ExpressionBinder) {
    const { translation } = binder;
    this.base = translation.fresh('h');
    this.rows = translation.fresh('h');
    this.out = translation.fresh('h');
    this.place = this.at(this.base, 'k', '1');
  }

  private at(alias: string, prefix: Place['prefix'], level: string): Place {
    return { alias, prefix, level };
  }

  /** Wraps what FROM has brought; from here on its columns are those of the hierarchy's rows. */
  bind(from: BoundFrom, clause: HierarchyClause): BoundFrom {
    const { binder } = this;
    const { frame, translation } = binder;
    const columns = [...frame.sources.flatMap((source) => source.columns), ...frame.merged.map(({ column }) => column)];
    if (columns.some(({ name }) => name === 'LEVEL')) {
      throw translation.unsupported('CONNECT BY over a column named LEVEL', clause);
    }
    if (from.conditions.length > 0) throw translation.unsupported('CONNECT BY over FLATTEN with ON', clause);
    const inner = columns.map((column) => column.sql);
    columns.forEach((column, index) => {
      column.rebase(() => `${this.place.alias}.${this.place.prefix}${index + 1}`);
    });
    for (const source of frame.sources) source.rowNumber = undefined;
    const level = new SourceColumn(
      { name: 'LEVEL', type: INTEGER, nullable: false, sql: '', hidden: true },
      () => `CAST(${this.place.level} AS DECIMAL(38,0))`,
    );
    frame.sources.push({ name: '', path: [], columns: [level] });

    frame.isRowClause = true;
    const start = clause.startWith ? binder.condition(clause.startWith).sql : 'true';
    const step = this.within(
      this.at(this.base, 'k', `${this.rows}.lvl + 1`),
      () => binder.condition(clause.connectBy).sql,
    );
    frame.isRowClause = false;
    this.place = this.at(this.out, 'k', `${this.out}.lvl`);
    const types = columns.map((column) => duckType(column.type));
    return { conditions: [], sql: () => this.text(from.sql(), inner, types, start, step) };
  }

  private text(from: string, inner: readonly string[], types: readonly string[], start: string, step: string): string {
    const { base, rows, out, paths } = this;
    const list = (item: (place: number, type: string) => string) => types.map((type, index) => item(index + 1, type));
    const select = (items: readonly string[]) => `SELECT ${items.join(', ')}`;
    const source = from === '' ? '' : ` FROM ${from}`;
    const read = select(['1 AS k0', ...inner.map((sql, index) => `${sql} AS k${index + 1}`)]);
    const first = select([
      ...list((n) => `${base}.k${n} AS k${n}`),
      ...list((n, type) => `CAST(NULL AS ${type}) AS p${n}`),
      ...list((n) => `${base}.k${n} AS r${n}`),
      ...paths.map((path, index) => `${path.first} AS t${index + 1}`),
      'CAST(1 AS BIGINT) AS lvl',
    ]);
    const cycle = `the sandbox does not support more than ${DEEPEST} levels in CONNECT BY, which is what a cycle makes; level `;
    const raise = `sf_raise('000002', '0A000', ${quoteText(`Unsupported feature: ${cycle}`)} || CAST(${rows}.lvl AS VARCHAR))`;
    const further = select([
      ...list((n) => `${base}.k${n}`),
      ...list((n) => `${rows}.k${n}`),
      ...list((n) => `${rows}.r${n}`),
      ...paths.map((path, index) => `${rows}.t${index + 1} || ${path.further}`),
      `CASE WHEN ${rows}.lvl >= ${DEEPEST} THEN CAST(${raise} AS BIGINT) ELSE ${rows}.lvl + 1 END`,
    ]);
    const recursion = `${first} FROM ${base} WHERE ${start} UNION ALL ${further} FROM ${rows} JOIN ${base} ON ${step}`;
    return `(WITH RECURSIVE ${base} AS MATERIALIZED (${read}${source}), ${rows} AS (${recursion}) SELECT * FROM ${rows}) AS ${out}`;
  }

  private within<T>(place: Place, work: () => T): T {
    const before = this.place;
    this.place = place;
    try {
      return work();
    } finally {
      this.place = before;
    }
  }

  /** PRIOR: the expression over the parent's row; of a root it is NULL. */
  prior(expr: Expr, span: Span): Typed {
    const { out, rows, base, place } = this;
    if (place.alias === out && place.prefix === 'k') {
      const parent = this.at(out, 'p', `nullif(${out}.lvl - 1, 0)`);
      return { ...this.within(parent, () => this.binder.bind(expr)), nullable: true };
    }
    // START WITH stands before any parent, and nothing has two.
    if (place.alias !== base || place.level === '1') throw this.binder.translation.unsupported('PRIOR here', span);
    return this.within(this.at(rows, 'k', `${rows}.lvl`), () => this.binder.bind(expr));
  }

  /** CONNECT_BY_ROOT: the expression over the row at the top. */
  root(expr: Expr, span: Span): Typed {
    const { out, place } = this;
    if (place.alias !== out || place.prefix !== 'k') {
      throw this.binder.translation.unsupported('CONNECT_BY_ROOT in START WITH and CONNECT BY', span);
    }
    return this.within(this.at(out, 'r', '1'), () => this.binder.bind(expr));
  }

  /** SYS_CONNECT_BY_PATH(expression, separator): from the root down to the row. */
  path(call: CallExpr): Typed {
    const { base, rows, out, binder } = this;
    const [value, separator] = call.args;
    if (!value || !separator || call.args.length > 2) {
      throw wrongCount(binder.translation.text(call).toUpperCase(), 2, call.args.length, call);
    }
    if (this.place.alias !== out || this.place.prefix !== 'k') {
      throw binder.translation.unsupported('SYS_CONNECT_BY_PATH in START WITH and CONNECT BY', call);
    }
    const piece = (level: string) =>
      this.within(this.at(base, 'k', level), () => {
        const [between, own] = [separator.value, value.value].map(
          (one) => asText(binder.bind(one), binder.settings).sql,
        );
        return `(${between} || coalesce(${own}, ''))`;
      });
    const path = { first: piece('1'), further: piece(`${rows}.lvl + 1`) };
    // The same path stands for itself in GROUP BY and ORDER BY.
    const known = this.paths.findIndex(({ first, further }) => first === path.first && further === path.further);
    const place = known < 0 ? this.paths.push(path) : known + 1;
    return typed(`${out}.t${place}`, text(MAX_TEXT), false);
  }
}
