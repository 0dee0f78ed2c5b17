/**
 * The command line (DESIGN §9): each command's flags, help and the module that runs it. Modules are loaded only when their
 * command is called, so that the front-end starts without the rest. Only client/main.ts imports this.
 */
import type { Host } from '../host.ts';
import type { Arguments, Flags } from './arguments.ts';

/** Runs a command; resolves with the exit code, or undefined where the program goes on by itself (a server). */
export type Run = (args: Arguments, host: Host) => Promise<number | undefined>;

export interface Command {
  readonly summary: string;
  /** How it is called, after the command's name. */
  readonly usage: string;
  readonly flags: Flags;
  /** What positional words mean; undefined: none are taken. */
  readonly words?: string;
  /** Runs a program of its own, which parses its own flags; `flags` here are only what the help shows. */
  readonly program?: string;
  readonly load: () => Promise<Run>;
}

const help = { help: { type: 'boolean', help: 'Show this help' } } as const satisfies Flags;

const profile = {
  connection: { type: 'string', value: 'NAME', help: "A connection of Snowflake's connections.toml" },
  sandbox: { type: 'boolean', help: 'Use the built-in sandbox account, no Snowflake account needed' },
  policy: {
    type: 'string',
    value: 'MODE',
    choices: ['read-only', 'confirm', 'read-write'],
    help: 'Which statements may run: read-only, confirm or read-write; never looser than the profile',
  },
} as const satisfies Flags;

export const commands: Readonly<Record<string, Command>> = {
  mcp: {
    summary: 'Serve MCP on stdin and stdout; what an MCP client starts',
    usage: '[--connection NAME]... [--sandbox] [--policy MODE]',
    flags: {
      ...profile,
      connection: { ...profile.connection, multiple: true, help: `${profile.connection.help}; repeat it for several` },
      ...help,
    },
    load: async () => (await import('../mcp/shim.ts')).runShim,
  },
  daemon: {
    summary: 'Run the daemon in the foreground; logs to stderr and to daemon.log',
    usage: '[--started-by front-end|service|foreground] [--replace]',
    flags: {
      'started-by': {
        type: 'string',
        value: 'WHO',
        help: 'front-end, service or foreground (default); a daemon of front-ends leaves after 30 minutes without clients',
      },
      replace: { type: 'boolean', help: 'Take over the sessions and the place of the daemon that runs' },
      ...help,
    },
    program: 'daemon.mjs',
    load: async () => (await import('./programs.ts')).runDaemon,
  },
  status: {
    summary: 'Show pools, clients and their health (also: pool-status)',
    usage: '[--json] [--watch]',
    flags: {
      json: { type: 'boolean', help: 'Print JSON, as docs/command-line.md describes it' },
      watch: { type: 'boolean', help: 'Show it again every second until Ctrl-C' },
      ...help,
    },
    load: async () => (await import('../status/command.ts')).runStatus,
  },
  query: {
    summary: "Run one SQL statement; '-' reads it from stdin",
    usage: '[--format table|csv|json|ndjson] [--connection NAME] [--sandbox] [--policy MODE] SQL',
    flags: {
      format: {
        type: 'string',
        value: 'FORMAT',
        choices: ['table', 'csv', 'json', 'ndjson'],
        help: 'table (default), csv, json or ndjson',
      },
      ...profile,
      ...help,
    },
    words: 'SQL',
    load: async () => (await import('../query/command.ts')).runQuery,
  },
  stop: {
    summary: 'End the daemon when what runs has finished',
    usage: '[--now]',
    flags: { now: { type: 'boolean', help: 'Cancel what runs instead of waiting for it' }, ...help },
    load: async () => (await import('./administration.ts')).runStop,
  },
  reload: {
    summary: 'Have the daemon read its files again',
    usage: '',
    flags: help,
    load: async () => (await import('./administration.ts')).runReload,
  },
  reconnect: {
    summary: 'Try to sign in again after credentials were rejected',
    usage: '',
    flags: help,
    load: async () => (await import('./administration.ts')).runReconnect,
  },
  doctor: {
    summary: 'Check the set-up and show each setting in force and where it comes from',
    usage: '[--connection NAME] [--sandbox] [--policy MODE] [--no-sign-in]',
    flags: {
      ...profile,
      'no-sign-in': { type: 'boolean', help: 'Look at settings only, do not sign in at Snowflake' },
      ...help,
    },
    load: async () => (await import('../doctor/command.ts')).runDoctor,
  },
  service: {
    summary: 'Have the daemon run as a service of your user: install, uninstall, status',
    usage: 'install|uninstall|status',
    flags: help,
    words: 'install|uninstall|status',
    load: async () => (await import('../service/command.ts')).runService,
  },
  sandbox: {
    summary: 'Run the sandbox account by itself',
    usage: '',
    flags: {},
    program: 'sandbox.mjs',
    load: async () => (await import('./programs.ts')).runSandbox,
  },
};
