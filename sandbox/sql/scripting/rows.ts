import type { EngineResult, WireRow } from '../../engine.ts';
import type { Value } from '../evaluate.ts';
import { KIND, plainResult } from '../results.ts';

/** All rows of a result. */
export async function readRows(result: EngineResult): Promise<WireRow[]> {
  const rows: WireRow[] = [];
  for await (const batch of result.rows) rows.push(...batch);
  return rows;
}

/** A result of one row and one column. */
export function oneValue(name: string, { value, type }: Value): EngineResult {
  const place = { nullable: true, byteLength: type.length, database: '', schema: '', table: '' };
  async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
    yield [[value]];
  }
  return { ...plainResult(KIND.select, [{ ...type, ...place, name }], []), rows: batches() };
}
