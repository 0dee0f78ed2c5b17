import { SqlError } from '../engine.ts';
import type { Relation } from './contract.ts';
import { stagedRelation } from './staged-rows.ts';
import type { Statement } from './statement.ts';

/** RESULT_SCAN: a stored result of the same user as a relation. Throws SqlError 000709 where there is none. */
export async function resultScan(statement: Statement, queryId: string): Promise<Relation> {
  const { account, session } = statement;
  const stored = account.host.storedResult(queryId, session.start.user);
  if (!stored) throw new SqlError('000709', '02000', `Statement ${queryId} not found`);
  await statement.occupyWarehouse();
  return stagedRelation(statement, stored.columns, stored.rows());
}
