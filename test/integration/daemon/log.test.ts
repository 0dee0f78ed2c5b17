import { expect, it } from 'vitest';
import { sandboxAndDaemon } from '../../support/around-all.ts';

const started = sandboxAndDaemon();

it('the log tells a client’s pid beside the daemon’s own, when it comes and when it goes', async () => {
  const { daemon, sandbox } = started;
  const client = await daemon.attach({ name: 'told', environment: sandbox.environment() });
  const said = (msg: string) => daemon.logged((line) => line.msg === msg && line.client === 'told');
  expect(await said('client attached')).toMatchObject({ pid: daemon.pid, clientPid: process.pid });
  client.close();
  expect(await said('client gone')).toMatchObject({ pid: daemon.pid, clientPid: process.pid });
});
