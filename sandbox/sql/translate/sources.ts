import { type BoundTable, derivedTable, namedTable, stageTable } from './bound-tables.ts';
import { refuseCollations } from './collations.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation, duplicateAlias } from './failures.ts';
import type { Frame, Source } from './frame.ts';
import { makeNullable, mergeColumns } from './merges.ts';
import { bindPivots } from './pivots.ts';
import type { QueryBinder } from './queries.ts';
import { bindRecognition } from './recognition.ts';
import { sampleText } from './samples.ts';
import { type ScriptJoin, wrapScript } from './script-tables.ts';
import type { Expr } from './syntax/ast.ts';
import type { FromClause, FromItem, Join, TableExpr } from './syntax/from-ast.ts';
import { withAlias } from './table-aliases.ts';
import { bindTableFunction } from './table-functions.ts';
import { refuseTravel } from './travel.ts';
import { type Unnesting, wrapUnnesting } from './unnesting.ts';
import { bindRows } from './values.ts';

/** DuckDB's FROM, and conditions of joins that became part of WHERE. */
export interface BoundFrom {
  readonly sql: () => string;
  readonly conditions: readonly string[];
}

/** Binds FROM: adds its sources to the binder's frame. */
export function bindFrom(binder: ExpressionBinder, queries: QueryBinder, from: FromClause): BoundFrom {
  const bound = new FromBinder(binder, queries);
  for (const item of from) bound.item(item);
  return bound;
}

const JOIN_WORDS = {
  cross: 'CROSS JOIN',
  inner: 'JOIN',
  left: 'LEFT JOIN',
  right: 'RIGHT JOIN',
  full: 'FULL JOIN',
  asof: 'ASOF LEFT JOIN',
};

class FromBinder implements BoundFrom {
  private readonly frame: Frame;
  /** Everything so far; '' before the first table. */
  sql: () => string = () => '';
  private isEmpty = true;
  private readonly names = new Set<string>();
  conditions: string[] = [];

  constructor(
    private readonly binder: ExpressionBinder,
    private readonly queries: QueryBinder,
  ) {
    this.frame = binder.frame;
  }

  item(item: FromItem): void {
    const first = this.table(item.table);
    this.append(first);
    let sources = [...first.sources];
    for (const join of item.joins) {
      const right = this.table(join.right);
      if (right.unnesting && (join.kind === 'inner' || join.kind === 'cross') && !join.using && !join.isNatural) {
        this.unnest(right.unnesting, right.sources);
        if (join.on) this.conditions.push(this.rowCondition(join.on));
      } else if (right.unnesting?.outer && isAlways(join)) {
        makeNullable(right.sources);
        this.unnest({ ...right.unnesting, list: right.unnesting.outer }, right.sources);
      } else if (right.script) {
        if (join.kind !== 'inner' && join.kind !== 'cross') throw this.refused('an outer join of', join.right);
        if (join.using || join.isNatural) throw this.refused('USING of', join.right);
        this.call(right.script, right.sources);
        if (join.on) this.conditions.push(this.rowCondition(join.on));
      } else {
        const before = this.sql;
        const text = this.join(join, sources, right);
        this.sql = () => before() + text();
      }
      sources = [...sources, ...right.sources];
    }
  }

  /** A further item behind a comma. */
  private append(table: BoundTable): void {
    if (table.unnesting && !this.isEmpty) {
      this.unnest(table.unnesting, table.sources);
      return;
    }
    if (table.script && !this.isEmpty) {
      this.call(table.script, table.sources);
      return;
    }
    const before = this.sql;
    this.sql = this.isEmpty ? () => this.text(table) : () => `${before()}, ${this.text(table)}`;
    this.isEmpty = false;
    this.frame.sources.push(...table.sources);
  }

  /** Two items of one name are refused, as the reader could not tell which one is meant. */
  private claim(table: TableExpr): void {
    const name = table.alias?.name.name ?? (table.kind === 'table' ? table.name.at(-1)?.name : undefined);
    if (name === undefined) return;
    if (this.names.has(name)) throw duplicateAlias(name, table);
    this.names.add(name);
  }

  private unnest(unnesting: Unnesting, sources: readonly Source[]): void {
    this.sql = wrapUnnesting(this.frame, this.sql, this.conditions, unnesting);
    this.conditions = [];
    this.frame.sources.push(...sources);
  }

  private call(script: ScriptJoin, sources: readonly Source[]): void {
    this.sql = wrapScript(this.frame, this.sql, this.conditions, script);
    this.conditions = [];
    this.frame.sources.push(...sources);
  }

  private refused(what: string, table: TableExpr) {
    return this.binder.translation.unsupported(`${what} a table function in JAVASCRIPT`, table);
  }

  private rowCondition(expr: Expr): string {
    const wasRowClause = this.frame.isRowClause;
    this.frame.isRowClause = true;
    const { sql } = this.binder.condition(expr);
    this.frame.isRowClause = wasRowClause;
    return sql;
  }

  /** MATCH_CONDITION (left.time >= right.time): one comparison by order. */
  private matchCondition(expr: Expr): string {
    if (expr.kind !== 'binary' || !['<', '<=', '>', '>='].includes(expr.op)) {
      throw compilation('001003', '42000', 'MATCH_CONDITION needs one comparison with <, <=, > or >=', expr);
    }
    return this.rowCondition(expr);
  }

  private text(table: BoundTable): string {
    return `${table.isLateral ? 'LATERAL ' : ''}${table.sql()}`;
  }

  private join(join: Join, left: readonly Source[], right: BoundTable): () => string {
    const conditions = mergeColumns(this.frame, join, left, right, this.binder.settings);
    this.frame.sources.push(...right.sources);
    if (join.kind === 'left' || join.kind === 'full' || join.kind === 'asof') makeNullable(right.sources);
    if (join.kind === 'right' || join.kind === 'full') makeNullable(left);
    if (join.on) conditions.push(this.rowCondition(join.on));
    if (join.match) conditions.push(this.matchCondition(join.match));
    return () => {
      if (join.kind === 'cross' && conditions.length > 0) {
        throw compilation('001003', '42000', 'CROSS JOIN cannot have a condition', join);
      }
      const isCross = conditions.length === 0 && (join.kind === 'inner' || join.kind === 'cross');
      const word = isCross ? 'CROSS JOIN' : JOIN_WORDS[join.kind];
      // Snowflake takes an outer join without a condition as one that always holds.
      const on = isCross ? '' : ` ON ${conditions.length > 0 ? conditions.join(' AND ') : 'true'}`;
      return ` ${word} ${this.text(right)}${on}`;
    };
  }

  private table(table: TableExpr): BoundTable {
    this.claim(table);
    const isWrapped = table.pivots.length > 0 || table.recognize !== undefined;
    const bound = this.plain(isWrapped ? withAlias(table, table.innerAlias) : table);
    const sampled = table.sample ? sampleText(this.binder, bound, table.sample) : bound;
    const columns = isWrapped ? sampled.sources.flatMap((source) => source.columns) : [];
    refuseCollations(this.binder.translation, columns, 'here', table);
    if (table.recognize) return bindRecognition(this.binder, this.queries, sampled, table, table.recognize);
    return table.pivots.length > 0 ? bindPivots(this.binder, this.queries, sampled, table) : sampled;
  }

  private plain(table: TableExpr): BoundTable {
    refuseTravel(this.binder, table);
    switch (table.kind) {
      case 'table':
        return namedTable(this.binder, this.queries, table, table.name);
      case 'derived': {
        const parent = table.isLateral ? this.frame : this.frame.parent;
        const query = this.queries.bindQuery(table.query, parent);
        return { ...derivedTable(this.binder, query.sql, query.columns, table), isLateral: table.isLateral };
      }
      case 'values': {
        const wasRowClause = this.frame.isRowClause;
        this.frame.isRowClause = true;
        const query = bindRows(this.binder, table.rows, table);
        this.frame.isRowClause = wasRowClause;
        return derivedTable(this.binder, query.sql, query.columns, table);
      }
      case 'stage':
        return stageTable(this.binder, table);
      case 'function':
        return bindTableFunction(this.binder, table, (parts) => namedTable(this.binder, this.queries, table, parts));
      default: {
        if (table.alias) throw this.binder.translation.unsupported('an alias for joined tables in brackets', table);
        const inner = new FromBinder(this.binder, this.queries);
        const before = this.frame.sources.splice(0);
        for (const item of table.tables) inner.item(item);
        const sources = this.frame.sources.splice(0);
        this.frame.sources.push(...before);
        if (inner.conditions.length > 0)
          throw this.binder.translation.unsupported('FLATTEN with ON in brackets', table);
        return { sql: () => `(${inner.sql()})`, sources };
      }
    }
  }
}

/** A LEFT JOIN whose condition always holds. */
function isAlways(join: Join): boolean {
  if (join.kind !== 'left' || join.using || join.isNatural) return false;
  return !join.on || (join.on.kind === 'boolean' && join.on.value);
}
