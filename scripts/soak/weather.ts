import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultInput } from '../../sandbox/faults/fault.ts';
import type { SandboxControl } from '../../test/support/sandbox-control.ts';
import type { Agent } from './agent.ts';
import type { Random } from './random.ts';

const minute = 60_000;

/** Everything that can be made to go wrong, by name. Each returns the faults it laid, or how often it struck by itself. */
export class Weather {
  private readonly laid = new Map<string, number[]>();
  private readonly struck = new Map<string, number>();

  constructor(
    private readonly control: SandboxControl,
    private readonly agents: readonly Agent[],
    private readonly random: Random,
  ) {}

  private readonly kinds: Readonly<Record<string, () => Promise<void>>> = {
    'session killed': () => this.direct('session killed', () => this.control.killSessions()),
    'session token expired': () =>
      this.direct('session token expired', () => this.control.expireTokens({ tokens: ['session'] })),
    'master token expired': () =>
      this.direct('master token expired', () => this.control.expireTokens({ tokens: ['session', 'master'] })),
    'clock +10 min': () => this.direct('clock +10 min', () => this.turn(10 * minute)),
    'clock +5 h': () => this.direct('clock +5 h', () => this.turn(300 * minute)),
    'front-end killed': () =>
      this.direct('front-end killed', async () => (this.random.pick(this.agents).kill() ? 1 : 0)),
    'query: cut before it is handled': () =>
      this.lay('query: cut before it is handled', {
        action: { kind: 'cut', when: 'unhandled' },
        endpoints: ['query'],
        count: 3,
      }),
    'query: cut before the answer': () =>
      this.lay('query: cut before the answer', {
        action: { kind: 'cut', when: 'before' },
        endpoints: ['query'],
        count: 3,
      }),
    'query: cut during the answer': () =>
      this.lay('query: cut during the answer', {
        action: { kind: 'cut', when: 'during' },
        endpoints: ['query'],
        count: 3,
      }),
    'query: cut after the answer': () =>
      this.lay('query: cut after the answer', {
        action: { kind: 'cut', when: 'after' },
        endpoints: ['query'],
        count: 3,
      }),
    'query: 503': () =>
      this.lay('query: 503', { action: { kind: 'status', status: 503 }, endpoints: ['query'], count: 2 }),
    'query: 500': () =>
      this.lay('query: 500', { action: { kind: 'status', status: 500 }, endpoints: ['query'], count: 2 }),
    'query: 429': () =>
      this.lay('query: 429', { action: { kind: 'status', status: 429 }, endpoints: ['query'], count: 2 }),
    'query: session killed under it': () =>
      this.lay('query: session killed under it', { action: { kind: 'kill-session' }, endpoints: ['query'], count: 3 }),
    'query: latency': () =>
      this.lay('query: latency', {
        action: { kind: 'latency', ms: 400, jitterMs: 400 },
        endpoints: ['query'],
        count: 20,
      }),
    'query: slow answer': () =>
      this.lay('query: slow answer', {
        action: { kind: 'slow', bytesPerSecond: 20_000 },
        endpoints: ['query'],
        count: 3,
      }),
    'heartbeat: 503': () =>
      this.lay('heartbeat: 503', { action: { kind: 'status', status: 503 }, endpoints: ['heartbeat'], count: 2 }),
    'login: 503': () =>
      this.withLogins('login: 503', { action: { kind: 'status', status: 503 }, endpoints: ['login'], count: 2 }),
    'login: cut': () =>
      this.withLogins('login: cut', { action: { kind: 'cut', when: 'unhandled' }, endpoints: ['login'], count: 2 }),
    'login: latency': () =>
      this.withLogins('login: latency', { action: { kind: 'latency', ms: 1500 }, endpoints: ['login'], count: 2 }),
    'renewal: cut': () =>
      this.withRenewals('renewal: cut', { action: { kind: 'cut', when: 'unhandled' }, endpoints: ['renew'], count: 4 }),
    'renewal: 503': () =>
      this.withRenewals('renewal: 503', { action: { kind: 'status', status: 503 }, endpoints: ['renew'], count: 2 }),
    'close: cut': () =>
      this.lay('close: cut', { action: { kind: 'cut', when: 'unhandled' }, endpoints: ['close'], count: 1 }),
  };

  get names(): readonly string[] {
    return Object.keys(this.kinds);
  }

  /** Makes one kind happen now. */
  async strike(name: string): Promise<void> {
    await this.kinds[name]?.();
  }

  /** How often each kind fired, by name. */
  async fired(): Promise<ReadonlyMap<string, number>> {
    const faults = new Map((await this.control.faults()).map((fault) => [fault.id, fault.fired]));
    return new Map(
      this.names.map((name) => {
        const laid = (this.laid.get(name) ?? []).reduce((sum, id) => sum + (faults.get(id) ?? 0), 0);
        return [name, laid + (this.struck.get(name) ?? 0)];
      }),
    );
  }

  private async lay(name: string, fault: FaultInput): Promise<void> {
    this.laid.set(name, [...(this.laid.get(name) ?? []), await this.control.fault(fault)]);
  }

  /** Strikes until something was there to be struck: right after another fault there may be no session for a moment. */
  private async direct(name: string, strike: () => Promise<number>): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const struck = await strike();
      this.struck.set(name, (this.struck.get(name) ?? 0) + struck);
      if (struck > 0) return;
      await sleep(100);
    }
  }

  /** A login fault shows only when somebody signs in. */
  private async withLogins(name: string, fault: FaultInput): Promise<void> {
    await this.lay(name, fault);
    await this.control.killSessions();
  }

  private async withRenewals(name: string, fault: FaultInput): Promise<void> {
    await this.lay(name, fault);
    await this.control.expireTokens({ tokens: ['session'] });
  }

  private async turn(ms: number): Promise<number> {
    await this.control.turnClock(ms);
    return 1;
  }
}
