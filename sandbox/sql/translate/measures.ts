import type { SnowflakeType } from '../contract.ts';
import { symbolsOf } from '../recognition/pattern.ts';
import { quoteText } from '../types/literal.ts';
import type { ExpressionBinder } from './expressions.ts';
import { ruleOf } from './functions/registry.ts';
import type { CallExpr, Expr, Ident, Span } from './syntax/ast.ts';
import type { RecognizeClause } from './syntax/from-ast.ts';
import { SourceColumn } from './translation.ts';
import { type Typed, typed } from './typed.ts';

/** A column that no text can name. */
const secret = (name: string): string => `\u0000${name}`;

export function hidden(name: string, type: SnowflakeType, sql: string): SourceColumn {
  return new SourceColumn({
    name: secret(name),
    type,
    nullable: true,
    sql: `CAST(${sql} AS DECIMAL(38,0))`,
    hidden: true,
  });
}

/** An expression that reads a hidden column. */
export function namesOf(name: string, { start, end, line, pos }: Span): Expr {
  const span = { start, end, line, pos };
  return { kind: 'name', parts: [{ name: secret(name), isQuoted: true, ...span }], ...span };
}

type Node = { readonly kind?: unknown };

/** A copy of a tree in which some nodes are changed; what `change` gives is not looked into again. */
function mapped<T>(node: T, change: (node: Node) => unknown): T {
  if (Array.isArray(node)) return node.map((item: unknown) => mapped(item, change)) as T;
  if (typeof node !== 'object' || node === null) return node;
  const changed = change(node as Node);
  if (changed !== undefined) return changed as T;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, mapped(value as unknown, change)])) as T;
}

/** Replaces calls, those inside others first. */
export function withoutCalls(expr: Expr, change: (call: CallExpr) => Expr | undefined): Expr {
  return mapped(expr, (node) => {
    if (node.kind !== 'call') return undefined;
    const call = node as CallExpr;
    const inner = { ...call, args: call.args.map((one) => ({ ...one, value: withoutCalls(one.value, change) })) };
    return change(inner) ?? inner;
  });
}

/** `symbol.column` as the column of the row at hand. */
export function withoutSymbol(expr: Expr, symbols: ReadonlySet<string>): Expr {
  return mapped(expr, (node) => {
    if (node.kind !== 'name') return undefined;
    const name = node as Extract<Expr, { kind: 'name' }>;
    const [first, second] = name.parts;
    if (name.parts.length !== 2 || !first || !second || !symbols.has(first.name)) return undefined;
    return { ...name, parts: [second] };
  });
}

/** True where a name is `symbol.column`. */
export function readsSymbol(expr: Expr, symbols: ReadonlySet<string>): boolean {
  let found = false;
  mapped(expr, (node) => {
    if (node.kind !== 'name') return undefined;
    const { parts } = node as Extract<Expr, { kind: 'name' }>;
    found ||= parts.length === 2 && symbols.has(parts[0]?.name ?? '');
    return undefined;
  });
  return found;
}

const AGGREGATES = ['COUNT', 'SUM', 'AVG', 'MIN', 'MAX', 'COUNT_IF'];
const NAVIGATION: Readonly<Record<string, 'LAG' | 'LEAD'>> = { LAG: 'LAG', PREV: 'LAG', LEAD: 'LEAD', NEXT: 'LEAD' };
const PLACES: Readonly<Record<string, string>> = { MATCH_NUMBER: 'NUMBER', MATCH_SEQUENCE_NUMBER: 'SEQUENCE' };

/** What functions and names mean inside MEASURES: they look at the rows of the match, up to the row at hand unless FINAL. */
export class Measures {
  private readonly symbols: ReadonlySet<string>;
  /** Inside of a function's argument. */
  private isInside = false;

  constructor(
    private readonly binder: ExpressionBinder,
    clause: RecognizeClause,
    private readonly alias: string,
  ) {
    this.symbols = new Set(symbolsOf(clause.pattern));
  }

  /** MATCH_NUMBER(), MATCH_SEQUENCE_NUMBER() and CLASSIFIER() as the columns that hold them. */
  prepared(expr: Expr): Expr {
    return withoutCalls(expr, (call) => {
      const name = call.name.length === 1 ? (call.name[0]?.name ?? '') : '';
      const place = PLACES[name];
      if (place !== undefined && call.args.length === 0) return namesOf(place, call);
      if (name !== 'CLASSIFIER' || call.args.length > 0) return undefined;
      return { kind: 'name', parts: [{ ...call.name[0], name } as Ident], ...spanOf(call) };
    });
  }

  /** `symbol.column`: of the last row so far that the symbol took. */
  reference(parts: readonly Ident[], expr: Expr): Typed | undefined {
    const [first] = parts;
    if (parts.length !== 2 || !first || !this.symbols.has(first.name)) return undefined;
    return this.edge('LAST', expr, false);
  }

  /** A call that looks at the match; undefined for functions of single values. */
  call(node: CallExpr): Typed | undefined {
    if (this.isInside) return undefined;
    const name = node.name.length === 1 ? (node.name[0]?.name ?? '') : '';
    const isFinal = node.semantics === 'final';
    const [first] = node.args;
    const navigation = NAVIGATION[name];
    const isKnown = name === 'FIRST' || name === 'LAST' || navigation !== undefined || AGGREGATES.includes(name);
    const { translation } = this.binder;
    if (node.over) throw translation.unsupported('OVER in MEASURES', node);
    if (!isKnown) {
      if (node.semantics) throw translation.unsupported(`RUNNING and FINAL with the function ${name}`, node);
      const rule = ruleOf(name);
      if (rule?.isAggregate || rule?.isWindow) throw translation.unsupported(`the function ${name} in MEASURES`, node);
      return undefined;
    }
    if (!first || node.isDistinct || node.nulls || node.withinGroup) {
      throw translation.unsupported(`this call of ${name} in MEASURES`, node);
    }
    if (name === 'FIRST' || name === 'LAST') {
      if (node.args.length > 1) throw translation.unsupported(`${name} with an offset in MEASURES`, node);
      return this.edge(name, first.value, isFinal);
    }
    return navigation ? this.navigate(node, navigation) : this.aggregate(node, isFinal);
  }

  private inside<T>(work: () => T): T {
    this.isInside = true;
    try {
      return work();
    } finally {
      this.isInside = false;
    }
  }

  /** FIRST and LAST, NULL where no row was taken yet; a NULL that a row holds is its value. */
  private edge(which: 'FIRST' | 'LAST', expr: Expr, isFinal: boolean): Typed {
    const { alias } = this;
    const symbol = this.symbolOf(expr);
    const value = this.inside(() => this.binder.bind(withoutSymbol(expr, this.symbols)));
    const filter = symbol === undefined ? '' : ` FILTER (WHERE ${alias}.cls = ${quoteText(symbol)})`;
    const to = isFinal ? 'UNBOUNDED FOLLOWING' : 'CURRENT ROW';
    const window = `PARTITION BY ${alias}.mid ORDER BY ${alias}.msq ROWS BETWEEN UNBOUNDED PRECEDING AND ${to}`;
    const pick = which === 'FIRST' ? 'arg_min' : 'arg_max';
    const sql = `struct_extract(${pick}(struct_pack(v := ${value.sql}), ${alias}.msq)${filter} OVER (${window}), 'v')`;
    return typed(sql, value.type, true);
  }

  /** LAG and LEAD within the match. */
  private navigate(node: CallExpr, name: 'LAG' | 'LEAD'): Typed {
    const symbols = node.args.map(({ value }) => this.symbolOf(value));
    if (node.semantics || symbols.some((symbol) => symbol !== undefined)) {
      throw this.binder.translation.unsupported(`this call of ${name} in MEASURES`, node);
    }
    const [ident] = node.name;
    return this.windowed({ ...node, name: ident ? [{ ...ident, name }] : node.name }, undefined);
  }

  private aggregate(node: CallExpr, isFinal: boolean): Typed {
    const frame = {
      unit: 'ROWS',
      from: { kind: 'unbounded preceding' },
      to: { kind: isFinal ? 'unbounded following' : 'current row' },
    } as const;
    const args = node.args.map((argument) => {
      const { value } = argument;
      const symbol = this.symbolOf(value);
      if (symbol === undefined) return argument;
      const one: Expr = { kind: 'number', text: '1', ...spanOf(value) };
      return { value: this.taken(symbol, value.kind === 'star' ? one : withoutSymbol(value, this.symbols)) };
    });
    return this.windowed({ ...node, args }, frame);
  }

  private windowed(node: CallExpr, frame: NonNullable<CallExpr['over']>['frame']): Typed {
    const { semantics: _, ...call } = node;
    const over = {
      partitionBy: [namesOf('MATCH', node)],
      orderBy: [{ expr: namesOf('SEQUENCE', node), isDescending: false, nullsFirst: undefined }],
      ...(frame === undefined ? {} : { frame }),
    };
    return this.inside(() => this.binder.bind({ ...call, over }));
  }

  /** The value where the row was taken by the symbol, else NULL, which aggregates leave out. */
  private taken(symbol: string, value: Expr): Expr {
    const span = spanOf(value);
    const classifier: Expr = { kind: 'name', parts: [{ name: 'CLASSIFIER', isQuoted: false, ...span }], ...span };
    const when: Expr = {
      kind: 'binary',
      op: '=',
      left: classifier,
      right: { kind: 'string', value: symbol, ...span },
      ...span,
    };
    return { kind: 'case', whens: [{ when, result: value }], ...span };
  }

  /** The one symbol whose columns an argument reads; undefined where it reads plain columns. */
  private symbolOf(expr: Expr): string | undefined {
    const found = new Set<string | undefined>();
    mapped(expr, (node) => {
      const { kind } = node;
      const parts = kind === 'name' ? (node as Extract<Expr, { kind: 'name' }>).parts : undefined;
      const qualifier = kind === 'star' ? (node as Extract<Expr, { kind: 'star' }>).qualifier : undefined;
      const [first] = parts?.length === 2 ? parts : (qualifier ?? []);
      if (parts || qualifier) found.add(first && this.symbols.has(first.name) ? first.name : undefined);
      return undefined;
    });
    if (found.size > 1) {
      throw this.binder.translation.unsupported('columns of several symbols in one argument', expr);
    }
    return [...found][0];
  }
}

function spanOf({ start, end, line, pos }: Span): Span {
  return { start, end, line, pos };
}
