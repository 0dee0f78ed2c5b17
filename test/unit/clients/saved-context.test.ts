import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, nothingChosen } from '../../../daemon/clients/context.ts';
import { readSaved, writeSaved } from '../../../daemon/clients/saved-context.ts';
import { profileFor } from '../../support/pools.ts';
import { context } from './arbitraries.ts';

const profile = profileFor({ host: '127.0.0.1', port: 1 });
const held = { isTransaction: true, isTemporary: false };

describe('the context that a front-end keeps', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(context, (one) => {
        const saved = { key: 'k', context: one, held, queryIds: ['q1', 'q2'] };
        const read = readSaved(writeSaved(saved, profile), profile);
        expect(read).toEqual({ ...saved, context: { ...one, secondaryRoles: one.secondaryRoles } });
        expect(digestOf(read?.context ?? nothingChosen)).toBe(digestOf(one));
      }),
    );
  });

  it('is not used for another account or user', () => {
    const bytes = writeSaved({ key: 'k', context: nothingChosen, held, queryIds: [] }, profile);
    expect(readSaved(bytes, { ...profile, account: 'other' })).toBeUndefined();
    expect(readSaved(bytes, { ...profile, user: 'OTHER' })).toBeUndefined();
  });

  it('is no context where it is garbage, of another version, or forged into a statement', () => {
    const bytes = writeSaved({ key: 'k', context: nothingChosen, held, queryIds: [] }, profile);
    const plain = JSON.parse(new TextDecoder().decode(bytes));
    const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    expect(readSaved(Uint8Array.of(1, 2, 255), profile)).toBeUndefined();
    expect(readSaved(encode({ ...plain, version: 2 }), profile)).toBeUndefined();
    const forged = { ...plain.context, variables: { 'A = 1; DROP TABLE T; --': { type: 'fixed', value: '1' } } };
    expect(readSaved(encode({ ...plain, context: forged }), profile)).toBeUndefined();
    const parameters = { 'TIMEZONE = 1; --': { kind: 'number', value: '1' } };
    expect(readSaved(encode({ ...plain, context: { ...plain.context, parameters } }), profile)).toBeUndefined();
  });

  it('holds no secret of the profile', () => {
    const secret = profileFor({ host: '127.0.0.1', port: 1 }, { password: 'very secret' });
    const bytes = writeSaved({ key: 'k', context: nothingChosen, held, queryIds: [] }, secret);
    expect(new TextDecoder().decode(bytes)).not.toContain('very secret');
  });
});
