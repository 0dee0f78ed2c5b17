import type { Bind } from '../../engine.ts';
import type { Relation, Scope, SnowflakeType, TravelPoint } from '../contract.ts';
import type { ScriptRoutine } from '../javascript/messages.ts';
import type { RecognizeRequest } from '../recognition/recognize.ts';
import type { StageInQuery } from '../stages/stage-query.ts';
import { type Settings, settingsOf } from '../types/settings.ts';
import { unsupported } from '../types/type.ts';
import { copiesOf } from './charges.ts';
import type { Span } from './syntax/ast.ts';

/**
 * Thrown by the binder where it needs what only the scope can give: the translation awaits it, remembers it under its
 * key, and binds again from the start. So binding itself is synchronous, and each thing is asked for once.
 */
export class Pending {
  constructor(
    readonly key: string,
    readonly load: () => Promise<unknown>,
  ) {}
}

/** What one translation shares: the session's scope, what was loaded, fresh names. */
export class Translation {
  readonly settings: Settings;
  /** See `copiesOf`. */
  readonly copies: number;
  private names = 0;
  private readonly loaded = new Map<string, unknown>();
  /** True once the text reads anything that another session state would give otherwise. */
  usesBinds = false;

  constructor(
    readonly source: string,
    readonly scope: Scope,
    readonly binds: ReadonlyMap<string, Bind> | undefined,
    readonly describeOnly: boolean,
  ) {
    this.settings = settingsOf(scope);
    this.copies = copiesOf(source);
  }

  /** A name that stands nowhere else in the generated text. */
  fresh(prefix: string): string {
    this.names += 1;
    return `${prefix}${this.names}`;
  }

  /** Forgets the names of an attempt that met something pending. */
  restart(): void {
    this.names = 0;
  }

  async resolve(pending: Pending): Promise<void> {
    this.loaded.set(pending.key, await pending.load());
  }

  private demand<T>(key: string, load: () => Promise<T | undefined>): T {
    if (!this.loaded.has(key)) throw new Pending(key, load);
    return this.loaded.get(key) as T;
  }

  relation(parts: readonly string[], span: Span, then?: TravelPoint): Relation {
    const at = { line: span.line, pos: span.pos };
    return this.demand(`relation ${JSON.stringify([parts, then])}`, () => this.scope.relation(parts, at, then));
  }

  tableFunction(parts: readonly string[], args: readonly (string | null)[]): Relation {
    return this.demand(`table ${JSON.stringify([parts, args])}`, () => this.scope.tableFunction(parts, args));
  }

  stage(asked: StageInQuery, span: Span): Relation {
    const { scope } = this;
    if (!scope.stage) throw this.unsupported('stages here', span);
    return this.demand(`stage ${JSON.stringify(asked)}`, async () => scope.stage?.(asked));
  }

  recognized(request: RecognizeRequest, span: Span): Relation {
    const { scope } = this;
    if (!scope.recognize) throw this.unsupported('MATCH_RECOGNIZE here', span);
    return this.demand(`rows ${JSON.stringify(request)}`, async () => scope.recognize?.(request));
  }

  /** The first column of a query in DuckDB's words, where the translation itself depends on values. */
  texts(duckSql: string, span: Span): readonly string[] {
    const { scope } = this;
    if (!scope.texts) throw this.unsupported('values here that rows or functions decide', span);
    return this.demand(`texts ${duckSql}`, async () => scope.texts?.(duckSql));
  }

  resultScan(queryId: string): Relation {
    return this.demand(`result ${queryId}`, () => this.scope.resultScan(queryId));
  }

  /** The number of a script; 0 where the statement is only described. */
  script(routine: ScriptRoutine): number {
    const { scope } = this;
    if (this.describeOnly || !scope.script) return 0;
    return this.demand(`script ${routine.id}`, async () => scope.script?.(routine));
  }

  /** Runs an acting system function once for each place in the text. */
  systemFunction(name: string, args: readonly (string | null)[], span: Span): string | undefined {
    if (this.describeOnly) return '';
    return this.demand(`system ${span.start} ${name}`, () => this.scope.systemFunction(name, args));
  }

  /** The text between two offsets, as column names and messages show it. */
  text(span: Span): string {
    return this.source.slice(span.start, span.end);
  }

  unsupported(what: string, span: Span) {
    return unsupported(what, { line: span.line, pos: span.pos });
  }
}

/** What a source column is made of. */
export interface ColumnParts {
  readonly name: string;
  readonly type: SnowflakeType;
  readonly nullable: boolean;
  readonly sql: string;
  readonly origin?: { readonly database: string; readonly schema: string; readonly table: string };
  readonly hidden?: boolean;
  /** NULL in every row, and so of any type. */
  readonly isNull?: boolean;
}

/** A column that a name can mean; an outer join can make it nullable later. */
export class SourceColumn {
  readonly name: string;
  readonly type: SnowflakeType;
  nullable: boolean;
  readonly origin: ColumnParts['origin'];
  /** Found by name, never by `*`. */
  readonly hidden: boolean;
  readonly isNull: boolean;
  private text: () => string;

  constructor(parts: ColumnParts, lazyText?: () => string) {
    this.name = parts.name;
    this.type = parts.type;
    this.nullable = parts.nullable;
    this.origin = parts.origin;
    this.hidden = parts.hidden ?? false;
    this.isNull = parts.isNull ?? false;
    this.text = lazyText ?? (() => parts.sql);
  }

  /** DuckDB's text; asked for only where the column is used. */
  get sql(): string {
    return this.text();
  }

  /** Reads the column through something that was put around its source; `outer` is given the text from before. */
  rebase(outer: (inner: () => string) => string): void {
    const inner = this.text;
    this.text = () => outer(inner);
  }
}
