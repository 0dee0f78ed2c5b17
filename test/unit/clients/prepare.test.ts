import { expect, it } from 'vitest';
import type { Asker } from '../../../daemon/clients/ask.ts';
import { Carried } from '../../../daemon/clients/carried.ts';
import { nothingChosen } from '../../../daemon/clients/context.ts';
import { prepare } from '../../../daemon/clients/prepare.ts';
import type { Ticket } from '../../../daemon/clients/ticket.ts';
import { login } from './arbitraries.ts';

it('a context that no statement can bring to a session is an error that says what the reader can do, and costs that session', async () => {
  const evicted: string[] = [];
  const ticket: Ticket = {
    session: {} as Ticket['session'],
    release: () => {},
    evict: async (reason) => void evicted.push(reason),
    swap: () => Promise.reject(new Error('no other session is wanted')),
  };
  const wanted = { ...nothingChosen, parameters: new Map([['NOT A NAME', { kind: 'text' as const, value: '' }]]) };
  const preparing = prepare(ticket, {
    baseline: { secondaryRoles: undefined, parameters: new Map() },
    ownerKey: 'a',
    wanted: { context: wanted, override: undefined, dependsOnSchema: true },
    about: { parameters: false, secondaryRoles: false },
    mayReplace: true,
    carriedBy: () => new Carried(login),
    askerOf: () => ({}) as Asker,
    suspect: () => {},
  });
  // A model can neither detach nor attach.
  await expect(preparing).rejects.toMatchObject({ code: 'internal', next: expect.stringMatching(/ask the person to/) });
  expect(evicted).toEqual(['context']);
});
