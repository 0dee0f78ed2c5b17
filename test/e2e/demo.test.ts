import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../support/root.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snowpool-demo-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function runDemo(onOutput: (output: string, interrupt: () => void) => void = () => {}): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'dist', 'scripts', 'demo.mjs')], {
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    onOutput(output, () => child.kill('SIGINT'));
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

describe('npm start', () => {
  it('plays its story to the end with figures of the running system, and leaves nothing behind', async () => {
    const { code, output } = await runDemo();
    expect(output).toMatch(/The account counted 2 logins for three clients/);
    expect(output).toMatch(/claude-code had \d+ answers? meanwhile/);
    expect(output).toMatch(/cursor +is in SNOWFLAKE_SAMPLE_DATA\.TPCH_SF1/);
    expect(output).toMatch(/O_TOTALPRIZE/);
    expect(output).toMatch(/\d+ sessions? killed at the account/);
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('cleans up after Ctrl-C as well', async () => {
    let isInterrupted = false;
    const { code } = await runDemo((output, interrupt) => {
      if (isInterrupted || !output.includes('The account counted')) return;
      isInterrupted = true;
      interrupt();
    });
    expect(code).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });
});
