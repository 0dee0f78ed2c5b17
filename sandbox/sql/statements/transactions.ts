import type { EngineResult } from '../../engine.ts';
import { readName } from '../names.ts';
import { KIND, statusResult } from '../results.ts';
import type { Statement } from '../statement.ts';

/** BEGIN [WORK | TRANSACTION] [NAME n] and START TRANSACTION. Inside an open transaction it changes nothing. */
export async function begin({ reader, session }: Statement): Promise<EngineResult> {
  if (reader.accept('START')) reader.expect('TRANSACTION');
  else {
    reader.expect('BEGIN');
    reader.acceptOne('WORK', 'TRANSACTION');
  }
  const name = reader.accept('NAME') ? readName(reader, session) : '';
  reader.expectEnd();
  session.begin(name);
  return done();
}

/** COMMIT [WORK]; without an open transaction it does nothing. */
export async function commit(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.expect('COMMIT');
  reader.accept('WORK');
  reader.expectEnd();
  await session.commit(statement.committer);
  return done();
}

/** ROLLBACK [WORK]; without an open transaction it does nothing. */
export async function rollback({ reader, session }: Statement): Promise<EngineResult> {
  reader.expect('ROLLBACK');
  reader.accept('WORK');
  reader.expectEnd();
  await session.rollback();
  return done();
}

function done(): EngineResult {
  return statusResult(KIND.tcl, 'Statement executed successfully.');
}
