import type { UnitFile } from './unit.ts';

/** What keeps services of a user: systemd or launchd. */
export interface ServiceManager {
  readonly name: string;
  readonly files: readonly UnitFile[];
  /** Has it read its files again; also shows that it is there. */
  readFiles(): Promise<void>;
  /** Starts the service, now and at each login. */
  start(): Promise<void>;
  stop(): Promise<void>;
  describe(): Promise<{ readonly isActive: boolean; readonly text: string }>;
}
