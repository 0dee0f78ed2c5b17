import type { EngineResult } from '../../engine.ts';
import { KIND, numberColumn, plainResult, textColumn } from '../results.ts';
import type { Statement } from '../statement.ts';
import { findStage } from './find-stage.ts';
import { takeReference } from './stage-reference.ts';
import { chosenFiles } from './staged-files.ts';

const LISTED = [textColumn('name'), numberColumn('size'), textColumn('md5'), textColumn('last_modified')];
const REMOVED = [textColumn('name'), textColumn('result')];

/** LIST @stage [PATTERN = 'regex']: one row for each file whose path begins as the reference says. */
export async function list(statement: Statement): Promise<EngineResult> {
  const { found, files } = await read(statement, 'LIST', 'READ');
  const rows = files.map((file) => [
    found.listedAs + file.path,
    file.bytes,
    file.md5,
    new Date(file.modifiedMs).toUTCString(),
  ]);
  return plainResult(KIND.show, LISTED, rows);
}

/** REMOVE @stage [PATTERN = 'regex']. */
export async function remove(statement: Statement): Promise<EngineResult> {
  const { found, files } = await read(statement, 'REMOVE', 'WRITE');
  for (const file of files) await statement.account.stages.remove(found.key, file.path);
  return plainResult(
    KIND.show,
    REMOVED,
    files.map((file) => [found.listedAs + file.path, 'removed']),
  );
}

async function read(statement: Statement, operation: string, privilege: 'READ' | 'WRITE') {
  const { reader, session } = statement;
  reader.next();
  const reference = takeReference(reader);
  const pattern = reader.accept('PATTERN', '=') ? reader.string() : null;
  reader.expectEnd();
  const found = findStage(session, session.start.user, reference, operation, privilege);
  const files = statement.request.describeOnly ? [] : await chosenFiles(statement, found, { pattern });
  return { found, files };
}
