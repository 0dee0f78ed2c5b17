import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import type { Logger } from '../log/logger.ts';
import { type CredentialKeys, personKey } from './credential-key.ts';
import { underLock } from './file-lock.ts';

/** The account's final word on credentials. */
export interface Verdict {
  readonly code: string;
  /** Snowflake's own message. */
  readonly message: string;
  readonly atMs: number;
}

/** Logins of one person that failed, or may have. */
export interface FailedLogins {
  /** Within the last 15 minutes: epoch ms, oldest first. */
  readonly recentMs: readonly number[];
  /** Since one has worked, or a person has asked. */
  readonly inARow: number;
  /** True where the account itself called one of them failed. */
  readonly isCertain: boolean;
}

const mostAttempts = 20;
/**
 * Of the logins with credentials that had worked and whose daemon died, as many count. They will have worked again; where
 * they were changed at the account in that very moment, one login may still be tried, and the user is not locked.
 */
const mostTrusted = 2;
/** Within this time failed logins of one person add up, whatever the credentials (DESIGN §5). */
export const failureWindowMs = 15 * 60_000;
const mostVerdicts = 20;

const person = z.object({
  salt: z.string(),
  /** Logins that failed, that got no answer, or that nobody saw the end of (yet). */
  attempts: z.array(
    z.object({
      id: z.string(),
      atMs: z.number(),
      state: z.enum(['under_way', 'failed', 'unanswered']),
      /** Its credentials had worked in the daemon that began it. */
      isTrusted: z.boolean().optional(),
    }),
  ),
  /** The last login that worked, or the last time a person asked: failures before it no longer stand in a row. */
  resetMs: z.number(),
  verdicts: z.array(z.object({ hash: z.string(), code: z.string(), message: z.string(), atMs: z.number() })),
});
const book = z.object({ version: z.literal(1), people: z.record(z.string(), person) });
type Person = z.infer<typeof person>;
type Attempt = Person['attempts'][number];

/**
 * What the account said to logins, kept in `login-verdicts.json` (0600) in the state folder, so that restarts of the daemon
 * cannot add up to a locked user (DESIGN §5): rejected credentials as salted hashes, and when logins failed. A login is
 * written down before it is sent, so that a daemon killed half-way has still counted it.
 */
export class VerdictBook {
  readonly #path: string;
  readonly #hashes = new Map<string, Promise<string>>();
  #work: Promise<unknown> = Promise.resolve();
  /** Stands in for the file once it could not be written. */
  #inMemory: Map<string, Person> | undefined;

  constructor(
    private readonly options: {
      readonly stateDir: string;
      readonly clock: Clock;
      readonly keys: CredentialKeys;
      readonly log: Logger;
      readonly newId: () => string;
    },
  ) {
    this.#path = join(options.stateDir, 'login-verdicts.json');
  }

  /** The verdict on these very credentials, if there is one. */
  verdictOn(profile: Profile): Promise<Verdict | undefined> {
    return this.#inTurn(async () => {
      const known = (await this.#read()).get(personKey(profile));
      if (!known || known.verdicts.length === 0) return undefined;
      const hash = await this.#hash(profile, known.salt);
      return known.verdicts.find((verdict) => verdict.hash === hash);
    });
  }

  /** Logins of this person that failed, or may have, but for `without`. */
  failuresOf(profile: Profile, without: ReadonlySet<string>): Promise<FailedLogins> {
    return this.#inTurn(async () => {
      let people = await this.#read();
      if (this.#setBack(people) > 0) {
        people = await this.#locked(async (current) => current);
      }
      const known = people.get(personKey(profile));
      const others = (known?.attempts ?? []).filter(({ id }) => !without.has(id));
      const forgiven = new Set(others.filter(isUnseen).slice(0, -mostTrusted));
      const counted = others.filter((attempt) => !forgiven.has(attempt));
      const oldest = this.options.clock.now() - failureWindowMs;
      return {
        recentMs: counted
          .map(({ atMs }) => atMs)
          .filter((atMs) => atMs > oldest)
          .sort((one, other) => one - other),
        inARow: counted.filter(({ atMs }) => atMs > (known?.resetMs ?? 0)).length,
        isCertain: counted.some(({ state }) => state === 'failed'),
      };
    });
  }

  /** Counts a login as failed until `settle` says otherwise. `isTrusted`: its credentials have worked in this daemon. */
  begin(profile: Profile, isTrusted = false): Promise<string> {
    const id = this.options.newId();
    return this.#change(profile, (known) => {
      known.attempts.push({ id, atMs: this.options.clock.now(), state: 'under_way', isTrusted });
      return id;
    });
  }

  /** How the login ended; `verdict` where the account rejected the credentials. */
  async settle(
    profile: Profile,
    id: string,
    end: 'succeeded' | 'failed' | 'unanswered' | 'not_failed',
    verdict?: Verdict,
  ): Promise<void> {
    await this.#change(profile, async (known) => {
      known.attempts = known.attempts.filter((other) => other.id !== id);
      // The account may have counted it only now.
      if (end === 'failed' || end === 'unanswered')
        known.attempts.push({ id, atMs: this.options.clock.now(), state: end });
      if (end === 'succeeded') {
        known.resetMs = this.options.clock.now();
        known.attempts = known.attempts.filter((other) => !isUnseen(other));
      }
      if (!verdict) return;
      const hash = await this.#hash(profile, known.salt);
      const others = known.verdicts.filter((other) => other.hash !== hash);
      known.verdicts = [...others, { hash, ...verdict }].slice(-mostVerdicts);
    });
  }

  /** Lifts every verdict, as a person asks. Logins that the account called failed go on counting for their 15 minutes. */
  async lift(): Promise<void> {
    await this.#inTurn(() =>
      this.#locked(async (people) => {
        for (const known of people.values()) {
          known.verdicts = [];
          known.attempts = known.attempts.filter(({ state }) => state !== 'unanswered');
          known.resetMs = this.options.clock.now();
        }
      }),
    );
  }

  #change<Result>(profile: Profile, edit: (known: Person) => Result | Promise<Result>): Promise<Result> {
    return this.#inTurn(() =>
      this.#locked(async (people) => {
        const key = personKey(profile);
        const known = people.get(key) ?? { salt: this.options.keys.newSalt(), attempts: [], resetMs: 0, verdicts: [] };
        people.set(key, known);
        return edit(known);
      }),
    );
  }

  /** Reads, edits and writes while no other daemon does. */
  async #locked<Result>(edit: (people: Map<string, Person>) => Promise<Result>): Promise<Result> {
    await mkdir(this.options.stateDir, { recursive: true, mode: 0o700 }).catch(() => {}); // Writing will say so.
    return underLock(`${this.#path}.lock`, async () => {
      const people = await this.#read();
      this.#setBack(people);
      const result = await edit(people);
      await this.#write(people);
      return result;
    });
  }

  /**
   * Where the clock was set back, times lie ahead of it: they are taken for just now, in their order. Else they would count
   * for as long as the clock was wrong, or a success would cover the failures after it. Returns by how much at most, ms.
   */
  #setBack(people: ReadonlyMap<string, Person>): number {
    let most = 0;
    for (const known of people.values()) {
      const newest = Math.max(known.resetMs, ...known.attempts.map(({ atMs }) => atMs));
      const nowMs = this.options.clock.now();
      // To before now: what happens next comes after them.
      const aheadMs = newest > nowMs ? newest - nowMs + 1 : 0;
      known.resetMs -= aheadMs;
      known.attempts = known.attempts.map((attempt) => ({ ...attempt, atMs: attempt.atMs - aheadMs }));
      most = Math.max(most, aheadMs);
    }
    return most;
  }

  /** Reads and changes follow one another; another daemon's changes are seen, as the file is read each time. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#work.then(work);
    this.#work = turn.catch(() => {});
    return turn;
  }

  async #read(): Promise<Map<string, Person>> {
    const people = this.#inMemory ?? (await this.#readFile());
    const oldest = this.options.clock.now() - failureWindowMs;
    for (const known of people.values()) {
      const counted = known.attempts.filter(({ atMs }) => atMs > oldest || atMs > known.resetMs);
      known.attempts = counted.slice(-mostAttempts);
    }
    return people;
  }

  async #readFile(): Promise<Map<string, Person>> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') {
        this.options.log.warn(
          { path: this.#path, err: error },
          'login verdicts cannot be read; a restart forgets them',
        );
        this.#inMemory = new Map();
      }
      return undefined;
    });
    if (this.#inMemory) return this.#inMemory;
    if (text === undefined) return new Map();
    const parsed = book.safeParse(parseJson(text));
    if (!parsed.success) {
      this.options.log.warn({ path: this.#path }, 'the file of login verdicts cannot be read and is begun anew');
      return new Map();
    }
    return new Map(Object.entries(parsed.data.people));
  }

  async #write(people: Map<string, Person>): Promise<void> {
    if (this.#inMemory) return;
    try {
      await this.#writeFile(people);
    } catch (error) {
      this.#inMemory = people;
      this.options.log.warn(
        { path: this.#path, err: error },
        'login verdicts cannot be written; a restart forgets them',
      );
    }
  }

  async #writeFile(people: ReadonlyMap<string, Person>): Promise<void> {
    const worthKeeping = [...people].filter(([, known]) => known.attempts.length + known.verdicts.length > 0);
    await mkdir(this.options.stateDir, { recursive: true, mode: 0o700 });
    const part = `${this.#path}.${process.pid}.part`;
    await writeFile(part, `${JSON.stringify({ version: 1, people: Object.fromEntries(worthKeeping) }, null, 1)}\n`, {
      mode: 0o600,
      // A file that a power cut leaves empty would forget how many failed.
      flush: true,
    });
    await rename(part, this.#path);
  }

  #hash(profile: Profile, salt: string): Promise<string> {
    const key = `${salt} ${this.options.keys.inMemory(profile)}`;
    const known = this.#hashes.get(key) ?? this.options.keys.onDisk(profile, salt);
    this.#hashes.set(key, known);
    return known;
  }
}

/** Credentials that had worked, and an end that nobody saw (yet). */
function isUnseen({ state, isTrusted }: Attempt): boolean {
  return state === 'under_way' && isTrusted === true;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Reported by the caller, with the path.
  }
}
