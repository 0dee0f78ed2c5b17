import { expect } from 'vitest';
import type { Sandbox } from '../../support/sandbox.ts';

/** The statements of one test among those of all, told apart by a user of its own. */
export class OwnStatements {
  private users = 0;

  constructor(private readonly sandbox: () => Sandbox) {}

  newUser(): string {
    this.users += 1;
    return `USER_${this.users}`;
  }

  async of(user: string) {
    return (await this.sandbox().control.statements()).filter((statement) => statement.user === user);
  }

  /** Resolves when one of the user's statements runs. */
  async running(user: string): Promise<void> {
    await expect
      .poll(async () => (await this.of(user)).some((one) => one.state === 'RUNNING'), { interval: 10 })
      .toBe(true);
  }
}
