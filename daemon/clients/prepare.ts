/**
 * Brings a fetched session to what a statement wants: takes another where this one cannot be brought there, runs the
 * alignment, and where the account refuses it finds out how far it came (DESIGN §6).
 */
import { SnowpoolError } from '../errors.ts';
import { type CurrentObjects, DriverError } from '../pool/driver.ts';
import { isAsWanted, isOutOfReach, type Plan, planAlignment, type Wanted } from './align.ts';
import type { Asker } from './ask.ts';
import type { Carried } from './carried.ts';
import { type Baseline, type Context, isKnown, withLogin } from './context.ts';
import { ContextGone, NothingLeft } from './context-gone.ts';
import { learnBaseline, readAll } from './observe.ts';
import { quoteName } from './quoting.ts';
import type { Ticket } from './ticket.ts';

export interface Preparation {
  readonly baseline: Baseline;
  readonly ownerKey: string;
  readonly wanted: Wanted;
  /** What the statement itself may change: learnt beforehand where nobody knows it yet. */
  readonly about: { readonly parameters: boolean; readonly secondaryRoles: boolean };
  /** False where another session would ask a person to sign in. */
  readonly mayReplace: boolean;
  /** True while a context is prepared from which the account's refusals were taken out already. */
  readonly isReduced?: boolean;
  /** Sessions that were closed already since the names of their login are gone. */
  readonly outlived?: number;
  carriedBy(ticket: Ticket): Carried;
  askerOf(ticket: Ticket): Asker;
  /** A session failed by itself; the pool looks at the rest. */
  suspect(ticket: Ticket): void;
}

/**
 * Sessions that fail one after the other before a statement runs on them, until the account counts as unreachable. Each
 * but the first was proven or opened the moment before.
 */
export const mostFailedSessions = 5;
/** Sessions that are closed one after the other since the names of their login are gone. */
const mostOutlived = 100;

/**
 * Resolves with a ticket whose session carries what is wanted. On rejection the ticket is given back, but for ContextGone,
 * which carries it.
 * Rejects with ContextGone, or SnowpoolError: statement_failed for an override that the account refuses,
 * account_unreachable, and what fetching another session rejects with.
 */
export async function prepare(first: Ticket, preparation: Preparation): Promise<Ticket> {
  const { wanted, baseline, ownerKey } = preparation;
  let ticket = first;
  for (let failures = 0; ; ) {
    const carried = preparation.carriedBy(ticket);
    if (carried.leftover && carried.leftover.ownerKey !== ownerKey) {
      if (preparation.mayReplace) {
        ticket = await ticket.swap('context');
        continue;
      }
      // A person would be asked to sign in after every CALL; what one left is possible, that it did is not likely.
      carried.leftover = undefined;
    }
    try {
      const plan = planAlignment(carried, wanted, baseline);
      if (plan.kind === 'impossible') {
        if (isOutOfReach(carried, wanted)) return await salvage(ticket, preparation, [plan.reason]);
        if (!preparation.mayReplace)
          throw preparation.isReduced ? new NothingLeft(ticket) : onlySession(ticket, carried);
        ticket = await ticket.swap('context');
        continue;
      }
      await learnFirst(ticket, carried, preparation);
      const isAligned = await align(ticket, carried, preparation);
      if (isAligned) return ticket;
      return await mend(ticket, preparation);
    } catch (error) {
      if (error instanceof ContextGone || error instanceof NothingLeft || error instanceof SnowpoolError) throw error;
      if (!(error instanceof DriverError) || error.fault === 'statement') throw uncertain(ticket, error);
      preparation.suspect(ticket);
      failures++;
      if (failures === mostFailedSessions) {
        void ticket.evict('broken').catch(() => {}); // The pool logs what it could not close.
        throw new SnowpoolError(
          'account_unreachable',
          `${failures} sessions in a row failed before the statement could run: ${error.message}`,
          'Try again in a moment; `pool-status` shows the state of the pool.',
          {},
          { cause: error },
        );
      }
      ticket = await ticket.swap('broken');
    }
  }
}

/** The one session there is has a database that somebody else chose, and this client has none. */
function onlySession(ticket: Ticket, { context }: Carried): SnowpoolError {
  ticket.release();
  const { database } = context.current;
  return new SnowpoolError(
    'statement_refused',
    `You have chosen no database, and the one session of this pool is in ${database ?? 'another'}, which another client chose and no statement takes away. This statement was not run.`,
    'Choose a database with USE, or name database and schema for the statement.',
  );
}

/** The account answered what cannot be understood: nobody knows what the session carries. */
function uncertain(ticket: Ticket, error: unknown): SnowpoolError {
  void ticket.evict('context').catch(() => {}); // The pool logs what it could not close.
  return new SnowpoolError(
    'internal',
    `Your context could not be brought to a session: ${error instanceof Error ? error.message : String(error)}`,
    'Try again; if it stays so, ask the person to restart this MCP server, which then begins with a fresh context.',
    {},
    { cause: error },
  );
}

async function learnFirst(ticket: Ticket, carried: Carried, preparation: Preparation): Promise<void> {
  const { wanted, about, baseline } = preparation;
  const hasAsked = await learnBaseline(preparation.askerOf(ticket), carried, baseline, {
    parameters: about.parameters || wanted.context.parameters.size > 0,
    secondaryRoles: about.secondaryRoles || wanted.context.secondaryRoles !== undefined,
  });
  if (hasAsked) carried.lastQueryId = undefined;
}

/** Resolves false where the account refused one of the statements or ended elsewhere; the record is then true again. */
async function align(ticket: Ticket, carried: Carried, preparation: Preparation, isThorough = false): Promise<boolean> {
  const { wanted, baseline } = preparation;
  const plan: Plan = planAlignment(carried, wanted, baseline, isThorough);
  if (plan.kind === 'ready') return true;
  if (plan.kind === 'impossible') return false;
  const asker = preparation.askerOf(ticket);
  carried.lastQueryId = undefined;
  try {
    const { current } = await asker.runAll(plan.statements);
    const { secondaryRoles, parameters, variables, chosenUnder } = withLogin(wanted.context, carried.login);
    const isThere = isAsWanted(current, carried, wanted);
    carried.defaultSchemaOf = isThere && entersDatabase(plan.statements) ? current.database : undefined;
    const isOwn = isThere && !wanted.override && wanted.dependsOnSchema;
    carried.context =
      isOwn && isKnown(wanted.context)
        ? wanted.context
        : { current, secondaryRoles, parameters, variables, chosenUnder };
    return isThere;
  } catch (error) {
    if (!(error instanceof DriverError) || (error.fault !== 'statement' && error.fault !== 'aborted')) throw error;
    await rereadAfter(ticket, carried, preparation);
    carried.refusal = error;
    return false;
  }
}

function entersDatabase(statements: readonly string[]): boolean {
  return statements.some((statement) => statement.startsWith('USE DATABASE '));
}

async function rereadAfter(ticket: Ticket, carried: Carried, { baseline, askerOf }: Preparation): Promise<void> {
  const asker = askerOf(ticket);
  await learnBaseline(asker, carried, baseline, { parameters: true, secondaryRoles: true });
  const { context } = await readAll(asker, carried, baseline);
  carried.context = context;
  carried.defaultSchemaOf = undefined;
}

/** The alignment did not end where it should: by the statement's own override, or because part of the context is gone. */
async function mend(ticket: Ticket, preparation: Preparation): Promise<Ticket> {
  const carried = preparation.carriedBy(ticket);
  const { override } = preparation.wanted;
  const refusal = carried.refusal;
  if (override) {
    const own: Preparation = { ...preparation, wanted: { ...preparation.wanted, override: undefined } };
    if (await align(ticket, carried, own)) {
      if (await align(ticket, carried, preparation)) return ticket;
      ticket.release();
      throw overrideError(override, carried.refusal ?? refusal);
    }
  } else if (await align(ticket, carried, preparation, true)) {
    return ticket;
  }
  return salvage(ticket, preparation, refusal ? [refusal.message] : []);
}

/**
 * Finds out which parts of the context the account refuses, replaces them by what a login gives, and prepares for the rest.
 * Rejects with ContextGone, which carries the ticket. Resolves where it took another session, which could be prepared.
 */
async function salvage(ticket: Ticket, preparation: Preparation, known: readonly string[]): Promise<Ticket> {
  if (preparation.isReduced) throw new NothingLeft(ticket);
  const carried = preparation.carriedBy(ticket);
  const { context } = preparation.wanted;
  const asker = preparation.askerOf(ticket);
  const reasons = [...known];
  const works = async (statement: string): Promise<boolean> => {
    try {
      await asker.runAll([statement]);
      return true;
    } catch (error) {
      if (!(error instanceof DriverError) || error.fault !== 'statement') throw error;
      if (!reasons.includes(error.message)) reasons.push(error.message);
      return false;
    }
  };
  carried.lastQueryId = undefined;
  const { login } = carried;
  const wish = context.current ?? login;
  const under = withLogin(context, login).chosenUnder;
  const worksUnder = async (role: string | undefined, statement: string | undefined) =>
    (role === undefined || (await works(`USE ROLE ${quoteName(role)}`))) &&
    (statement === undefined || (await works(statement)));
  const { warehouse } = wish;
  const hasWarehouse = await worksUnder(under.warehouse, warehouse && `USE WAREHOUSE ${quoteName(warehouse)}`);
  const hasSchema = await worksUnder(under.schema, schemaStatement(wish));
  const hasRole = await worksUnder(wish.role, undefined);
  await rereadAfter(ticket, carried, preparation);
  const { database: databaseNow, schema: schemaNow } = carried.context.current;
  const current = {
    role: hasRole ? wish.role : login.role,
    warehouse: hasWarehouse ? wish.warehouse : login.warehouse,
    database: hasSchema ? databaseNow : login.database,
    schema: hasSchema ? schemaNow : login.schema,
  };
  const chosenUnder = {
    warehouse: hasWarehouse ? under.warehouse : login.role,
    schema: hasSchema ? under.schema : login.role,
  };
  const reduced: Context = { ...context, current, chosenUnder };
  if (reasons.length === 0) reasons.push('the account ended with other names current');
  const wanted: Wanted = { context: reduced, override: undefined, dependsOnSchema: true };
  let mended: Ticket;
  try {
    mended = await prepare(ticket, { ...preparation, wanted, isReduced: true });
  } catch (error) {
    if (!(error instanceof NothingLeft)) throw error;
    return renew(error.ticket, preparation, reasons);
  }
  throw new ContextGone(mended, reduced, reasons);
}

/**
 * What the login chose is gone as well: a session that signs in now gets what exists now. Where none can be had without
 * asking a person, the client goes on where the session stands.
 */
async function renew(ticket: Ticket, preparation: Preparation, reasons: readonly string[]): Promise<Ticket> {
  const outlived = (preparation.outlived ?? 0) + 1;
  if (preparation.mayReplace && outlived < mostOutlived)
    return prepare(await ticket.swap('context'), { ...preparation, outlived });
  const { current, chosenUnder } = preparation.carriedBy(ticket).context;
  throw new ContextGone(ticket, { ...preparation.wanted.context, current, chosenUnder }, reasons);
}

function schemaStatement({ database, schema }: CurrentObjects): string | undefined {
  if (database === undefined) return undefined;
  if (schema === undefined) return `USE DATABASE ${quoteName(database)}`;
  return `USE SCHEMA ${quoteName(database)}.${quoteName(schema)}`;
}

function overrideError(
  override: { readonly database?: string; readonly schema?: string },
  refusal: DriverError | undefined,
): SnowpoolError {
  const name = [override.database, override.schema].filter((part) => part !== undefined).join('.');
  const { code, sqlState, queryId } = refusal?.details ?? {};
  return new SnowpoolError(
    'statement_failed',
    `${name} cannot be made current for this statement: ${refusal?.message ?? 'the account ended elsewhere'}`,
    'Check the names of database and schema, and that your role may use them.',
    {
      ...(code === undefined ? {} : { snowflakeCode: code }),
      ...(sqlState === undefined ? {} : { sqlState }),
      ...(queryId === undefined ? {} : { queryId }),
    },
    refusal ? { cause: refusal } : {},
  );
}
