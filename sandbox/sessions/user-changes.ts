/** What CREATE USER and ALTER USER make of a user. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { SqlError, type UserChanges } from '../engine.ts';
import type { User } from './directory.ts';
import { fingerprintOf } from './key-pair.ts';

/** The key of a text as RSA_PUBLIC_KEY takes it. Throws SqlError 001008 for anything else. */
function readKey(text: string): KeyObject {
  const base64 = text.replace(/-----[^-]*-----/g, '').replace(/\s+/g, '');
  try {
    return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new SqlError(
      '390244',
      '22023',
      "SQL compilation error:\nNew public key rejected by current policy. Reason: 'Invalid public key'",
      undefined,
      { cause },
    );
  }
}

/** A user's keys by their places, those that there are, and their fingerprints. */
export function keysOf(
  slots: readonly (KeyObject | null)[],
): Pick<User, 'keySlots' | 'publicKeys' | 'keyFingerprints'> {
  return {
    keySlots: slots,
    publicKeys: slots.filter((key) => key !== null),
    keyFingerprints: slots.map((key) => (key === null ? null : fingerprintOf(key))),
  };
}

/** The name under which a user signs in. */
export function loginNameOf(user: User): string {
  return user.properties.get('LOGIN_NAME')?.toUpperCase() ?? user.name;
}

/** The user with the changes of a CREATE USER or ALTER USER. Throws SqlError for a key that is none. */
export function changedUser(user: User, changes: UserChanges): User {
  const properties = new Map(user.properties);
  for (const [name, value] of changes.properties ?? []) {
    if (value === null) properties.delete(name);
    else properties.set(name, value);
  }
  const slots = user.keySlots.map((key, index) => {
    const text = changes.publicKeys?.[index];
    if (text === undefined) return key;
    return text === null ? null : readKey(text);
  });
  const password = changes.password === undefined ? user.password : changes.password;
  const isNew = changes.password !== undefined;
  return {
    ...user,
    name: changes.name ?? user.name,
    password,
    hasPassword: isNew ? password !== null : user.hasPassword,
    takesAnyPassword: isNew ? false : user.takesAnyPassword,
    isPasswordExpired: changes.mustChangePassword ?? (isNew ? false : user.isPasswordExpired),
    isDisabled: changes.isDisabled ?? user.isDisabled,
    defaultRole: changes.defaultRole === undefined ? user.defaultRole : (changes.defaultRole ?? 'PUBLIC'),
    defaultWarehouse: changes.defaultWarehouse === undefined ? user.defaultWarehouse : changes.defaultWarehouse,
    defaultNamespace: changes.defaultNamespace === undefined ? user.defaultNamespace : changes.defaultNamespace,
    defaultSecondaryRoles: changes.defaultSecondaryRoles ?? user.defaultSecondaryRoles,
    ...keysOf(slots),
    properties,
  };
}
