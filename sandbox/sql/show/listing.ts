import type { EngineResult, ResultColumn } from '../../engine.ts';
import { KIND, type PlainCell, plainResult } from '../results.ts';
import { likePattern, type ShowRequest } from './request.ts';

/** One line of a SHOW: the name that LIKE and STARTS WITH look at, and its cells by column. */
export interface ShowRow {
  readonly name: string;
  readonly cells: readonly PlainCell[];
}

/** One kind of SHOW: where it looks without IN, its columns, those of TERSE, its rows in order. */
export interface ShowKind {
  readonly fallback: 'schema' | 'database' | 'account';
  /** What a name right behind IN names; a schema, else a database, unless said. */
  readonly bareName?: 'relation' | 'database';
  /** Whether a missing database or schema behind IN is named (002003), not just said to be missing (002043). */
  readonly saysWhich?: boolean;
  readonly columns: readonly ResultColumn[];
  readonly terse?: readonly string[];
  /** Columns that only TERSE shows. */
  readonly terseOnly?: readonly string[];
  /** Columns that only HISTORY shows. */
  readonly historyOnly?: readonly string[];
  readonly rows: (request: ShowRequest) => Promise<readonly ShowRow[]> | readonly ShowRow[];
}

/** Filters a SHOW's rows as its clauses say and makes the result. */
export async function listed(kind: ShowKind, request: ShowRequest): Promise<EngineResult> {
  if (request.statement.request.describeOnly) return plainResult(KIND.show, columnsOf(kind, request), []);
  const pattern = request.like === null ? null : likePattern(request.like);
  let rows: readonly ShowRow[] = (await kind.rows(request)).filter(
    ({ name }) =>
      (!pattern || pattern.test(name)) && (request.startsWith === null || name.startsWith(request.startsWith)),
  );
  const { from, limit } = request;
  if (from !== null) rows = behind(rows, from);
  if (limit !== null) rows = rows.slice(0, limit);
  const columns = columnsOf(kind, request);
  const places = columns.map((column) => kind.columns.indexOf(column));
  return plainResult(
    KIND.show,
    columns,
    rows.map(({ cells }) => places.map((place) => cells[place] ?? null)),
  );
}

/** FROM gives the rows behind the first one whose name begins so; names are compared with regard to case. */
function behind(rows: readonly ShowRow[], from: string): readonly ShowRow[] {
  const first = rows.findIndex(({ name }) => name.startsWith(from));
  return first < 0 ? rows.filter(({ name }) => name > from) : rows.slice(first + 1);
}

function columnsOf(kind: ShowKind, { isTerse, withHistory }: ShowRequest): readonly ResultColumn[] {
  const left = [...(kind.terseOnly ?? []), ...(withHistory ? [] : (kind.historyOnly ?? []))];
  if (!isTerse || !kind.terse) return kind.columns.filter(({ name }) => !left.includes(name));
  const names = kind.terse;
  return names.flatMap((name) => kind.columns.filter((column) => column.name === name));
}
