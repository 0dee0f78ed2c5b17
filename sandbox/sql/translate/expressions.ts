import { SqlError } from '../../engine.ts';
import { convert } from '../types/convert.ts';
import { ARRAY, BOOLEAN, VARIANT } from '../types/type.ts';
import { arithmetic, negate } from './arithmetic.ts';
import { bindConstant } from './bind-value.ts';
import { callFunction } from './calls.ts';
import { bindCast } from './casts.ts';
import { bindChain } from './chains.ts';
import { charged, copiesTexts } from './charges.ts';
import { asText, cast } from './coerce.ts';
import { bindOrdered } from './collations.ts';
import { compare, orderKey } from './comparisons.ts';
import { compilation, invalidTypes } from './failures.ts';
import type { Frame } from './frame.ts';
import { constructObject } from './functions/objects.ts';
import { bindName, bindPosition, bindVariable } from './names.ts';
import { condition, unify } from './operators.ts';
import { bindPath } from './paths.ts';
import { bindLike } from './patterns.ts';
import { bindBetween, bindIn, bindIs, bindIsDistinct, bindQuantified } from './predicates.ts';
import type { BoundQuery } from './queries.ts';
import { refuseStructured } from './structured-paths.ts';
import type { Expr, OrderItem, Query, Span } from './syntax/ast.ts';
import type { Translation } from './translation.ts';
import { booleanConstant, isNull, NULL, numberConstant, stringConstant, type Typed, typed } from './typed.ts';

/** What binds the queries inside expressions. */
export interface Subqueries {
  bindSubquery(query: Query, parent: Frame): BoundQuery;
}

type Of<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

/** What may be a long text by itself. */
const TEXT_LEAVES: ReadonlySet<Expr['kind']> = new Set(['name', 'position', 'string', 'bind', 'variable']);
/** What gives on one of its operands as it is. */
const PASSES_ON: ReadonlySet<Expr['kind']> = new Set(['case', 'call']);

/** Binds expressions: finds what names mean, decides types, writes DuckDB's text. One for each frame. */
export class ExpressionBinder {
  /** True while the operands of something that copies texts are bound. */
  private isCopied = false;

  constructor(
    readonly translation: Translation,
    readonly frame: Frame,
    readonly queries: Subqueries,
  ) {}

  get settings() {
    return this.translation.settings;
  }

  /**
   * Binds an expression for what knows nothing of collations: a text that has one is refused rather than compared by its
   * code points. Throws SqlError 000002.
   */
  bind(expr: Expr): Typed {
    const value = this.collated(expr);
    if (value.type.collation === undefined) return value;
    throw this.translation.unsupported(`the collation '${value.type.collation}' here`, expr);
  }

  /**
   * Binds an expression, whose text may have a collation. Columns that turn out to be part of a GROUP BY expression are no
   * longer counted as ungrouped.
   */
  collated(expr: Expr): Typed {
    const isCopied = this.isCopied;
    const value = this.grouped(expr);
    return isCopied && TEXT_LEAVES.has(expr.kind) ? charged(value, this.translation.copies) : value;
  }

  private grouped(expr: Expr): Typed {
    const before = this.frame.ungrouped.length;
    const value = this.operands(expr);
    const group = this.frame.groupKeys.get(value.sql);
    if (group === undefined || this.frame.aggregateDepth > 0) return value;
    this.frame.ungrouped.length = before;
    return group === value.sql ? value : { ...value, sql: group };
  }

  private operands(expr: Expr): Typed {
    const isCopied = this.isCopied;
    this.isCopied = copiesTexts(expr) || (isCopied && PASSES_ON.has(expr.kind));
    try {
      return this.node(expr);
    } finally {
      this.isCopied = isCopied;
    }
  }

  bindAll(exprs: readonly Expr[]): readonly Typed[] {
    return exprs.map((expr) => this.bind(expr));
  }

  collatedAll(exprs: readonly Expr[]): readonly Typed[] {
    return exprs.map((expr) => this.collated(expr));
  }

  condition(expr: Expr): Typed {
    return condition(this.bind(expr), this.settings);
  }

  private node(expr: Expr): Typed {
    switch (expr.kind) {
      case 'number':
        return numberConstant(expr.text);
      case 'string':
        return stringConstant(expr.value);
      case 'null':
        return NULL;
      case 'boolean':
        return booleanConstant(expr.value);
      case 'binary-literal':
        return this.binaryLiteral(expr);
      case 'name':
        return bindName(this, expr);
      case 'position':
        return bindPosition(this, expr);
      case 'variable':
        return bindVariable(this.translation, expr);
      case 'bind':
        return bindConstant(this.translation, expr.place);
      case 'path':
        return bindPath(this, expr);
      case 'unary':
        return this.unary(expr);
      case 'binary':
        return bindChain(this, expr);
      case 'cast':
        return bindCast(this, expr);
      case 'moment':
        return cast(stringConstant(expr.value), expr.type, this.settings);
      case 'call':
        return callFunction(this, expr);
      case 'case':
        return this.case(expr);
      case 'in':
        return bindIn(this, expr);
      case 'between':
        return bindBetween(this, expr);
      case 'is':
        return bindIs(this, expr);
      case 'is-distinct':
        return bindIsDistinct(this, expr);
      case 'like':
        return bindLike(this, expr);
      case 'exists': {
        const query = this.queries.bindSubquery(expr.query, this.frame);
        return typed(`EXISTS (${query.sql})`, BOOLEAN, false);
      }
      case 'subquery':
        return this.scalarSubquery(expr);
      case 'quantified':
        return bindQuantified(this, expr);
      case 'array':
        return this.array(expr.items);
      case 'object':
        return this.object(expr);
      case 'interval':
        throw this.translation.unsupported('INTERVAL outside of a sum with a date or timestamp', expr);
      case 'row':
        throw this.translation.unsupported('row values here', expr);
      case 'lambda':
        throw this.translation.unsupported('a lambda here', expr);
      default:
        throw compilation('001003', '42000', "unexpected '*'", expr);
    }
  }

  private binaryLiteral(expr: Of<'binary-literal'>): Typed {
    if (!/^([0-9a-fA-F]{2})*$/.test(expr.hex)) {
      throw new SqlError('100115', '22000', `The following string is not a legal hex-encoded value: '${expr.hex}'`);
    }
    const type = { type: 'binary', precision: null, scale: null, length: Math.max(expr.hex.length / 2, 1) } as const;
    return typed(`unhex('${expr.hex}')`, type, false);
  }

  private unary(expr: Of<'unary'>): Typed {
    if (expr.op === 'prior' || expr.op === 'root') {
      const { hierarchy } = this.frame;
      if (!hierarchy) throw this.translation.unsupported('PRIOR and CONNECT_BY_ROOT outside of CONNECT BY', expr);
      return expr.op === 'prior' ? hierarchy.prior(expr.arg, expr) : hierarchy.root(expr.arg, expr);
    }
    if (expr.op === 'outer') throw this.translation.unsupported('the outer join operator (+) here', expr);
    if (expr.op === 'not') {
      const value = this.condition(expr.arg);
      return typed(`(NOT ${value.sql})`, BOOLEAN, value.nullable);
    }
    const value = this.bind(expr.arg);
    if (expr.op === '-') return negate(value, this.settings, expr);
    if (value.type.type === 'text') return arithmetic('+', numberConstant('0'), value, this.settings, expr);
    return value;
  }

  private case(expr: Of<'case'>): Typed {
    const operand = expr.operand ? this.collated(expr.operand) : undefined;
    const conditions = expr.whens.map(({ when }) => {
      if (!operand) return this.condition(when).sql;
      return compare('=', operand, this.collated(when), this.settings, expr).sql;
    });
    const results = expr.whens.map(({ result }) => this.bind(result));
    const otherwise = expr.otherwise ? this.bind(expr.otherwise) : NULL;
    if ([...results, otherwise].every(isNull)) return NULL;
    const unified = unify([...results, otherwise], this.settings, 'CASE', expr);
    const last = unified.at(-1) ?? NULL;
    const branches = conditions.map((when, index) => `WHEN ${when} THEN ${unified[index]?.sql ?? 'NULL'}`);
    return typed(
      `CASE ${branches.join(' ')} ELSE ${last.sql} END`,
      last.type,
      unified.some((one) => one.nullable),
    );
  }

  private scalarSubquery(expr: Of<'subquery'>): Typed {
    const query = this.queries.bindSubquery(expr.query, this.frame);
    const [column] = query.columns;
    if (!column || query.columns.length !== 1) {
      throw compilation('002057', '42601', 'Single-row subquery returns more than one column', expr);
    }
    return typed(`(${query.sql})`, column.type, true);
  }

  /** `[1, 2]`, as ARRAY_CONSTRUCT. */
  private array(items: readonly Expr[]): Typed {
    const values = this.bindAll(items);
    const [first] = items;
    if (first) refuseStructured('ARRAY_CONSTRUCT', values, first);
    const parts = values.map((item) => this.element(item));
    if (parts.length === 0) return typed("'[]'", ARRAY, false);
    return typed(`('[' || ${parts.join(` || ',' || `)} || ']')`, ARRAY, false);
  }

  /** An element's canonical text: SQL NULL becomes `undefined`. */
  element(item: Typed): string {
    if (isNull(item)) return "sf_v_tag('u', '')";
    const sql = convert(item.sql, item.type, VARIANT, 'cast', this.settings);
    return item.nullable ? `coalesce(${sql}, sf_v_tag('u', ''))` : sql;
  }

  /** `{'a': 1}`, as OBJECT_CONSTRUCT. */
  private object(expr: Of<'object'>): Typed {
    const entries = expr.entries.map(({ key, value }) => [stringConstant(key), this.bind(value)] as const);
    return constructObject(this, entries, false, expr);
  }

  /** The items of an ORDER BY with Snowflake's places for NULL: last when ascending, first when descending. */
  orderList(items: readonly OrderItem[]): string {
    return items.map((item) => orderText(orderKey(bindOrdered(this, item.expr)), item)).join(', ');
  }

  /** A constant text, or an error in the words of the function that needs one. */
  constantText(expr: Expr): string | undefined {
    const value = this.bind(expr);
    if (value.constant?.kind === 'string') return value.constant.value;
    if (value.constant?.kind === 'number') return value.constant.text;
    return undefined;
  }

  text(value: Typed): string {
    return asText(value, this.settings).sql;
  }

  invalidTypes(name: string, values: readonly Typed[], span: Span): SqlError {
    return invalidTypes(
      name,
      values.map((value) => value.type),
      span,
    );
  }
}

export function orderText(
  sql: string,
  item: { readonly isDescending: boolean; readonly nullsFirst: boolean | undefined },
): string {
  const nullsFirst = item.nullsFirst ?? item.isDescending;
  return `${sql} ${item.isDescending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
}
