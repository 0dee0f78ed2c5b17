import { afterAll, beforeAll } from 'vitest';
import { type DaemonProcess, startDaemon } from './daemon.ts';
import { type Sandbox, type SandboxSettings, startSandbox } from './sandbox.ts';

/** A sandbox and a daemon for all tests of a file: there from its first test on, ended after its last. */
export function sandboxAndDaemon(settings: SandboxSettings = {}): {
  readonly sandbox: Sandbox;
  readonly daemon: DaemonProcess;
} {
  let sandbox: Sandbox | undefined;
  let daemon: DaemonProcess | undefined;
  beforeAll(async () => {
    [sandbox, daemon] = await Promise.all([startSandbox(settings), startDaemon()]);
  });
  afterAll(async () => {
    await daemon?.dispose();
    await sandbox?.stop();
  });
  const started = <T>(program: T | undefined): T => {
    if (program === undefined) throw new Error('asked for before the first test');
    return program;
  };
  return {
    get sandbox() {
      return started(sandbox);
    },
    get daemon() {
      return started(daemon);
    },
  };
}
