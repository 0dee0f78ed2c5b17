/**
 * Translates Snowflake's queries and expressions into DuckDB's: parses the text, finds out what each name means and what
 * type each expression has, and writes DuckDB's text from the tree. What it does not know it refuses; no part of the
 * statement's own text is passed on. Imports `translate/`, `types/`, `lexer.ts` and the contract; not the engine.
 */
import type { Scope, Translated, TranslateOptions } from './contract.ts';
import { type BoundQuery, QueryBinder } from './translate/queries.ts';
import { QueryParser, tooDeep } from './translate/syntax/query.ts';
import { Pending, Translation } from './translate/translation.ts';
import type { Settings } from './types/settings.ts';
import { isStructured } from './types/type.ts';
import { columnMetadata } from './types/wire.ts';

/** Binds until nothing is pending any more. */
async function settle<T>(translation: Translation, bind: () => T): Promise<T> {
  for (;;) {
    try {
      translation.restart();
      return bind();
    } catch (error) {
      if (error instanceof RangeError && /call stack/i.test(error.message)) throw tooDeep();
      if (!(error instanceof Pending)) throw error;
      await translation.resolve(error);
    }
  }
}

/** The number of values that the text asks for: `?` placeholders, or the greatest `:n`. */
function bindCount(parser: QueryParser): number {
  return Math.max(parser.cursor.binds, parser.cursor.numberedBinds);
}

/**
 * Translates one query (SELECT, WITH, VALUES, set operations). Run `sql` on DuckDB: its columns are c1, c2, ... of the
 * types of `duckType`. Throws SqlError with Snowflake's codes for what does not compile, 000002 for what the sandbox
 * does not support; places are those in `sql`.
 */
export async function translate(sql: string, scope: Scope, options: TranslateOptions = {}): Promise<Translated> {
  const translation = new Translation(sql, scope, options.binds, options.describeOnly ?? options.binds === undefined);
  const parser = new QueryParser(sql, translation.settings.mapping);
  const query = parser.wholeQuery();
  const bound = await settle(translation, () => new QueryBinder(translation).bindQuery(query, undefined));
  return { sql: bound.sql, columns: metadata(bound, translation.settings), numberOfBinds: bindCount(parser) };
}

function metadata(query: BoundQuery, settings: Settings): Translated['columns'] {
  return query.columns.map((column) => ({
    ...columnMetadata(column.name, column.type, column.nullable, column.origin),
    encode: settings.zone,
    ...(isStructured(column.type) ? { settings } : {}),
    ...(column.isNull ? { isNull: true } : {}),
    ...(column.isBound ? { isBound: true } : {}),
    ...(column.isUnnamed ? { isUnnamed: true } : {}),
  }));
}
