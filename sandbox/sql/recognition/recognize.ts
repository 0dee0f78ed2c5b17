import { setImmediate as nextTurn } from 'node:timers/promises';
import { SqlError, type WireRow } from '../../engine.ts';
import type { Relation } from '../contract.ts';
import { unsupported } from '../errors.ts';
import { booleanColumn, numberColumn, textColumn } from '../results.ts';
import { stagedRelation } from '../staged-rows.ts';
import type { Statement } from '../statement.ts';
import { Matcher } from './matcher.ts';
import { type Pattern, PatternTooLong, type RowStep, type Skip, type Step, stepsOf } from './pattern.ts';

/** What the translator asks for: the rows with what they satisfy, and the pattern to look for. */
export interface RecognizeRequest {
  /** DuckDB's query: any columns, and `pid` (the partition), `rn` (the row's place in it, from 1), `bits` (a 0 or 1 for each symbol). */
  readonly sql: string;
  /** Symbols with a definition, in the order of the bits; others every row satisfies. */
  readonly symbols: readonly string[];
  readonly pattern: Pattern;
  readonly skip: Skip;
  /** Rows that no match holds are there, too, with NULLs. */
  readonly withUnmatched: boolean;
}

const MOST_ROWS = 2_000_000;
/** Rows of a partition times steps of the pattern: what the matcher keeps in memory. */
const MOST_STATES = 20_000_000;
/** Rows of all matches, which may overlap. */
const MOST_MATCHED = 10_000_000;
/** Steps between two turns of everybody else. */
const TURN = 200_000;
const BATCH = 2000;

const COLUMNS = [
  numberColumn('pid', 18),
  numberColumn('rn', 18),
  numberColumn('mid', 18),
  numberColumn('mno', 18),
  numberColumn('msq', 18),
  textColumn('cls'),
  booleanColumn('is_last'),
  booleanColumn('is_shown'),
];

/**
 * The rows of the query with `mid` (the match), `mno` (its number within the partition), `msq` (the row's place in it),
 * `cls` (its symbol), `is_last` and `is_shown`; a row that several matches hold stands there several times.
 */
export async function recognize(statement: Statement, request: RecognizeRequest): Promise<Relation> {
  const added = COLUMNS.slice(2).map(({ name }) => name);
  const relation = (duckName: string): Relation => ({ duckName, database: '', schema: '', name: '', columns: [] });
  if (statement.request.describeOnly) {
    const none =
      'NULL::BIGINT AS mid, NULL::BIGINT AS mno, NULL::BIGINT AS msq, NULL::VARCHAR AS cls, NULL::BOOLEAN AS is_last, NULL::BOOLEAN AS is_shown';
    return relation(`(SELECT *, ${none} FROM (${request.sql}) LIMIT 0)`);
  }
  const { catalog } = statement.account;
  const rows = catalog.storage(catalog.duckName('r'));
  statement.onEnd(() => rows.drop());
  await catalog.duck.run(`CREATE TABLE "${rows.name}" AS ${request.sql}`, statement.signal);
  const matched = await stagedRelation(statement, COLUMNS, matchesOf(statement, rows.name, request));
  const join = request.withUnmatched ? 'LEFT JOIN' : 'JOIN';
  const list = added.map((name) => `m."${name}"`).join(', ');
  return relation(
    `(SELECT t.*, ${list} FROM "${rows.name}" AS t ${join} ${matched.duckName} AS m ON t.pid = m.pid AND t.rn = m.rn)`,
  );
}

/** The rows of all matches, partition by partition. */
async function* matchesOf(
  statement: Statement,
  table: string,
  { symbols, pattern, skip }: RecognizeRequest,
): AsyncGenerator<readonly WireRow[], void, undefined> {
  const { duck } = statement.account.catalog;
  const steps = laidOut(pattern);
  const count = await duck.number(`SELECT count(*) FROM "${table}"`, statement.signal);
  if (count > MOST_ROWS) throw unsupported(`MATCH_RECOGNIZE over more than ${MOST_ROWS} rows`);
  const lines = await duck.rows(`SELECT CAST(pid AS VARCHAR), bits FROM "${table}" ORDER BY pid, rn`, statement.signal);
  const places = new Map(symbols.map((symbol, index) => [symbol, index]));
  let matchId = 0;
  let given = 0;
  let batch: WireRow[] = [];
  for (let from = 0; from < lines.length; ) {
    const partition = String(lines[from]?.[0]);
    let to = from + 1;
    while (to < lines.length && String(lines[to]?.[0]) === partition) to += 1;
    const rows = to - from;
    if (rows * steps.length > MOST_STATES) throw unsupported('MATCH_RECOGNIZE over a partition of this size');
    const first = from;
    const matcher = new Matcher(steps, rows, (row, symbol) => {
      const place = places.get(symbol);
      return place === undefined || String(lines[first + row]?.[1])[place] === '1';
    });
    let number = 0;
    let turn = TURN;
    for (let start = 0; start < rows; ) {
      const match = matcher.at(start);
      if (!match) {
        start += 1;
      } else {
        matchId += 1;
        // A match of no row counts, though it gives none.
        number += 1;
        match.forEach(({ symbol, isExcluded }, index) => {
          const place = [String(start + index + 1), String(matchId), String(number), String(index + 1)];
          batch.push([partition, ...place, symbol, index === match.length - 1 ? '1' : '0', isExcluded ? '0' : '1']);
        });
        start = nextStart(start, match, skip);
      }
      if (batch.length >= BATCH) {
        given += batch.length;
        if (given > MOST_MATCHED) throw unsupported(`matches of more than ${MOST_MATCHED} rows together`);
        yield batch;
        batch = [];
      } else if (matcher.work < turn) continue;
      turn = matcher.work + TURN;
      await nextTurn();
      statement.signal.throwIfAborted();
    }
    await nextTurn();
    statement.signal.throwIfAborted();
    from = to;
  }
  yield batch;
}

function laidOut(pattern: Pattern): readonly Step[] {
  try {
    return stepsOf(pattern);
  } catch (error) {
    if (error instanceof PatternTooLong) throw unsupported('a row pattern of this length');
    throw error;
  }
}

function nextStart(start: number, match: readonly RowStep[], skip: Skip): number {
  if (match.length === 0 || skip.kind === 'to next row') return start + 1;
  if (skip.kind === 'past last row') return start + match.length;
  const fits = ({ symbol }: RowStep) => symbol === skip.symbol;
  const place = skip.isFirst ? match.findIndex(fits) : match.findLastIndex(fits);
  if (place > 0) return start + place;
  const why = place < 0 ? 'which the match does not hold' : 'with which the same match begins';
  throw new SqlError('100332', '22000', `AFTER MATCH SKIP goes to a row of the symbol ${skip.symbol}, ${why}.`);
}
