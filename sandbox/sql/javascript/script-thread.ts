import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { ANSWERED, type Answer, CELLS, type Envelope, MAILED, type Request } from './messages.ts';

/** QuickJS calls itself for each call of a script: its stack (machine.ts) takes so much of the thread's. */
const STACK_MB = 64;
/** Node's own heap of the thread; scripts live in WebAssembly's memory. */
const HEAP_MB = 256;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One thread that runs scripts, seen from the main one: one request at a time, each with one answer. */
export class ScriptThread {
  private readonly cells = new Int32Array(new SharedArrayBuffer(4 * CELLS));
  private readonly worker: Worker;
  /** Requests and answers. */
  private readonly port: MessagePort;
  /** What a procedure asked for. */
  private readonly mailbox: MessagePort;
  /** Requests are numbered from 2; 1 is the thread's own "ready". */
  private last = 1;
  private waiting: Waiting | null = null;
  /** Answers what a procedure asks for while it runs. */
  private onAsk: ((text: string) => Promise<string>) | null = null;
  private broken: Error | null = null;
  /** A text, as Node's own error may hold anything. */
  private readonly whenReady: Promise<Answer>;

  constructor(program: URL) {
    const [requests, mails] = [new MessageChannel(), new MessageChannel()];
    this.port = requests.port1;
    this.mailbox = mails.port1;
    this.worker = new Worker(program, {
      execArgv: [],
      env: {},
      stdout: true,
      stderr: true,
      workerData: { cells: this.cells, port: requests.port2, mailbox: mails.port2 },
      transferList: [requests.port2, mails.port2],
      resourceLimits: { stackSizeMb: STACK_MB, maxOldGenerationSizeMb: HEAP_MB },
    });
    this.whenReady = new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
    this.whenReady.catch(() => undefined);
    this.port.on('message', (envelope: Envelope<Answer>) => this.take(envelope));
    // The worker keeps the process, until it rests; its ports need not.
    this.port.unref();
    this.mailbox.unref();
    this.worker.on('error', (error) => this.end(error instanceof Error ? error : new Error(String(error))));
    this.worker.on('exit', (code) => this.end(new Error(`the script thread ended with code ${code}`)));
  }

  /** Resolves once the thread takes requests. */
  async ready(): Promise<void> {
    await this.whenReady;
  }

  get isBroken(): boolean {
    return this.broken !== null;
  }

  /** Sends a request; its answer follows. Rejects where the thread ends before. */
  ask(request: Request, onAsk: ((text: string) => Promise<string>) | null = null): Promise<Answer> {
    if (this.broken) return Promise.reject(this.broken);
    if (this.waiting) throw new Error('a script thread takes one request at a time');
    this.onAsk = onAsk;
    this.post(request);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  /**
   * Sends a request and waits for the answer on this very thread, `ms` at most. Where it takes longer, the promise of it
   * is given instead.
   */
  askNow(request: Request, ms: number): Answer | Promise<Answer> {
    const later = this.ask(request);
    Atomics.wait(this.cells, ANSWERED, this.last - 1, ms);
    if (Atomics.load(this.cells, ANSWERED) !== this.last) return later;
    for (;;) {
      const found = receiveMessageOnPort(this.port) as { message: Envelope<Answer> } | undefined;
      if (!found) return later;
      if (found.message.number !== this.last) continue;
      this.waiting = null;
      return found.message.message;
    }
  }

  /** An idle thread does not keep the process from its end. */
  rest(): void {
    this.worker.unref();
  }

  wake(): void {
    this.worker.ref();
  }

  /** Ends the thread, whatever it does. */
  async terminate(reason: Error): Promise<void> {
    this.end(reason);
    this.wake();
    await this.worker.terminate();
  }

  private post(message: Request): void {
    this.last += 1;
    this.port.postMessage({ number: this.last, message } satisfies Envelope<Request>);
  }

  private take({ message }: Envelope<Answer>): void {
    if (message.kind === 'ask') {
      void this.answerAsk(message.text);
      return;
    }
    const { waiting } = this;
    this.waiting = null;
    waiting?.resolve(message);
  }

  private async answerAsk(text: string): Promise<void> {
    const answer = this.onAsk ? await this.onAsk(text) : '{}';
    if (this.broken) return;
    this.mailbox.postMessage(answer);
    Atomics.add(this.cells, MAILED, 1);
    Atomics.notify(this.cells, MAILED);
  }

  private end(error: Error): void {
    this.broken ??= error;
    const { waiting } = this;
    this.waiting = null;
    waiting?.reject(this.broken);
    this.port.close();
    this.mailbox.close();
  }
}
