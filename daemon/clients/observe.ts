/**
 * What a statement left on its session (DESIGN §6): names from the account's answer, variables and secondary roles from
 * the statement, everything from the account itself where the statement does not tell.
 */
import type { CurrentObjects, DriverResult } from '../pool/driver.ts';
import type { Asker } from './ask.ts';
import type { Carried } from './carried.ts';
import {
  type Baseline,
  type Context,
  type KnownContext,
  type ParameterSetting,
  type SecondaryRoles,
  sameCurrent,
  sameSecondaryRoles,
  sameSetting,
  withCurrent,
} from './context.ts';
import type { StatementEffects } from './contract.ts';
import { changesContext, isChoice } from './effects.ts';
import {
  readAllVariables,
  readParameters,
  readSecondaryRoles,
  readStanding,
  readTransaction,
  readVariables,
} from './read-back.ts';
import type { Variable } from './variable.ts';

export interface Observation {
  readonly context: KnownContext;
  readonly isInTransaction: boolean;
  readonly isAutocommit: boolean | undefined;
  /** True where statements of ours ran after the client's. */
  readonly hasAsked: boolean;
}

/** Asks what a login leaves, before the statement or an alignment changes it for the first time in this pool. */
export async function learnBaseline(
  asker: Asker,
  carried: Carried,
  baseline: Baseline,
  about: { readonly parameters: boolean; readonly secondaryRoles: boolean },
): Promise<boolean> {
  const { context } = carried;
  const needsParameters = about.parameters && baseline.parameters === undefined;
  const needsRoles =
    about.secondaryRoles && baseline.secondaryRoles === undefined && context.secondaryRoles === undefined;
  if (!needsParameters && !needsRoles) return false;
  const [parameters, secondaryRoles] = await Promise.all([
    needsParameters ? readParameters(asker) : undefined,
    needsRoles ? readSecondaryRoles(asker) : undefined,
  ]);
  if (parameters) baseline.parameters ??= new Map([...parameters].filter(([name]) => !context.parameters.has(name)));
  if (secondaryRoles) baseline.secondaryRoles ??= secondaryRoles;
  return true;
}

interface Subject {
  readonly asker: Asker;
  readonly carried: Carried;
  readonly baseline: Baseline;
  readonly effects: StatementEffects;
  /** Undefined: the statement failed or was ended; something may have happened all the same. */
  readonly result: DriverResult | undefined;
  readonly wasInTransaction: boolean;
}

/** Rejects with DriverError or NotReplayable where the session's state stays uncertain. */
export async function observe(subject: Subject): Promise<Observation> {
  const { result, carried, asker } = subject;
  const reported = result?.parameters.get('AUTOCOMMIT');
  const isAutocommit = reported === undefined ? carried.isAutocommit : isTrue(reported);
  const seen = await look(subject, isAutocommit);
  // Without autocommit a question of ours opens a transaction, too; it is not the client's and must not stay.
  if (isAutocommit === false && seen.hasAsked && !seen.isInTransaction) await asker.ask('COMMIT');
  return { ...seen, isAutocommit };
}

async function look(subject: Subject, isAutocommit: boolean | undefined): Promise<Omit<Observation, 'isAutocommit'>> {
  const { effects, result, carried, asker, baseline } = subject;
  const hasFailed = result === undefined;
  const transaction = transactionAfter(subject, isAutocommit);
  if (effects.unknown || (hasFailed && changesContext(effects))) {
    const { context, isInTransaction } = await readAll(asker, carried, baseline, {
      parameters: effects.unknown || effects.sessionParameters.length > 0,
      variables: effects.unknown || effects.variables.length > 0,
    });
    return {
      context,
      isInTransaction: transaction === 'ask' ? isInTransaction : transaction === 'open',
      hasAsked: true,
    };
  }
  const [context, isInTransaction] = await Promise.all([
    hasFailed ? carried.context : contextAfter(subject, result),
    transaction === 'ask' ? readTransaction(asker) : transaction === 'open',
  ]);
  const hasRead = effects.sessionParameters.length > 0 || effects.variables.some(({ op }) => op === 'set');
  return { context, isInTransaction, hasAsked: transaction === 'ask' || (!hasFailed && hasRead) };
}

function isTrue(value: string | number | boolean): boolean {
  return value === true || String(value).toLowerCase() === 'true';
}

/** Names, secondary roles, whether a transaction is open, and what else is asked for, from the account itself. */
export async function readAll(
  asker: Asker,
  carried: Carried,
  baseline: Baseline,
  about: { readonly parameters: boolean; readonly variables: boolean } = { parameters: true, variables: true },
): Promise<{ readonly context: KnownContext; readonly isInTransaction: boolean }> {
  const [standing, parameters, variables] = await Promise.all([
    readStanding(asker),
    about.parameters ? readParameters(asker) : undefined,
    about.variables ? readAllVariables(asker) : undefined,
  ]);
  const context = named(carried.context, standing.current);
  return {
    context: {
      ...context,
      secondaryRoles: choiceOf(standing.secondaryRoles, context.secondaryRoles, baseline),
      parameters: parameters ? differences(parameters, baseline) : context.parameters,
      variables: variables ?? context.variables,
    },
    isInTransaction: standing.isInTransaction,
  };
}

/** Undefined where the secondary roles are what a login leaves; `believed` stands where nobody knows that. */
function choiceOf(
  read: SecondaryRoles,
  believed: SecondaryRoles | undefined,
  baseline: Baseline,
): SecondaryRoles | undefined {
  if (baseline.secondaryRoles === undefined) return believed;
  return sameSecondaryRoles(read, baseline.secondaryRoles) ? undefined : read;
}

function differences(
  parameters: ReadonlyMap<string, ParameterSetting>,
  baseline: Baseline,
): ReadonlyMap<string, ParameterSetting> {
  const differing = new Map<string, ParameterSetting>();
  for (const [name, setting] of parameters) {
    const left = baseline.parameters?.get(name);
    if (!left || !sameSetting(left, setting)) differing.set(name, setting);
  }
  for (const name of baseline.parameters?.keys() ?? [])
    if (!parameters.has(name)) differing.set(name, { kind: 'unset' });
  return differing;
}

/** An answer without a role says nothing about current objects: every session has one. */
function named(context: KnownContext, current: CurrentObjects): KnownContext {
  if (current.role === undefined || sameCurrent(context.current, current)) return context;
  return { ...withCurrent(context, current), current };
}

async function contextAfter(subject: Subject, result: DriverResult): Promise<KnownContext> {
  const { effects, carried, asker, baseline } = subject;
  const context = named(carried.context, result.current);
  const { sessionParameters: parameterNames, variables: changes } = effects;
  const set = changes.filter(({ op }) => op === 'set').map((change) => change.name);
  const hasNothingMore = parameterNames.length + changes.length === 0 && effects.secondaryRoles === undefined;
  if (hasNothingMore) return context;
  const [parameters, values] = await Promise.all([
    parameterNames.length > 0 ? readParameters(asker, parameterNames) : undefined,
    readVariables(asker, set),
  ]);
  const variables = new Map<string, Variable>(context.variables);
  for (const { name, op } of changes) if (op === 'unset') variables.delete(name);
  for (const [name, value] of values) variables.set(name, value);
  return {
    ...context,
    secondaryRoles: effects.secondaryRoles ?? context.secondaryRoles,
    parameters: parameters ? afterSetting(context, parameterNames, parameters, baseline) : context.parameters,
    variables,
  };
}

function afterSetting(
  context: Context,
  names: readonly string[],
  read: ReadonlyMap<string, ParameterSetting>,
  baseline: Baseline,
): ReadonlyMap<string, ParameterSetting> {
  const parameters = new Map(context.parameters);
  for (const name of names) {
    const setting: ParameterSetting = read.get(name) ?? { kind: 'unset' };
    const left = baseline.parameters?.get(name) ?? { kind: 'unset' as const };
    if (sameSetting(setting, left)) parameters.delete(name);
    else parameters.set(name, setting);
  }
  return parameters;
}

/** Statement kinds that neither begin nor end a transaction (PROTOCOL §4.4): session commands, USE, SHOW, DESCRIBE. */
function isOutsideTransactions(typeId: number): boolean {
  return typeId >= 0x4000 && typeId < 0x5000;
}

function isDdl(typeId: number): boolean {
  return typeId >= 0x6000 && typeId < 0xa000;
}

/** Queries and DML: they leave an open transaction open. DDL commits it (docs "Transactions"). */
function keepsTransaction(typeId: number): boolean {
  return (typeId >= 0x1000 && typeId < 0x4000) || isOutsideTransactions(typeId);
}

/**
 * Whether a transaction is open on the session. The account is asked where neither the statement nor its kind tells;
 * without autocommit asking would open one, so that there everything counts as inside one but what is known not to be
 * (DESIGN §6).
 */
function transactionAfter(
  { effects, result, wasInTransaction: was }: Subject,
  isAutocommit: boolean | undefined,
): 'open' | 'none' | 'ask' {
  const isAsked = isAutocommit !== false;
  if (result === undefined) {
    if (!isAsked) return was || !isChoice(effects) ? 'open' : 'none';
    return was || effects.unknown || effects.transaction !== 'none' ? 'ask' : 'none';
  }
  if (effects.transaction === 'begin') return 'open';
  if (effects.transaction !== 'none') return 'none';
  // A change of AUTOCOMMIT commits what is open (docs "Transactions").
  if (effects.sessionParameters.includes('AUTOCOMMIT')) return isAsked && was ? 'ask' : 'none';
  const { statementTypeId: typeId } = result;
  const isKeeping = typeId !== undefined && keepsTransaction(typeId);
  if (isAsked) {
    if (effects.unknown || (was && !isKeeping)) return 'ask';
    return was ? 'open' : 'none';
  }
  if (typeId !== undefined && isOutsideTransactions(typeId)) return was ? 'open' : 'none';
  return typeId !== undefined && isDdl(typeId) ? 'none' : 'open';
}
