/**
 * The thread that runs scripts: JavaScript routines of the account, in QuickJS compiled to WebAssembly, so that a script
 * sees nothing of Node. Bundled on its own (dist/sandbox-javascript.mjs); started by `script-thread.ts`, ended from there
 * where a script does not come to its end. Imports `messages.ts`, `prelude.ts`, `machine.ts` and what is pure.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import base from '@jitl/quickjs-wasmfile-release-asyncify';
import { newQuickJSAsyncWASMModuleFromVariant, newVariant, type QuickJSAsyncVariant } from 'quickjs-emscripten-core';
import { offsetMinutes } from '../types/zone.ts';
import { Machine } from './machine.ts';
import { ANSWERED, type Answer, type Envelope, FIRST_PAGES, MAILED, MOST_PAGES, type Request } from './messages.ts';

const { cells, port, mailbox } = workerData as { cells: Int32Array; port: MessagePort; mailbox: MessagePort };

/** What of WebAssembly is used here: TypeScript knows it with the DOM alone. */
interface Assembly {
  Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  compile(bytes: Uint8Array): Promise<object>;
}
const { WebAssembly: assembly } = globalThis as unknown as { WebAssembly: Assembly };

const PAGE_BYTES = 64 * 1024;
/** A memory of which so much is taken is full. */
const FULL = 0.9;

/** The zone and clock that scripts see. QuickJS asks the `Date` of this thread for both. */
const setting = { zone: 'UTC', aheadMs: 0 };
const realNow = Date.now.bind(Date);
Date.now = () => realNow() + setting.aheadMs;
Date.prototype.getTimezoneOffset = function getTimezoneOffset(this: Date): number {
  return -offsetMinutes(setting.zone, this.getTime());
};

async function start(): Promise<void> {
  const memory = new assembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES });
  const file = fileURLToPath(import.meta.resolve('@jitl/quickjs-wasmfile-release-asyncify/wasm'));
  const wasmModule = await assembly.compile(await readFile(file));
  // The package's types are those of its CommonJS form, and name the DOM's WebAssembly.
  const variant = newVariant(base as unknown as QuickJSAsyncVariant, {
    wasmModule: wasmModule as never,
    wasmMemory: memory as never,
  });
  const quickJs = await newQuickJSAsyncWASMModuleFromVariant(variant);
  let machine: Machine | undefined;
  let current = 0;
  let mails = 0;

  const answer = (number: number, message: Answer): void => {
    port.postMessage({ number, message } satisfies Envelope<Answer>);
    Atomics.store(cells, ANSWERED, number);
    Atomics.notify(cells, ANSWERED);
  };

  /** Asks the main thread and waits for its mail: the script stands still meanwhile, no other work of this thread's. */
  const ask = (text: string): string => {
    answer(current, { kind: 'ask', text });
    Atomics.wait(cells, MAILED, mails);
    mails += 1;
    return String((receiveMessageOnPort(mailbox) as { message: string }).message);
  };

  const work = (request: Request): Answer => {
    if (request.kind === 'begin') {
      machine?.end();
      setting.zone = request.zone;
      setting.aheadMs = request.clockMs - realNow();
      machine = new Machine(quickJs, ask);
      return { kind: 'done', text: '' };
    }
    if (!machine) throw new Error(`${request.kind} before begin`);
    if (request.kind === 'end') {
      machine.end();
      machine = undefined;
      return { kind: 'done', text: String(memory.buffer.byteLength) };
    }
    const made = machine.work(request);
    // Where not even an error finds room, QuickJS throws null.
    const isFull = memory.buffer.byteLength > MOST_PAGES * PAGE_BYTES * FULL;
    if (made.kind !== 'failed' || made.failure.text !== 'null' || !isFull) return made;
    return { kind: 'failed', failure: { ...made.failure, stage: 'memory' } };
  };

  port.on('message', ({ number, message }: Envelope<Request>) => {
    current = number;
    try {
      answer(number, work(message));
    } catch (error) {
      // A trap of WebAssembly's, for want of memory or stack: QuickJS cannot go on.
      const text = error instanceof Error ? error.message : String(error);
      const stage = error instanceof RangeError ? 'run' : 'memory';
      const shown = stage === 'run' ? 'RangeError: Maximum call stack size exceeded' : text;
      answer(number, { kind: 'failed', failure: { stage, text: shown, stack: '' } });
      port.close();
    }
  });
  answer(1, { kind: 'done', text: '' });
}

await start();
