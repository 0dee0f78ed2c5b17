/** What arrives at a login, read at the edge: every driver's spelling of the same things (PROTOCOL §1, §2). */
import { z } from 'zod';
import { badRequest } from './refusal.ts';

const text = z.string().max(100_000);
const parameterValue = z.union([z.string().max(10_000), z.number(), z.boolean()]);

const bodySchema = z.looseObject({
  data: z.looseObject({
    ACCOUNT_NAME: text.nullish(),
    LOGIN_NAME: text.nullish(),
    PASSWORD: text.nullish(),
    AUTHENTICATOR: text.nullish(),
    TOKEN: text.nullish(),
    PROOF_KEY: text.nullish(),
    PASSCODE: text.nullish(),
    EXT_AUTHN_DUO_METHOD: text.nullish(),
    passcodeInPassword: z.boolean().nullish(),
    RAW_SAML_RESPONSE: text.nullish(),
    CHOSEN_NEW_PASSWORD: text.nullish(),
    SECONDARY_ROLES: text.nullish(),
    CLIENT_APP_ID: text.nullish(),
    CLIENT_APP_VERSION: text.nullish(),
    CLIENT_ENVIRONMENT: z.record(z.string(), z.unknown()).nullish(),
    SESSION_PARAMETERS: z.record(z.string(), z.unknown()).nullish(),
  }),
});

export interface LoginRequest {
  readonly account: string;
  readonly loginName: string;
  readonly password: string;
  /** Upper case; `SNOWFLAKE` where the driver left it out. */
  readonly authenticator: string;
  readonly token: string;
  readonly proofKey: string;
  readonly passcode: string;
  /** `push`, `passcode` or empty. */
  readonly duoMethod: string;
  readonly isPasscodeInPassword: boolean;
  readonly isOkta: boolean;
  /** Python's answer to PWD_CHANGE; empty where no new password was chosen. */
  readonly newPassword: string;
  readonly secondaryRoles: 'ALL' | 'NONE' | null;
  /** Such as `JavaScript`; `OTHER` where the client does not say. */
  readonly clientType: string;
  readonly clientVersion: string | null;
  /** Stands on Snowflake's common core, as Python's from 5 on, whatever it calls itself. */
  readonly hasDriverCore: boolean;
  readonly parameters: ReadonlyMap<string, string | number | boolean>;
  /** Names are folded. */
  readonly role: string | null;
  readonly warehouse: string | null;
  readonly database: string | null;
  readonly schema: string | null;
}

/** A name as Snowflake stores it: upper case unless it is quoted. Null for none. */
function folded(
  name: string | null,
  unquote: (inside: string) => string = (inside) => inside.replaceAll('""', '"'),
): string | null {
  const text = name?.trim() ?? '';
  if (text === '') return null;
  return /^"(?:[^"]|"")+"$/.test(text) ? unquote(text.slice(1, -1)) : text.toUpperCase();
}

/**
 * True for a driver that stands on the common core. Those that only load a small library of it beside themselves, as
 * Node's (services/sf.js) and Python's 4, tell its version, too, and the name of its file.
 */
function isOnCore(environment: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return typeof environment?.CORE_VERSION === 'string' && (environment.CORE_FILE_NAME ?? null) === null;
}

/** Reads a login's body and query. Throws a Refusal with HTTP 400 where it is not one. */
export function readLoginRequest(body: unknown, query: URLSearchParams): LoginRequest {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success)
    throw badRequest('The login request is not valid: its body must be {"data": {...}} as drivers send it.');
  const { data } = parsed.data;
  const parameters = new Map<string, string | number | boolean>();
  for (const [name, value] of Object.entries(data.SESSION_PARAMETERS ?? {})) {
    const readable = parameterValue.safeParse(value);
    if (readable.success) parameters.set(name.toUpperCase(), readable.data);
  }
  const secondary = data.SECONDARY_ROLES?.toUpperCase();
  const method = (data.EXT_AUTHN_DUO_METHOD ?? '').toLowerCase();
  const isPasscodeInPassword = data.passcodeInPassword === true || (method === 'passcode' && !data.PASSCODE);
  return {
    // Drivers cut `account.region` themselves; a name that came whole is cut here.
    account: (data.ACCOUNT_NAME ?? '').split('.')[0]?.toUpperCase() ?? '',
    loginName: data.LOGIN_NAME ?? '',
    password: data.PASSWORD ?? '',
    authenticator: (data.AUTHENTICATOR || 'SNOWFLAKE').toUpperCase(),
    token: data.TOKEN ?? '',
    proofKey: data.PROOF_KEY ?? '',
    passcode: data.PASSCODE ?? '',
    duoMethod: method,
    isPasscodeInPassword,
    isOkta: Boolean(data.RAW_SAML_RESPONSE),
    newPassword: data.CHOSEN_NEW_PASSWORD ?? '',
    secondaryRoles: secondary === 'ALL' || secondary === 'NONE' ? secondary : null,
    clientType: data.CLIENT_APP_ID || 'OTHER',
    clientVersion: data.CLIENT_APP_VERSION || null,
    hasDriverCore: isOnCore(data.CLIENT_ENVIRONMENT),
    parameters,
    role: folded(query.get('roleName')),
    warehouse: folded(query.get('warehouse')),
    database: folded(query.get('databaseName')),
    // Snowflake takes two quotes inside a quoted schema of a login as two (its SQLAlchemy dialect, test_core.py).
    schema: folded(query.get('schemaName'), (inside) => inside),
  };
}
