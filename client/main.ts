/**
 * The client side: command line and MCP front-end, one bundle (dist/client.cjs) that scripts/launcher.cjs runs.
 * It may import proto/ and nothing of daemon/ or sandbox/. Folders: cli (commands), link (connection to the daemon), mcp
 * (the front-end), status, query, service, doctor.
 */
import { parseArguments } from './cli/arguments.ts';
import { didYouMean } from './cli/closest.ts';
import { commands } from './cli/commands.ts';
import { asSentence, CommandFailure, misuse } from './cli/failure.ts';
import { printable } from './cli/printable.ts';
import type { Host } from './host.ts';
import { version } from './version.ts';

/** Runs one command line to its end; sets the process's exit code, and leaves the process where the command is over. */
export async function main(argv: readonly string[], host: Host): Promise<void> {
  try {
    const code = await run(argv, host);
    if (code !== undefined) await leave(code);
  } catch (error) {
    process.stderr.write(`${printable(sentences(error))}\n`);
    await leave(error instanceof CommandFailure ? error.exitCode : 1);
  }
}

async function run(argv: readonly string[], host: Host): Promise<number | undefined> {
  const [first, ...rest] = host.program === 'pool-status' ? ['status', ...argv] : argv;
  if (first === '--version' || first === '-v') {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const { overview } = await import('./cli/usage.ts');
    (first === undefined ? process.stderr : process.stdout).write(overview());
    return first === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (!command) {
    const what = first.startsWith('-') ? 'flag' : 'command';
    const names = Object.keys(commands);
    throw misuse(
      `snowpool does not know the ${what} '${first}': commands are ${names.join(', ')}.${didYouMean(first, names)}`,
    );
  }
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    const advice = process.platform === 'win32' ? '; on Windows it runs inside WSL' : '';
    throw new CommandFailure(`snowpool runs on Linux and macOS, not on ${process.platform}${advice}.`);
  }
  const explain = async () => {
    const { explainCommand } = await import('./cli/usage.ts');
    process.stdout.write(explainCommand(first, command));
    return 0;
  };
  if (command.program) {
    if (command.flags.help && rest.some((word) => word === '--help' || word === '-h')) return explain();
    const runProgram = await command.load();
    return runProgram({ has: () => false, text: () => undefined, texts: () => [], positionals: rest }, host);
  }
  const args = parseArguments(first, command.flags, command.words, rest);
  if (args.has('help')) return explain();
  return (await command.load())(args, host);
}

function sentences(error: unknown): string {
  if (error instanceof CommandFailure) {
    const message = asSentence(error.message);
    return error.next === '' ? message : `${message}\n${error.next}`;
  }
  if (process.env.SNOWPOOL_LOG_LEVEL === 'debug' && error instanceof Error) return error.stack ?? error.message;
  return error instanceof Error ? error.message : String(error);
}

/** Ends the process once all output is with its reader; a pipe on macOS is written asynchronously. */
async function leave(code: number): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => {
      if (stream.destroyed || stream.writableLength === 0) return resolve();
      stream.once('error', () => resolve());
      stream.write('', () => resolve());
    });
  }
  process.exit(code);
}
