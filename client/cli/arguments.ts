import { parseArgs } from 'node:util';
import { didYouMean } from './closest.ts';
import { misuse } from './failure.ts';

/** One flag of a command, as the help shows it and as it is parsed. */
export interface Flag {
  readonly type: 'boolean' | 'string';
  readonly multiple?: boolean;
  /** What stands for the value in the help, e.g. `NAME`. */
  readonly value?: string;
  readonly help: string;
  /** The values that are allowed, where they are few. */
  readonly choices?: readonly string[];
}

export type Flags = Readonly<Record<string, Flag>>;

/** What was typed after the command's name. */
export interface Arguments {
  has(flag: string): boolean;
  /** The last value given for a flag; undefined: not given. */
  text(flag: string): string | undefined;
  /** All values given for a flag, in order. */
  texts(flag: string): readonly string[];
  readonly positionals: readonly string[];
}

/**
 * Parses a command's arguments.
 * @throws CommandFailure with exit code 2: an unknown flag, a flag without its value, a value that is not allowed, a word too many.
 */
export function parseArguments(
  command: string,
  flags: Flags,
  words: string | undefined,
  argv: readonly string[],
): Arguments {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: flag.type, multiple: flag.multiple ?? false, ...(name === 'help' ? { short: 'h' } : {}) },
    ]),
  );
  const { values, positionals, tokens } = tokenize(command, flags, options, argv);
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = flags[token.name];
    if (flag?.choices && !flag.choices.includes(token.value ?? '')) {
      throw misuse(`--${token.name} '${token.value ?? ''}' is not known: allowed are ${list(flag.choices)}.`);
    }
  }
  if (words === undefined && positionals.length > 0) {
    throw misuse(`snowpool ${command} takes no argument '${positionals[0]}'${allowed(flags)}.`);
  }
  return {
    has: (name) => values[name] === true,
    text: (name) => {
      const value = values[name];
      const last = Array.isArray(value) ? value.at(-1) : value;
      return typeof last === 'string' ? last : undefined;
    },
    texts: (name) => [values[name] ?? []].flat().filter((value) => typeof value === 'string'),
    positionals,
  };
}

/** A statement may begin with a comment: what has blanks where a flag's name would be is none. */
function textLast(argv: readonly string[]): string[] {
  const at = argv.findIndex((word) => word === '--' || (word.startsWith('--') && /^[^=]*\s/.test(word)));
  const text = argv[at];
  return text === undefined || text === '--' ? [...argv] : [...argv.slice(0, at), ...argv.slice(at + 1), '--', text];
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;
type Token = { kind: string; name?: string; value?: string | undefined };

function tokenize(
  command: string,
  flags: Flags,
  options: Record<string, { type: 'boolean' | 'string'; multiple: boolean }>,
  argv: readonly string[],
): { values: Values; positionals: string[]; tokens: { kind: string; name: string; value: string | undefined }[] } {
  try {
    const parsed = parseArgs({ args: textLast(argv), options, allowPositionals: true, strict: true, tokens: true });
    const tokens = (parsed.tokens as Token[]).map(({ kind, name, value }) => ({ kind, name: name ?? '', value }));
    return { values: parsed.values as Values, positionals: parsed.positionals, tokens };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw misuse(explain(command, flags, error));
  }
}

/** parseArgs' own sentences advise on `--` and repeat themselves; ours say what the command allows. */
function explain(command: string, flags: Flags, error: Error & { code?: string }): string {
  const flag = /'(-[^']*)'/.exec(error.message)?.[1] ?? '';
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const typed = flag.replace(/ <.*/, '');
    const names = Object.keys(flags).map((name) => `--${name}`);
    return `snowpool ${command} does not know ${typed}${allowed(flags)}.${didYouMean(typed, names)}`;
  }
  const name = /--([\w-]+)/.exec(flag)?.[1] ?? '';
  const known = flags[name];
  if (known?.type === 'string') return `--${name} needs a value: --${name} ${known.value ?? 'VALUE'}.`;
  if (known) return `--${name} takes no value.`;
  return error.message;
}

function allowed(flags: Flags): string {
  const names = Object.keys(flags).filter((name) => name !== 'help');
  return names.length === 0 ? ': it takes no flags' : `: allowed are ${list(names.map((name) => `--${name}`))}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
