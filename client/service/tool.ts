import { execFile } from 'node:child_process';
import { CommandFailure } from '../cli/failure.ts';

/**
 * Runs a tool of the system.
 * @throws CommandFailure where it is not there, or fails and may not.
 */
export function runTool(
  name: string,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  options: { readonly mayFail?: boolean } = {},
): Promise<{ readonly text: string; readonly isOk: boolean }> {
  return new Promise((resolve, reject) => {
    execFile(name, [...words], { env: { ...env } }, (error, stdout, stderr) => {
      if (!error || (options.mayFail && error.code !== 'ENOENT')) return resolve({ text: stdout, isOk: !error });
      const call = [name, ...words].join(' ');
      if (error.code === 'ENOENT')
        reject(new CommandFailure(`there is no ${name} here, so no service can be kept.`, noManager));
      else
        reject(
          new CommandFailure(`\`${call}\` failed: ${stderr.trim() || error.message}`, noManager, 1, { cause: error }),
        );
    });
  });
}

const noManager = 'Without a service, each front-end starts the daemon when it needs one.';
