import type { ServerContext } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProgressRelay } from '../../../client/mcp/progress-relay.ts';
import { SignIn } from '../../../client/mcp/sign-in.ts';

function listener(): { readonly seen: number[]; readonly context: ServerContext } {
  const seen: number[] = [];
  const notify = async ({ params }: { params: { progress: number } }) => void seen.push(params.progress);
  return { seen, context: { mcpReq: { _meta: { progressToken: 1 }, notify } } as unknown as ServerContext };
}

it('progress never goes back, however often the call is sent again', () => {
  const calls = fc.array(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 6 }), { maxLength: 5 });
  fc.assert(
    fc.property(calls, (sendings) => {
      const { seen, context } = listener();
      const relay = new ProgressRelay();
      relay.to(context);
      for (const sending of sendings) {
        relay.restart();
        for (const progress of [...sending].sort((a, b) => a - b)) relay.take({ progress, total: 0, message: '' });
      }
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(seen).toHaveLength(sendings.flat().length);
    }),
  );
});

it('a page that a browser showed is nobody else’s to show', async () => {
  const signIn = new SignIn(async () => true);
  await signIn.show({ url: 'https://x', reason: 'r' });
  expect(signIn.page).toBeUndefined();
  expect(signIn.claim()).toBeUndefined();
});

it('of several waiting calls one asks about a page, and a new page is asked about again', async () => {
  const signIn = new SignIn(async () => false);
  const claims: string[] = [];
  for (let call = 0; call < 3; call++) {
    signIn.onPage(() => {
      const page = signIn.claim();
      if (page) claims.push(page.url);
    });
  }
  await signIn.show({ url: 'https://first', reason: 'r' });
  await signIn.show({ url: 'https://second', reason: 'r' });
  expect(claims).toEqual(['https://first', 'https://second']);
  signIn.settle();
  expect(signIn.page).toBeUndefined();
});
