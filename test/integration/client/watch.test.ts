import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../../support/daemon.ts';
import { type Machine, startMachine } from '../../support/machine.ts';

let machine: Machine;
let daemon: DaemonProcess;
beforeEach(async () => {
  machine = startMachine();
  daemon = await startDaemon();
});
afterEach(async () => {
  daemon.process.kill('SIGCONT');
  await daemon.dispose();
  await machine.dispose();
});

it('pool-status --watch goes on over a daemon that is stuck for a while, and ends with the code of its last look', async () => {
  const watching = machine.start(['status', '--watch'], { env: { SNOWPOOL_SOCKET: daemon.socket } });
  let text = '';
  const shown = (what: RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!what.test(text)) return;
        watching.stdout?.off('data', look);
        text = '';
        resolve();
      };
      watching.stdout?.on('data', look);
    });
  watching.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await shown(/● healthy/);
  daemon.process.kill('SIGSTOP');
  await shown(/did not answer within 10 s/);
  daemon.process.kill('SIGCONT');
  await shown(/● healthy/);
  const ended = once(watching, 'exit');
  watching.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
}, 60_000);
