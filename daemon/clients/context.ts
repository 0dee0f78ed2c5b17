/** What a client has chosen (DESIGN §4 "context"), and what a session is known to carry of it. Values, never changed in place. */
import { createHash } from 'node:crypto';
import type { CurrentObjects } from '../pool/driver.ts';
import type { Variable } from './variable.ts';

export type SecondaryRoles = 'ALL' | 'NONE' | readonly string[];

/** A session parameter as SHOW PARAMETERS reports it; `unset` is the account's or user's default. */
export type ParameterSetting =
  | { readonly kind: 'text' | 'number' | 'boolean'; readonly value: string }
  | { readonly kind: 'unset' };

/** Under which role warehouse, database and schema were chosen: another role may not be able to choose them again. */
export interface ChosenUnder {
  readonly warehouse: string | undefined;
  readonly schema: string | undefined;
}

export interface Context {
  /** Undefined until the client's first statement: then what that session's login gave it. */
  readonly current: CurrentObjects | undefined;
  readonly chosenUnder: ChosenUnder;
  /** Undefined: as the login left them. */
  readonly secondaryRoles: SecondaryRoles | undefined;
  /** By upper-case name, only what differs from what the login left. */
  readonly parameters: ReadonlyMap<string, ParameterSetting>;
  readonly variables: ReadonlyMap<string, Variable>;
}

/** A context whose names are known. */
export type KnownContext = Context & { readonly current: CurrentObjects };

export function isKnown(context: Context): context is KnownContext {
  return context.current !== undefined;
}

/** The context of a client that has chosen nothing, and of a session fresh from its login. */
export const nothingChosen: Context = {
  current: undefined,
  chosenUnder: { warehouse: undefined, schema: undefined },
  secondaryRoles: undefined,
  parameters: new Map(),
  variables: new Map(),
};

/** What every login of a pool leaves, as far as it had to be asked for; asked before anything is changed. */
export interface Baseline {
  secondaryRoles: SecondaryRoles | undefined;
  /** Parameters that the login itself set on the session. */
  parameters: ReadonlyMap<string, ParameterSetting> | undefined;
}

export function sameCurrent(a: CurrentObjects, b: CurrentObjects): boolean {
  return a.role === b.role && a.warehouse === b.warehouse && a.database === b.database && a.schema === b.schema;
}

export function sameSetting(a: ParameterSetting, b: ParameterSetting): boolean {
  if (a.kind === 'unset' || b.kind === 'unset') return a.kind === b.kind;
  return a.kind === b.kind && a.value === b.value;
}

export function sameVariable(a: Variable, b: Variable): boolean {
  return (
    a.value === b.value &&
    a.type === b.type &&
    a.precision === b.precision &&
    a.scale === b.scale &&
    a.length === b.length
  );
}

export function sameSecondaryRoles(a: SecondaryRoles, b: SecondaryRoles): boolean {
  return rolesKey(a) === rolesKey(b);
}

function rolesKey(roles: SecondaryRoles): string {
  return typeof roles === 'string' ? roles : JSON.stringify([...roles].sort());
}

/** The context with the names that a login gave, chosen under the login's role. */
export function withLogin(context: Context, login: CurrentObjects): KnownContext {
  if (isKnown(context)) return context;
  return { ...context, current: login, chosenUnder: { warehouse: login.role, schema: login.role } };
}

/** Records names as the account reports them after a statement, with the role under which they were chosen. */
export function withCurrent(context: Context, current: CurrentObjects): Context {
  const before = context.current;
  const under = context.chosenUnder;
  return {
    ...context,
    current,
    chosenUnder: {
      warehouse: before !== undefined && before.warehouse === current.warehouse ? under.warehouse : current.role,
      schema:
        before !== undefined && before.database === current.database && before.schema === current.schema
          ? under.schema
          : current.role,
    },
  };
}

/** STATEMENT_TIMEOUT_IN_SECONDS as chosen, in ms; 0 stands for the longest there is (docs "Parameters"). */
export function timeoutMsIn({ parameters }: Context): number | undefined {
  const setting = parameters.get('STATEMENT_TIMEOUT_IN_SECONDS');
  const seconds = setting?.kind === 'number' ? Number(setting.value) : 0;
  return seconds > 0 ? seconds * 1_000 : undefined;
}

/** The same for equal contexts, whatever the order in which they came about. */
export function digestOf({ current, secondaryRoles, parameters, variables }: Context): string {
  const settings = [...parameters].map(([name, setting]) => [
    name,
    setting.kind,
    setting.kind === 'unset' ? '' : setting.value,
  ]);
  const values = [...variables].map(([name, { type, precision, scale, length, value }]) => [
    name,
    type,
    precision,
    scale,
    length,
    value,
  ]);
  const parts = [
    [current?.role, current?.warehouse, current?.database, current?.schema],
    secondaryRoles === undefined ? undefined : rolesKey(secondaryRoles),
    settings.sort(byName),
    values.sort(byName),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function byName(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}

/** For people: the four names and how many parameters and variables. */
export function describe(context: Context): string {
  const { current } = context;
  const names = current
    ? [
        `role ${current.role ?? 'none'}`,
        `warehouse ${current.warehouse ?? 'none'}`,
        current.database === undefined ? 'no database' : `schema ${current.database}.${current.schema ?? '(none)'}`,
      ]
    : ['as after sign-in'];
  if (context.secondaryRoles !== undefined) {
    const roles = context.secondaryRoles;
    names.push(`secondary roles ${typeof roles === 'string' ? roles : roles.join(', ')}`);
  }
  if (context.parameters.size > 0) names.push(`parameters ${[...context.parameters.keys()].join(', ')}`);
  if (context.variables.size > 0) names.push(`variables ${[...context.variables.keys()].join(', ')}`);
  return names.join(', ');
}
