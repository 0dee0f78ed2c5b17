/** What a statement may leave behind, for the layer that keeps clients apart: derived from its kind and tokens. */
import type { KindClass } from './kinds.ts';
import type { SessionChange } from './session.ts';
import { isWord, type Token } from './tokens.ts';
import { leavesNothingUnseen } from './visible.ts';

export interface Effects {
  /** USE, ALTER SESSION, SET and UNSET, and DDL that changes the current database, schema, warehouse or role. */
  readonly context: boolean;
  readonly transaction: 'begin' | 'commit' | 'rollback' | 'none';
  /** Creates temporary objects. */
  readonly temporary: boolean;
  /** CALL, EXECUTE IMMEDIATE, blocks, and what is not understood: anything may have happened. */
  readonly unknown: boolean;
  /** DML, DDL, files, privileges, sequences, acting functions. */
  readonly write: boolean;
  /** Session variables by name, where the statement names them. */
  readonly variables: readonly { readonly name: string; readonly op: 'set' | 'unset' }[];
  /** Of USE SECONDARY ROLES; role names as Snowflake stores them. */
  readonly secondaryRoles: 'ALL' | 'NONE' | string[] | undefined;
  /** Names in ALTER SESSION SET and UNSET, in upper case. */
  readonly sessionParameters: readonly string[];
  /** False where the current database and schema can make no difference to the statement. */
  readonly dependsOnSchema: boolean;
  /** True for USE DATABASE and USE SCHEMA. */
  readonly choosesPlace: boolean;
  /** False where the text of a block or EXECUTE IMMEDIATE shows all that runs, and it creates nothing temporary. */
  readonly isOpaque: boolean;
}

export const noEffects: Effects = {
  context: false,
  transaction: 'none',
  temporary: false,
  unknown: false,
  write: false,
  variables: [],
  secondaryRoles: undefined,
  sessionParameters: [],
  dependsOnSchema: true,
  choosesPlace: false,
  isOpaque: true,
};

/** Objects that are part of a session's context: creating one makes it the current one, dropping the current one leaves none. */
const contextObjects = new Set(['DATABASE', 'SCHEMA', 'WAREHOUSE', 'ROLE', 'ACCOUNT', 'USER']);

/** Effects of one statement whose tokens and kind are known. */
export function effectsOf(
  tokens: readonly Token[],
  kind: string,
  kindClass: KindClass,
  change: SessionChange | undefined,
): Effects {
  switch (kindClass) {
    case 'query':
    case 'look':
    case 'explain':
      return noEffects;
    case 'session':
      return sessionEffects(kind, change);
    case 'write':
      return { ...noEffects, write: true, context: isContextDdl(kind), temporary: createsTemporary(tokens, kind) };
    default:
      // Tasks, alerts, notebooks and projects run in sessions of their own.
      return {
        ...noEffects,
        write: true,
        unknown: !/^EXECUTE (?!IMMEDIATE)/.test(kind),
        isOpaque: !/^(?:EXECUTE IMMEDIATE|ANONYMOUS BLOCK)$/.test(kind) || !leavesNothingUnseen(tokens),
      };
  }
}

function sessionEffects(kind: string, change: SessionChange | undefined): Effects {
  if (kind === 'BEGIN') return { ...noEffects, transaction: 'begin' };
  if (kind === 'COMMIT') return { ...noEffects, transaction: 'commit' };
  if (kind === 'ROLLBACK') return { ...noEffects, transaction: 'rollback' };
  return {
    ...noEffects,
    context: true,
    choosesPlace: kind === 'USE DATABASE' || kind === 'USE SCHEMA',
    variables: change?.variables ?? [],
    secondaryRoles: change?.secondaryRoles,
    sessionParameters: change?.parameters ?? [],
  };
}

function isContextDdl(kind: string): boolean {
  const [verb, ...object] = kind.split(' ');
  return verb !== 'TRUNCATE' && contextObjects.has(object.join(' '));
}

function createsTemporary(tokens: readonly Token[], kind: string): boolean {
  if (!kind.startsWith('CREATE')) return false;
  for (const token of tokens.slice(1, 8)) {
    if (isWord(token, 'TEMP', 'TEMPORARY', 'VOLATILE')) return true;
    if (
      !isWord(
        token,
        'OR',
        'REPLACE',
        'ALTER',
        'LOCAL',
        'GLOBAL',
        'SCOPED',
        'SECURE',
        'TRANSIENT',
        'RECURSIVE',
        'IF',
        'NOT',
        'EXISTS',
        'AGGREGATE',
        'READ',
        'ONLY',
      )
    )
      return false;
  }
  return false;
}

/** Effects of statements that run one after another in one text (`->>`). */
export function together(all: readonly Effects[]): Effects {
  const last = all.findLast((effects) => effects.transaction !== 'none');
  return {
    context: all.some((effects) => effects.context),
    transaction: last?.transaction ?? 'none',
    temporary: all.some((effects) => effects.temporary),
    unknown: all.some((effects) => effects.unknown),
    write: all.some((effects) => effects.write),
    variables: all.flatMap((effects) => effects.variables),
    secondaryRoles: all.findLast((effects) => effects.secondaryRoles !== undefined)?.secondaryRoles,
    sessionParameters: all.flatMap((effects) => effects.sessionParameters),
    dependsOnSchema: all.some((effects) => effects.dependsOnSchema),
    choosesPlace: all.some((effects) => effects.choosesPlace),
    isOpaque: all.some((effects) => effects.unknown && effects.isOpaque) || !all.some((effects) => effects.unknown),
  };
}
