import { ambiguousColumn } from './failures.ts';
import type { Hierarchy } from './hierarchy.ts';
import type { Measures } from './measures.ts';
import type { Ident, SelectItem, Span } from './syntax/ast.ts';
import type { SourceColumn } from './translation.ts';

/** One item of FROM as names see it. */
export interface Source {
  /** The alias, or the table's own name. */
  readonly name: string;
  /** Database and schema of a table without an alias, for names of three and four parts. */
  readonly path: readonly string[];
  readonly columns: readonly SourceColumn[];
  /** Asks the source to carry a number for each of its rows; gives the expression that reads it. */
  rowNumber?: (() => string) | undefined;
  /** Rows of GENERATOR: what SEQ1 to SEQ8 count. */
  readonly isGenerator?: boolean;
  /** Files of a stage: their fields have no names. */
  readonly isStage?: boolean;
}

/** A column that a JOIN ... USING or NATURAL JOIN made of one of each side. */
export interface MergedColumn {
  readonly column: SourceColumn;
  /** The columns that it stands for: out of sight of bare names and of `*`. */
  readonly hides: ReadonlySet<SourceColumn>;
}

/** A reference to a column that stands outside of any aggregate. */
export interface Reference {
  readonly name: string;
  readonly span: Span;
}

/**
 * What names mean inside one SELECT: its sources, the aliases of its items, and what the binder learns about it on the
 * way (aggregates, columns outside of them).
 */
export class Frame {
  sources: Source[] = [];
  merged: MergedColumn[] = [];
  /** Items by alias, for references among items, in WHERE, GROUP BY, HAVING, QUALIFY. */
  readonly aliases = new Map<string, SelectItem>();
  /** Aliases being bound at this moment: `a + 1 AS a` means the column. */
  readonly open = new Set<string>();
  /** Items that were computed once for each row before all else, by alias: those whose value differs at each use. */
  readonly staged = new Map<string, SourceColumn>();
  /** Texts of the GROUP BY expressions, each with what stands for it in the items: itself but for TIMESTAMP_TZ. */
  groupKeys: ReadonlyMap<string, string> = new Map();
  isGrouped = false;
  hasAggregate = false;
  hasWindow = false;
  /** Depth of aggregate calls around the expression being bound. */
  aggregateDepth = 0;
  /** Clauses without aggregates: their columns need no group. */
  isRowClause = false;
  ungrouped: Reference[] = [];
  /** Parameters of lambdas around the expression. */
  lambdas: SourceColumn[] = [];

  /** START WITH and CONNECT BY of the SELECT. */
  hierarchy: Hierarchy | undefined;
  /** MEASURES of a MATCH_RECOGNIZE. */
  recognition: Measures | undefined;

  constructor(readonly parent?: Frame) {}

  /** The column that a bare name means, among sources only. */
  bare(name: string, span: Span): SourceColumn | undefined {
    const lambda = this.lambdas.findLast((column) => column.name === name);
    if (lambda) return lambda;
    const merged = this.merged.findLast((one) => one.column.name === name);
    if (merged) return merged.column;
    let found: SourceColumn | undefined;
    for (const source of this.sources) {
      for (const column of source.columns) {
        if (column.name !== name) continue;
        if (found) throw ambiguousColumn(name, span);
        found = column;
      }
    }
    return found;
  }

  /** The column behind a qualifier of one to three parts. */
  qualified(parts: readonly Ident[], span: Span): SourceColumn | undefined {
    const name = parts.at(-1)?.name;
    let found: SourceColumn | undefined;
    for (const source of this.matching(parts.slice(0, -1))) {
      for (const column of source.columns) {
        if (column.name !== name) continue;
        if (found) throw ambiguousColumn(parts.map((part) => part.name).join('.'), span);
        found = column;
      }
    }
    return found;
  }

  /** Sources that a qualifier names: alias, schema.table or database.schema.table. */
  matching(qualifier: readonly Ident[]): readonly Source[] {
    const names = qualifier.map((part) => part.name);
    const last = names.at(-1);
    return this.sources.filter((source) => {
      if (source.name !== last) return false;
      const path = names.slice(0, -1);
      return path.length === 0 || path.every((part, index) => source.path.at(index - path.length) === part);
    });
  }

  /** Columns that `*` gives, in order. */
  starColumns(sources: readonly Source[], isWhole: boolean): readonly SourceColumn[] {
    const hidden = new Set<SourceColumn>();
    if (isWhole) for (const one of this.merged) for (const column of one.hides) hidden.add(column);
    const columns = sources
      .flatMap((source) => source.columns)
      .filter((column) => !column.hidden && !hidden.has(column));
    return isWhole ? [...this.merged.map((one) => one.column), ...columns] : columns;
  }

  /** Binds `work` as the inside of an aggregate. */
  insideAggregate<T>(work: () => T): T {
    this.hasAggregate = true;
    this.aggregateDepth += 1;
    try {
      return work();
    } finally {
      this.aggregateDepth -= 1;
    }
  }
}

/** Aliases by name; a name given twice keeps its first meaning. */
export function collectAliases(frame: Frame, items: readonly SelectItem[]): void {
  for (const item of items) {
    if (item.alias && !frame.aliases.has(item.alias.name)) frame.aliases.set(item.alias.name, item);
  }
}

/** Thrown where an item that differs at each use is used again: its SELECT is bound anew with the item staged. */
export class StageItem {
  constructor(
    readonly frame: Frame,
    readonly alias: string,
  ) {}
}
