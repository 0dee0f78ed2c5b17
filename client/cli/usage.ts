import type { Flags } from './arguments.ts';
import { type Command, commands } from './commands.ts';

/** The help of the whole program. */
export function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, command]) => `  ${name.padEnd(width)}  ${command.summary}`);
  return `snowpool: one daemon per user keeps a warm pool of Snowflake sessions; every MCP client on the machine shares it.

Usage: snowpool COMMAND [...]

${lines.join('\n')}

  To try it without an account: snowpool query --sandbox "SELECT 1"
  An MCP client starts: snowpool mcp --sandbox, or with an account: snowpool mcp --connection NAME
  snowpool COMMAND --help explains one command; snowpool --version shows the version.
`;
}

/** The help of one command. */
export function explainCommand(name: string, command: Command): string {
  return `${`${command.summary}.\n\nUsage: snowpool ${name} ${command.usage}`.trimEnd()}\n${flagLines(command.flags)}`;
}

function flagLines(flags: Flags): string {
  const entries = Object.entries(flags).map(([name, flag]) => ({
    left: `--${name}${flag.type === 'string' ? ` ${flag.value ?? 'VALUE'}` : ''}`,
    right: flag.help,
  }));
  if (entries.length === 0) return '';
  const width = Math.max(...entries.map((entry) => entry.left.length));
  return `\n${entries.map((entry) => `  ${entry.left.padEnd(width)}  ${entry.right}`).join('\n')}\n`;
}
