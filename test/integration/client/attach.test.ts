import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Attachment, AttachRefused, attach } from '../../../client/link/attachment.ts';
import { askOnce } from '../../../client/link/once.ts';
import { daemonPlace } from '../../../client/link/place.ts';
import { replaceOlderDaemon } from '../../../client/link/replacement.ts';
import { type DaemonProcess, startDaemon } from '../../support/daemon.ts';

let daemon: DaemonProcess;
beforeEach(async () => {
  daemon = await startDaemon();
});
afterEach(async () => {
  daemon.process.kill('SIGCONT');
  await daemon.dispose();
});

const hello = { pid: process.pid, version: '0.1.0', environment: {}, connections: [], sandbox: true, policy: '' };
const deaf = { context: () => {}, openUrl: () => {}, notice: () => {} };
const never = new AbortController().signal;
const attached = (withinMs?: number): Promise<Attachment> => attach(daemon.socket, hello, deaf, never, withinMs);

it('a daemon that is stopped does not keep a front-end waiting: attaching is given up after a while', async () => {
  daemon.process.kill('SIGSTOP');
  const given = await attached(200).catch((error: unknown) => error);
  expect(given).toBeInstanceOf(AttachRefused);
  expect(given).toMatchObject({
    message: 'it did not answer within 0.2 s.',
    isFinal: true,
    next: expect.stringContaining('kill -KILL'),
  });
});

it('a daemon that is stopped does not keep a question waiting, and the person is told how to mend it', async () => {
  daemon.process.kill('SIGSTOP');
  const asked = askOnce(daemon, 200, ({ status }, done) => status.get({}, done));
  await expect(asked).rejects.toMatchObject({
    message: `the daemon on ${daemon.socket} did not answer within 0.2 s.`,
    next: expect.stringContaining('kill -KILL'),
    exitCode: 1,
  });
});

it('an older daemon that stops right after attaching a newer front-end does not keep it waiting either', async () => {
  const attachment = await attached();
  daemon.process.kill('SIGSTOP');
  const place = daemonPlace({ SNOWPOOL_SOCKET: daemon.socket, HOME: daemon.home }, daemon.home);
  const mustAttachAnew = await replaceOlderDaemon(attachment, place, '99.0.0', () => {}, never, 200);
  expect(mustAttachAnew).toBe(true);
  attachment.close();
});
