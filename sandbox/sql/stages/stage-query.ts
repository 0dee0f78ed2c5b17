import type { Relation } from '../contract.ts';
import type { Names } from '../find.ts';
import type { Statement } from '../statement.ts';
import { type FileFormat, fileFormat } from './file-format.ts';
import { type FoundStage, findStage } from './find-stage.ts';
import type { StageReference } from './stage-reference.ts';
import { chosenFiles, filesRelation } from './staged-files.ts';

/** A stage in FROM: `@stage (FILE_FORMAT => 'f', PATTERN => 'p')`. */
export interface StageInQuery {
  readonly reference: StageReference;
  readonly format: string | null;
  readonly pattern: string | null;
  /** The greatest `$n` that the query reads. */
  readonly width: number;
}

/** Answers a stage in FROM otherwise than by all of its files: COPY INTO reads one file at a time. */
export type StageReader = (asked: StageInQuery) => Promise<Relation>;

/** The files of a stage as rows. Throws SqlError 002003, 003001, 000002. */
export async function stageQuery(statement: Statement, names: Names, asked: StageInQuery): Promise<Relation> {
  const found = readableStage(statement, names, asked.reference);
  await statement.occupyWarehouse();
  const files = statement.request.describeOnly ? [] : await chosenFiles(statement, found, { pattern: asked.pattern });
  return filesRelation(statement, found.key, files, queryFormat(statement, names, found, asked.format), asked.width);
}

/** A stage that a query reads, by where its names are looked up; the session's temporary ones first. */
export function readableStage({ session }: Statement, names: Names, reference: StageReference): FoundStage {
  const stageNames = { ...namesOf(names), temporaryStages: session.temporaryStages };
  return findStage(stageNames, session.start.user, reference, 'SELECT', 'READ');
}

/** The format named, else the stage's own. */
function queryFormat(statement: Statement, names: Names, found: FoundStage, named: string | null): FileFormat {
  const text = named === null ? found.fileFormat : `FORMAT_NAME = '${named.replaceAll("'", "''")}'`;
  return fileFormat(text, names, statement.session);
}

function namesOf({ account, database, schema, access, temporaries }: Names): Names {
  return { account, database, schema, access, temporaries };
}
