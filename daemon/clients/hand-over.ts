/** What one daemon tells the next about its clients (DESIGN §11): sessions' marks, contexts, and who has which pin. */
import { z } from 'zod';
import type { CurrentObjects } from '../pool/driver.ts';
import { Carried } from './carried.ts';
import type { Baseline } from './context.ts';
import { contextShape, currentObjects, fromPlain, heldShape, settingShape, toPlain } from './saved-context.ts';

const secondaryRoles = z.union([z.enum(['ALL', 'NONE']), z.array(z.string())]);

const sessionShape = z.object({
  sessionId: z.string(),
  login: currentObjects,
  context: contextShape,
  isAutocommit: z.boolean().optional(),
  leftoverOf: z.string().optional(),
});

const poolShape = z.object({
  fingerprint: z.string(),
  secondaryRoles: secondaryRoles.optional(),
  parameters: z.record(z.string(), settingShape).optional(),
  sessions: z.array(sessionShape),
});

const attachmentShape = z.object({
  key: z.string(),
  fingerprint: z.string(),
  context: contextShape,
  queryIds: z.array(z.string()),
  pin: z.object({ sessionId: z.string(), held: heldShape }).optional(),
});

/** Only ever extended; a daemon that cannot read it begins without it. */
export const clientsParcel = z.object({
  version: z.literal(1),
  pools: z.array(poolShape),
  attachments: z.array(attachmentShape),
});

export type ClientsParcel = z.infer<typeof clientsParcel>;
export type ParcelPool = z.infer<typeof poolShape>;
export type ParcelAttachment = z.infer<typeof attachmentShape>;

export function packSession(sessionId: string, carried: Carried): z.infer<typeof sessionShape> {
  const { login, context, isAutocommit, leftover } = carried;
  return {
    sessionId,
    login: plainCurrent(login),
    context: toPlain(context),
    ...(isAutocommit === undefined ? {} : { isAutocommit }),
    ...(leftover ? { leftoverOf: leftover.ownerKey } : {}),
  };
}

export function unpackSession(packed: z.infer<typeof sessionShape>): Carried {
  const { role, warehouse, database, schema } = packed.login;
  const carried = new Carried({ role, warehouse, database, schema }, fromPlain(packed.context));
  carried.isAutocommit = packed.isAutocommit;
  if (packed.leftoverOf !== undefined) carried.leftover = { ownerKey: packed.leftoverOf };
  return carried;
}

export function packBaseline({ secondaryRoles: roles, parameters }: Baseline) {
  return {
    ...(roles === undefined ? {} : { secondaryRoles: typeof roles === 'string' ? roles : [...roles] }),
    ...(parameters === undefined ? {} : { parameters: Object.fromEntries(parameters) }),
  };
}

export function unpackBaseline(packed: ParcelPool): Baseline {
  return {
    secondaryRoles: packed.secondaryRoles,
    parameters: packed.parameters && new Map(Object.entries(packed.parameters)),
  };
}

function plainCurrent({ role, warehouse, database, schema }: CurrentObjects): z.infer<typeof currentObjects> {
  return {
    ...(role === undefined ? {} : { role }),
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(database === undefined ? {} : { database }),
    ...(schema === undefined ? {} : { schema }),
  };
}
