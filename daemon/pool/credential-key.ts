import { createHmac, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Profile } from '../config/profile.ts';

/**
 * Who signs in: what a login verdict is kept for. Readable, not secret. However an account is written (with its region behind
 * a dot, with underscores for hyphens, as an address), it is one: two accounts that are taken for one are merely tried less.
 */
export function personKey({ account, user }: Pick<Profile, 'account' | 'user'>): string {
  const [name = ''] = account
    .trim()
    .toUpperCase()
    .replace(/^HTTPS?:\/\//, '')
    .split('.');
  return `${name.replaceAll('_', '-')} ${user.trim().toUpperCase()}`;
}

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/**
 * Names for credentials by which they can be told apart without keeping them: `inMemory` under a key that dies with the
 * process, `onDisk` as a salted scrypt hash (64 bytes, base64).
 */
export class CredentialKeys {
  readonly #key = randomBytes(32);

  inMemory({ credentials }: Pick<Profile, 'credentials'>): string {
    return createHmac('sha256', this.#key).update(canonical(credentials)).digest('base64');
  }

  async onDisk({ credentials }: Pick<Profile, 'credentials'>, salt: string): Promise<string> {
    return (await derive(canonical(credentials), Buffer.from(salt, 'base64'), 64)).toString('base64');
  }

  newSalt(): string {
    return randomBytes(16).toString('base64');
  }
}

function canonical(credentials: Profile['credentials']): string {
  return JSON.stringify(Object.entries(credentials).sort(([a], [b]) => (a < b ? -1 : 1)));
}
