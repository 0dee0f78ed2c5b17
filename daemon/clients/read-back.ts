/**
 * What a session holds, asked of the account itself (DESIGN §6): after CALL, EXECUTE IMMEDIATE and blocks, after an error
 * half-way, for values that a SET computed, and for what a login leaves before it is changed for the first time.
 */
import { z } from 'zod';
import type { CurrentObjects } from '../pool/driver.ts';
import type { Answer, Asker } from './ask.ts';
import type { ParameterSetting, SecondaryRoles } from './context.ts';
import { isPlainName } from './quoting.ts';
import { type Variable, variableOf } from './variable.ts';

/** Something on the session that cannot be written down, so that no other session could be brought to it. */
export class NotReplayable extends Error {
  override readonly name = 'NotReplayable';
}

export interface Standing {
  readonly current: CurrentObjects;
  readonly secondaryRoles: SecondaryRoles;
  readonly isInTransaction: boolean;
}

/** Current objects, secondary roles and whether a transaction is open, in one statement without a warehouse. */
export async function readStanding(asker: Asker): Promise<Standing> {
  const answer = await asker.ask('SELECT CURRENT_SECONDARY_ROLES() AS ROLES, CURRENT_TRANSACTION() AS TX');
  const [roles = null, transaction = null] = answer.rows[0] ?? [];
  return {
    current: answer.current,
    secondaryRoles: secondaryRolesOf(roles),
    isInTransaction: transaction !== null,
  };
}

/** Whether a transaction is open on the session. */
export async function readTransaction(asker: Asker): Promise<boolean> {
  const answer = await asker.ask('SELECT CURRENT_TRANSACTION() AS TX');
  return (answer.rows[0]?.[0] ?? null) !== null;
}

export async function readSecondaryRoles(asker: Asker): Promise<SecondaryRoles> {
  const answer = await asker.ask('SELECT CURRENT_SECONDARY_ROLES() AS ROLES');
  return secondaryRolesOf(answer.rows[0]?.[0] ?? null);
}

const secondaryShape = z.object({ roles: z.string().nullish(), value: z.string().nullish() });

/** `{"roles":"A,B","value":"ALL"}` (docs "CURRENT_SECONDARY_ROLES"). */
function secondaryRolesOf(cell: string | null): SecondaryRoles {
  if (cell === null || cell === '') return 'NONE';
  const { roles, value } = secondaryShape.parse(JSON.parse(cell));
  if (value?.toUpperCase() === 'ALL') return 'ALL';
  const named = (roles ?? '')
    .split(',')
    .map((role) => role.trim())
    .filter((role) => role !== '');
  return named.length === 0 ? 'NONE' : named;
}

/** Parameters that were set on the session itself, or those of `names` that were: SHOW PARAMETERS names the level. */
export async function readParameters(
  asker: Asker,
  names?: readonly string[],
): Promise<ReadonlyMap<string, ParameterSetting>> {
  const [only] = names ?? [];
  const like = names?.length === 1 && only !== undefined ? ` LIKE '${only}'` : '';
  const answer = await asker.ask(`SHOW PARAMETERS${like} IN SESSION`);
  const column = columnsOf(answer, ['key', 'value', 'level', 'type']);
  const settings = new Map<string, ParameterSetting>();
  for (const row of answer.rows) {
    const name = column(row, 'key');
    if (names && !names.includes(name)) continue;
    if (column(row, 'level') !== 'SESSION') continue;
    settings.set(name, settingOf(column(row, 'type'), column(row, 'value')));
  }
  return settings;
}

function settingOf(type: string, value: string): ParameterSetting {
  if (type === 'BOOLEAN') return { kind: 'boolean', value: value.toLowerCase() };
  if (type === 'NUMBER') return { kind: 'number', value };
  return { kind: 'text', value };
}

/** Every variable of the session. Throws NotReplayable for one whose name or type cannot be written in a statement. */
export async function readAllVariables(asker: Asker): Promise<ReadonlyMap<string, Variable>> {
  const answer = await asker.ask('SHOW VARIABLES');
  const column = columnsOf(answer, ['name']);
  return readVariables(
    asker,
    answer.rows.map((row) => column(row, 'name')),
  );
}

/** The named variables, exact and typed: SHOW VARIABLES prints text, a SELECT answers with the value itself. */
export async function readVariables(asker: Asker, names: readonly string[]): Promise<ReadonlyMap<string, Variable>> {
  const variables = new Map<string, Variable>();
  if (names.length === 0) return variables;
  const odd = names.find((name) => !isPlainName(name));
  if (odd !== undefined) throw new NotReplayable(`the variable named ${JSON.stringify(odd)}`);
  const answer = await asker.ask(`SELECT ${names.map((name, index) => `$${name} AS V${index}`).join(', ')}`);
  names.forEach((name, index) => {
    const column = answer.columns[index];
    const variable = column && variableOf(column, answer.rows[0]?.[index] ?? null);
    if (!variable) throw new NotReplayable(`the variable ${name} of type ${column?.type ?? 'unknown'}`);
    variables.set(name, variable);
  });
  return variables;
}

/** Reads cells by column name; throws where the answer lacks one of `names`. */
function columnsOf<Name extends string>(
  answer: Answer,
  names: readonly Name[],
): (row: readonly (string | null)[], name: Name) => string {
  const at = new Map(names.map((name) => [name, answer.columns.findIndex((column) => column.name === name)]));
  for (const [name, index] of at) if (index < 0) throw new Error(`the account's answer has no column ${name}`);
  return (row, name) => row[at.get(name) ?? -1] ?? '';
}
