import type { Bind, EngineStatement } from '../../engine.ts';
import { SqlError } from '../../engine.ts';
import type { Session } from '../session.ts';
import { Statement } from '../statement.ts';
import { CsvFault } from './csv-rows.ts';
import { fileFormat } from './file-format.ts';
import { findStage } from './find-stage.ts';
import { wholeReference } from './stage-reference.ts';
import { chosenFiles, fileRows, throwFault } from './staged-files.ts';

/** How drivers write their binds. Source: PROTOCOL §6. */
const FORMAT = `TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '"' ESCAPE_UNENCLOSED_FIELD = NONE NULL_IF = ()`;

/**
 * The statement with the values that its driver has uploaded to a stage (`bindStage` of the request) as bound arrays of
 * text. Throws SqlError 002003 for a stage that is missing, 100080 for files that do not fit together.
 */
export async function withStagedBinds(session: Session, request: EngineStatement): Promise<EngineStatement> {
  if (request.bindStage === undefined || request.describeOnly) return request;
  // Its text plays no part here, and may be one of thousands of rows.
  const statement = new Statement(session, { ...request, sql: '' });
  const reference = wholeReference(request.bindStage, { line: 1, pos: 0 });
  const found = findStage(session, session.start.user, reference, 'SELECT', 'READ');
  const format = fileFormat(FORMAT, session, session);
  const columns: (string | null)[][] = [];
  let rows = 0;
  for (const file of await chosenFiles(statement, found, {})) {
    const batches = fileRows(statement, found.key, file, format, null, throwFault);
    try {
      for await (const batch of batches) {
        for (const { cells } of batch) {
          if (rows === 0) for (const _ of cells) columns.push([]);
          if (cells.length !== columns.length) throw unequal(columns.length, cells.length);
          cells.forEach((cell, index) => {
            columns[index]?.push(cell);
          });
          rows += 1;
        }
      }
    } catch (error) {
      throw error instanceof CsvFault ? error.toSqlError(file.path) : error;
    }
  }
  const binds = new Map<string, Bind>(columns.map((value, index) => [String(index + 1), { type: 'TEXT', value }]));
  return { ...request, binds };
}

function unequal(expected: number, got: number): SqlError {
  return new SqlError('100080', '22000', `Number of columns in the bound files differs: ${expected} and ${got}`);
}
