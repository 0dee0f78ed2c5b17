import type { Stage } from '../../catalog/model.ts';
import { insufficientPrivileges, objectMissing, unsupported } from '../errors.ts';
import { Finder, type Names, temporaryKey } from '../find.ts';
import type { StageReference } from './stage-reference.ts';

/** A stage that was found. */
export interface FoundStage {
  /** By which its files are kept. */
  readonly key: string;
  /** What stands before a file's path in LIST: `name/`, or nothing for table and user stages. */
  readonly listedAs: string;
  readonly path: string;
  /** Options of the stage's own file format as they were written; '' for those of CSV. */
  readonly fileFormat: string;
}

/** A session's temporary stages come before the schema's. */
export interface StageNames extends Names {
  readonly temporaryStages?: ReadonlyMap<string, Stage>;
}

/** The stage that a name means. Throws SqlError 002003. */
export function namedStage(names: StageNames, parts: readonly string[], operation: string): Stage {
  const finder = new Finder(names, operation);
  const { schema, name } = finder.locate(parts);
  const temporary = names.temporaryStages?.get(temporaryKey(schema, name));
  return temporary ?? finder.object(parts, 'Stage', (one) => one.stages);
}

/** Finds a stage that the role may use so. Throws SqlError 002003, 003001, 000002 for one outside the account. */
export function findStage(
  names: StageNames,
  user: string,
  { kind, parts, path }: StageReference,
  operation: string,
  privilege: 'READ' | 'WRITE',
): FoundStage {
  if (kind === 'user') return { key: `user ${user}`, listedAs: '', path, fileFormat: '' };
  if (kind === 'table') {
    const table = new Finder(names, operation).relation(parts);
    if (table.kind !== 'TABLE') throw objectMissing('Stage', parts);
    if (!names.access.owns(table) && table.sessionId === null) throw insufficientPrivileges('table', table.name);
    return { key: `table ${table.id}`, listedAs: '', path, fileFormat: table.stageFileFormat };
  }
  const stage = namedStage(names, parts, operation);
  if (stage.url !== '') throw unsupported(`files of the external stage ${stage.name}`);
  if (!names.access.may(stage, privilege)) throw insufficientPrivileges('stage', stage.name);
  return { key: stageKey(stage), listedAs: `${stage.name.toLowerCase()}/`, path, fileFormat: stage.fileFormat };
}

export function stageKey(stage: Stage): string {
  return `stage ${stage.id}`;
}
