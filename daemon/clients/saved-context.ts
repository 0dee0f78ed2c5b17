/** A client's context as the front-end keeps it: opaque to it, versioned, without any secret (DESIGN §6). */
import { z } from 'zod';
import type { Profile } from '../config/profile.ts';
import type { Context, ParameterSetting } from './context.ts';
import type { Held } from './loss.ts';
import { isPlainName } from './quoting.ts';
import { isReplayable, type Variable } from './variable.ts';

export interface Saved {
  /** Names the attachment, so that a newer daemon finds what was handed over for it. */
  readonly key: string;
  readonly context: Context;
  /** What a pinned session held for the client when this was saved. */
  readonly held: Held;
  /** Newest last. */
  readonly queryIds: readonly string[];
  /** True where newer ones may have been given by the time this is read. */
  readonly isBehind?: boolean | undefined;
}

const name = z.string().min(1).max(1024);
export const settingShape = z.union([
  z.object({ kind: z.literal('text'), value: z.string() }),
  z.object({ kind: z.literal('number'), value: z.string().regex(/^-?\d+(\.\d+)?$/) }),
  z.object({ kind: z.literal('boolean'), value: z.string().regex(/^(true|false)$/i) }),
  z.object({ kind: z.literal('unset') }),
]);
/** What no statement sets on another session would stop every statement of its client there. */
const variable = z
  .object({
    type: z.string(),
    precision: z.number().optional(),
    scale: z.number().optional(),
    length: z.number().optional(),
    value: z.string().nullable(),
  })
  .refine(isReplayable);
export const currentObjects = z.object({
  role: name.optional(),
  warehouse: name.optional(),
  database: name.optional(),
  schema: name.optional(),
});
export const heldShape = z.object({
  isTransaction: z.boolean(),
  isTemporary: z.boolean(),
  isNowhere: z.boolean().optional(),
});
export const contextShape = z.object({
  current: currentObjects.optional(),
  chosenUnder: z.object({ warehouse: name.optional(), schema: name.optional() }),
  secondaryRoles: z.union([z.enum(['ALL', 'NONE']), z.array(name)]).optional(),
  parameters: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), settingShape),
  variables: z.record(z.string().refine(isPlainName), variable),
});

/** Only ever extended; a shape that cannot be read any more gets a new number. */
const shape = z.object({
  version: z.literal(1),
  account: z.string(),
  user: z.string(),
  key: z.string(),
  held: heldShape,
  queryIds: z.array(z.string()),
  isBehind: z.boolean().optional(),
  context: contextShape,
});

export type PlainContext = z.infer<typeof contextShape>;

/** A context as plain JSON data. */
export function toPlain(context: Context): PlainContext {
  const { current, chosenUnder, secondaryRoles, parameters, variables } = context;
  return {
    ...(current ? { current } : {}),
    chosenUnder,
    ...(secondaryRoles === undefined
      ? {}
      : { secondaryRoles: typeof secondaryRoles === 'string' ? secondaryRoles : [...secondaryRoles] }),
    parameters: Object.fromEntries(parameters),
    variables: Object.fromEntries(variables),
  };
}

export function fromPlain(plain: PlainContext): Context {
  const { current } = plain;
  return {
    current: current && {
      role: current.role,
      warehouse: current.warehouse,
      database: current.database,
      schema: current.schema,
    },
    chosenUnder: { warehouse: plain.chosenUnder.warehouse, schema: plain.chosenUnder.schema },
    secondaryRoles: plain.secondaryRoles,
    parameters: new Map<string, ParameterSetting>(Object.entries(plain.parameters)),
    variables: new Map<string, Variable>(Object.entries(plain.variables)),
  };
}

export function writeSaved(saved: Saved, profile: Profile): Uint8Array {
  const { key, held, queryIds, isBehind, context } = saved;
  const plain: z.infer<typeof shape> = {
    version: 1,
    account: profile.account,
    user: profile.user,
    key,
    held: { isTransaction: held.isTransaction, isTemporary: held.isTemporary },
    queryIds: [...queryIds],
    ...(isBehind ? { isBehind } : {}),
    context: toPlain(context),
  };
  return new TextEncoder().encode(JSON.stringify(plain));
}

/**
 * What a front-end brought along.
 * @returns undefined where it is of another account or user, of a version that is not known, or none of ours at all: a
 * client then begins anew rather than with somebody else's context.
 */
export function readSaved(bytes: Uint8Array, profile: Profile): Saved | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) return undefined;
  const { key, held, queryIds, isBehind, context, account, user } = parsed.data;
  if (account !== profile.account || user !== profile.user) return undefined;
  return { key, held, queryIds, isBehind, context: fromPlain(context) };
}
