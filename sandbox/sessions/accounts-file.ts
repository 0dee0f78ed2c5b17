/** The shape of an accounts file (`--accounts FILE`, TOML or JSON) and of the users that a control request sets. */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';

const lifetimeSeconds = z.number().int().positive();
const name = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .transform((text) => text.toUpperCase());

/** A public key as `ALTER USER ... SET RSA_PUBLIC_KEY` takes it: PEM with or without its BEGIN and END lines. Gives its DER form. */
const publicKey = z.string().transform((text, context) => {
  const base64 = text.replace(/-----[^-]*-----/g, '').replace(/\s+/g, '');
  try {
    return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
  } catch {
    context.addIssue({ code: 'custom', message: 'is no RSA public key (PEM, with or without BEGIN and END lines)' });
    return z.NEVER;
  }
});

const bearerToken = z.strictObject({
  token: z.string().min(1),
  /** Counted from the start of the sandbox, or from the control request. Absent: never expires. */
  expires_in_seconds: lifetimeSeconds.optional(),
  /** The one role that a session of this token may use. */
  role: name.optional(),
});

/** The roles of a user whose file names none. */
export const EVERY_SYSTEM_ROLE = ['ACCOUNTADMIN', 'SECURITYADMIN', 'SYSADMIN', 'USERADMIN', 'PUBLIC'] as const;

export const userSchema = z.strictObject({
  name,
  password: z.string().min(1).optional(),
  password_expired: z.boolean().default(false),
  disabled: z.boolean().default(false),
  roles: z
    .array(name)
    .min(1)
    .default([...EVERY_SYSTEM_ROLE]),
  default_role: name.optional(),
  default_warehouse: name.nullable().default('COMPUTE_WH'),
  default_namespace: z.string().min(1).optional(),
  /** DEFAULT_SECONDARY_ROLES: `ALL` lets each session begin with all roles of the user beside its current one. */
  default_secondary_roles: z.enum(['ALL', 'NONE']).default('NONE'),
  /** Enrolled second factors. */
  mfa: z
    .strictObject({
      /** What happens to a push: `wait` for a control request, or at once. Absent: no push is possible. */
      push: z.enum(['wait', 'approve', 'deny']).optional(),
      passcodes: z.array(z.string().regex(/^\d{4,10}$/)).default([]),
      /** Base32; codes of 6 digits, 30 seconds (RFC 6238), by the machine's own clock. */
      totp_secret: z
        .string()
        .regex(/^[A-Za-z2-7]+=*$/)
        .optional(),
    })
    .optional(),
  /** The account demands a second factor and this user has none yet: password sign-ins are refused. */
  mfa_required: z.boolean().default(false),
  rsa_public_key: publicKey.optional(),
  rsa_public_key_2: publicKey.optional(),
  oauth_tokens: z.array(bearerToken).default([]),
  access_tokens: z.array(bearerToken).default([]),
  /** Addresses or CIDR ranges (IPv4) from which this user may sign in. Absent: from anywhere. */
  allowed_ips: z.array(z.string().regex(/^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/)).optional(),
});

export const accountsSchema = z.strictObject({
  /** The account names that are answered. Absent: any. */
  accounts: z.array(name).min(1).optional(),
  /** ALLOW_ID_TOKEN: browser sign-ins are given an ID token for silent further ones. */
  allow_id_token: z.boolean().default(true),
  /** ALLOW_CLIENT_MFA_CACHING: MFA sign-ins are given an MFA token for silent further ones. */
  allow_client_mfa_caching: z.boolean().default(true),
  /** Users that are not listed may sign in with any password. */
  any_user: z.boolean().default(false),
  session_seconds: lifetimeSeconds.optional(),
  master_seconds: lifetimeSeconds.optional(),
  users: z.array(userSchema).default([]),
});

export type UserSettings = z.output<typeof userSchema>;
export type UserInput = z.input<typeof userSchema>;
export type AccountsSettings = z.output<typeof accountsSchema>;

/** The first thing that is wrong, as `path: message`. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'is not valid';
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** Reads an accounts file. Throws an Error of one line that names the file and what is wrong in it. */
export function readAccountsFile(path: string): AccountsSettings {
  let raw: unknown;
  try {
    const text = readFileSync(path, 'utf8');
    raw = path.endsWith('.json') ? JSON.parse(text) : parseToml(text);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT') throw new Error(`--accounts ${path}: there is no such file`, { cause });
    if (/^E[A-Z]+$/.test(code)) throw new Error(`--accounts ${path}: the file cannot be read (${code})`, { cause });
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new Error(`--accounts ${path}: cannot be read as ${path.endsWith('.json') ? 'JSON' : 'TOML'}: ${reason}`, {
      cause,
    });
  }
  const parsed = accountsSchema.safeParse(raw);
  if (!parsed.success) throw new Error(`--accounts ${path}: ${firstIssue(parsed.error)}`);
  return parsed.data;
}
