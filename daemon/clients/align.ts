/**
 * The statements that bring a session from what it carries to what a client wants (DESIGN §6: one multi-statement
 * request, none where it carries that already), or why no statement can.
 */
import type { CurrentObjects } from '../pool/driver.ts';
import type { Carried } from './carried.ts';
import {
  type Baseline,
  type Context,
  type ParameterSetting,
  type SecondaryRoles,
  sameSecondaryRoles,
  sameSetting,
  sameVariable,
  withLogin,
} from './context.ts';
import { quoteName, quoteText } from './quoting.ts';
import { literalOf, type Variable } from './variable.ts';

/** Database and schema for one statement alone. Stored names. */
export interface Override {
  readonly database?: string;
  readonly schema?: string;
}

export interface Wanted {
  readonly context: Context;
  readonly override: Override | undefined;
  /** False where the statement cannot tell which database and schema are current. */
  readonly dependsOnSchema: boolean;
}

export type Plan =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'statements';
      readonly statements: readonly string[];
      /** True where the session loses a "none" (no database, no warehouse) that no statement brings back. */
      readonly isOneWay: boolean;
    }
  | { readonly kind: 'impossible'; readonly reason: string };

/** Current objects as wanted; `schema: 'default'` is the one that USE DATABASE makes current. */
interface Target {
  readonly role: string | undefined;
  readonly warehouse: string | undefined;
  readonly database: string | undefined;
  readonly schema: { readonly name: string | undefined } | 'default';
}

const ready: Plan = { kind: 'ready' };
/** While it is on, quoted names fold as well: names must be written before it comes and after it goes. */
const folding = 'QUOTED_IDENTIFIERS_IGNORE_CASE';

/**
 * @param isThorough writes every name again, although the session is believed to have it: after a first attempt that
 * ended elsewhere than expected.
 */
export function planAlignment(carried: Carried, wanted: Wanted, baseline: Baseline, isThorough = false): Plan {
  if (carried.context === wanted.context && !wanted.override && !isThorough) return ready;
  const target = targetOf(carried, wanted);
  const current = carried.context.current;
  for (const [word, have, want] of [
    ['role', current.role, target.role],
    ['warehouse', current.warehouse, target.warehouse],
    ['database', current.database, target.database],
  ] as const) {
    if (have !== undefined && want === undefined) return impossible(`a current ${word} cannot be taken away`);
  }
  const names = nameStatements(carried, wanted, target, isThorough);
  if (names === undefined) return impossible('a current schema cannot be taken away');
  const parameters = parameterStatements(carried.context, wanted.context, baseline, names.some(needsExactCase));
  const secondary = secondaryStatements(carried.context, wanted.context, baseline);
  if (secondary === undefined) return impossible('the secondary roles of a fresh session are not known');
  const statements = [
    ...parameters.first,
    ...secondary,
    ...names,
    ...variableStatements(carried.context.variables, wanted.context.variables),
    ...parameters.last,
  ];
  if (statements.length === 0) return ready;
  const isOneWay =
    (current.database === undefined && target.database !== undefined) ||
    (current.warehouse === undefined && target.warehouse !== undefined);
  return { kind: 'statements', statements, isOneWay };
}

/** True where the account's word on the current objects is what the alignment was for. */
export function isAsWanted(reported: CurrentObjects, carried: Carried, wanted: Wanted): boolean {
  const target = targetOf(carried, wanted);
  return (
    reported.role === target.role &&
    reported.warehouse === target.warehouse &&
    reported.database === target.database &&
    (target.schema === 'default' || reported.schema === target.schema.name)
  );
}

function impossible(reason: string): Plan {
  return { kind: 'impossible', reason };
}

function targetOf(carried: Carried, { context, override, dependsOnSchema }: Wanted): Target {
  const { role, warehouse, database, schema } = context.current ?? carried.login;
  const names = { role, warehouse };
  if (override?.database !== undefined && (override.database !== database || override.schema !== undefined)) {
    const given = override.schema === undefined ? ('default' as const) : { name: override.schema };
    return { ...names, database: override.database, schema: given };
  }
  if (override?.schema !== undefined) return { ...names, database, schema: { name: override.schema } };
  if (!dependsOnSchema) {
    const { current } = carried.context;
    return { ...names, database: current.database, schema: { name: current.schema } };
  }
  return { ...names, database, schema: { name: schema } };
}

/** Undefined where the schema cannot be reached: a database entered by USE DATABASE has one where none is wanted. */
function nameStatements(
  carried: Carried,
  wanted: Wanted,
  target: Target,
  isThorough: boolean,
): readonly string[] | undefined {
  const { current } = carried.context;
  const { chosenUnder } = withLogin(wanted.context, carried.login);
  const statements: string[] = [];
  let role = current.role;
  const useRole = (name: string | undefined) => {
    if (name === undefined || name === role) return;
    statements.push(`USE ROLE ${quoteName(name)}`);
    role = name;
  };
  if (isThorough && target.role !== undefined) {
    statements.push(`USE ROLE ${quoteName(target.role)}`);
    role = target.role;
  }
  if (target.warehouse !== undefined && (isThorough || target.warehouse !== current.warehouse)) {
    useRole(chosenUnder.warehouse ?? target.role);
    statements.push(`USE WAREHOUSE ${quoteName(target.warehouse)}`);
  }
  if (target.database !== undefined && (isThorough || !isInSchema(carried, target))) {
    useRole(wanted.override ? target.role : (chosenUnder.schema ?? target.role));
    const database = quoteName(target.database);
    if (target.schema === 'default') statements.push(`USE DATABASE ${database}`);
    else if (target.schema.name !== undefined)
      statements.push(`USE SCHEMA ${database}.${quoteName(target.schema.name)}`);
    else if (target.database === current.database) return undefined;
    else statements.push(`USE DATABASE ${database}`);
  }
  useRole(target.role);
  return statements;
}

function isInSchema(carried: Carried, target: Target): boolean {
  const { current } = carried.context;
  if (current.database !== target.database) return false;
  if (target.schema === 'default') return carried.defaultSchemaOf === target.database;
  return current.schema === target.schema.name;
}

function needsExactCase(statement: string): boolean {
  return /[^\P{L}\p{Lu}]/u.test(statement.replace(/^USE (ROLE|WAREHOUSE|DATABASE|SCHEMA) /, ''));
}

function secondaryStatements(carried: Context, wanted: Context, baseline: Baseline): readonly string[] | undefined {
  const have = carried.secondaryRoles;
  const want = wanted.secondaryRoles;
  if (have === undefined && want === undefined) return [];
  const wish = want ?? baseline.secondaryRoles;
  if (wish === undefined) return undefined;
  const known = have ?? baseline.secondaryRoles;
  if (known !== undefined && sameSecondaryRoles(known, wish)) return [];
  return [`USE SECONDARY ROLES ${secondaryText(wish)}`];
}

function secondaryText(roles: SecondaryRoles): string {
  if (typeof roles === 'string') return roles;
  return roles.length === 0 ? 'NONE' : roles.map(quoteName).join(', ');
}

function parameterStatements(
  carried: Context,
  wanted: Context,
  baseline: Baseline,
  hasExactNames: boolean,
): { readonly first: readonly string[]; readonly last: readonly string[] } {
  const first: string[] = [];
  const last: string[] = [];
  const unset: string[] = [];
  const settled = (context: Context, name: string): ParameterSetting =>
    context.parameters.get(name) ?? baseline.parameters?.get(name) ?? { kind: 'unset' };
  for (const name of new Set([...carried.parameters.keys(), ...wanted.parameters.keys()])) {
    const have = settled(carried, name);
    const want = settled(wanted, name);
    if (sameSetting(have, want)) {
      if (name === folding && hasExactNames && want.kind === 'boolean' && want.value === 'true') {
        first.push(setParameter(name, { kind: 'boolean', value: 'false' }));
        last.push(setParameter(name, want));
      }
    } else if (want.kind === 'unset') {
      unset.push(name);
    } else {
      // Whatever makes names or statements behave otherwise goes first when it goes, and comes last when it comes.
      const isSoftening =
        (name === folding && want.value === 'false') || (name === 'AUTOCOMMIT' && want.value === 'true');
      (isSoftening ? first : last).push(setParameter(name, want));
    }
  }
  if (unset.length > 0) first.unshift(`ALTER SESSION UNSET ${unset.join(', ')}`);
  return { first, last };
}

/** Throws RangeError for a name or value that is none. */
function setParameter(name: string, setting: Exclude<ParameterSetting, { kind: 'unset' }>): string {
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) throw new RangeError('a parameter name that is none');
  if (setting.kind === 'text') return `ALTER SESSION SET ${name} = ${quoteText(setting.value)}`;
  const pattern = setting.kind === 'number' ? /^-?\d+(\.\d+)?$/ : /^(true|false)$/i;
  if (!pattern.test(setting.value)) throw new RangeError('a parameter value that is none');
  return `ALTER SESSION SET ${name} = ${setting.value.toUpperCase()}`;
}

function variableStatements(
  carried: ReadonlyMap<string, Variable>,
  wanted: ReadonlyMap<string, Variable>,
): readonly string[] {
  const gone = [...carried.keys()].filter((name) => !wanted.has(name));
  const set = [...wanted].filter(([name, variable]) => {
    const have = carried.get(name);
    return have === undefined || !sameVariable(have, variable);
  });
  const statements: string[] = [];
  if (gone.length === 1) statements.push(`UNSET ${gone[0]}`);
  else if (gone.length > 1) statements.push(`UNSET (${gone.join(', ')})`);
  const [only] = set;
  if (set.length === 1 && only) statements.push(`SET ${only[0]} = ${literalOf(only[1])}`);
  else if (set.length > 1) {
    const names = set.map(([name]) => name).join(', ');
    statements.push(`SET (${names}) = (${set.map(([, variable]) => literalOf(variable)).join(', ')})`);
  }
  return statements;
}

/** True where not even a session fresh from its login could be brought there. */
export function isOutOfReach(carried: Carried, { context, override }: Wanted): boolean {
  const { login } = carried;
  const wish = context.current ?? login;
  return (
    (login.role !== undefined && wish.role === undefined) ||
    (login.warehouse !== undefined && wish.warehouse === undefined) ||
    (login.database !== undefined && wish.database === undefined && override?.database === undefined) ||
    (login.database === wish.database &&
      login.schema !== undefined &&
      wish.schema === undefined &&
      override === undefined)
  );
}

/** True where a name that the login left open is open still: only a new login brings that back. */
export function hasOpenName({ login, context: { current } }: Carried): boolean {
  return (
    (login.database === undefined && current.database === undefined) ||
    (login.warehouse === undefined && current.warehouse === undefined)
  );
}

/**
 * How well a session fits, highest first (DESIGN §5 "Preference"): what the client left on it itself, its very context,
 * nothing to align, something to align; then what aligning would waste. 0: it would have to be closed for another.
 */
export function rankOf(carried: Carried, plan: Plan, wanted: Wanted, own: { key: string; isCarried: boolean }): number {
  const { leftover } = carried;
  if (leftover && leftover.ownerKey !== own.key) return 0;
  if (plan.kind === 'impossible') return isOutOfReach(carried, wanted) ? 1 : 0;
  if (leftover) return 6;
  if (own.isCarried) return 5;
  if (plan.kind === 'ready') return 4;
  if (plan.isOneWay) return 2;
  return carried.isFresh ? 4 : 3;
}
