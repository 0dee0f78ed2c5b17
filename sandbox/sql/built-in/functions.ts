/**
 * What SHOW FUNCTIONS tells of the functions that the sandbox has built in: one table of their names, signatures and
 * descriptions, read once. Imported by show/ alone; a test holds its names to those that the translator has.
 */
import { ACCOUNT } from './account.ts';
import { CONVERSIONS } from './conversions.ts';
import { GROUPS } from './groups.ts';
import { MOMENTS } from './moments.ts';
import { NUMBERS } from './numbers.ts';
import { STRUCTURES } from './structures.ts';
import { TEXTS } from './texts.ts';

/** One built-in function as it is listed. */
export interface BuiltIn {
  readonly name: string;
  /** All signatures, as `SQUARE(NUMBER(38,0)) RETURN NUMBER(38,0), SQUARE(FLOAT) RETURN FLOAT`. */
  readonly signatures: string;
  readonly minArguments: number;
  /** Null: any number of them. */
  readonly maxArguments: number | null;
  readonly description: string;
  readonly isAnsi: boolean;
  readonly isTable: boolean;
  /** Whether equal arguments may give different results, so that no table can be clustered by it. */
  readonly isVolatile: boolean;
}

const KINDS_OF_TIMESTAMP = ['TIMESTAMP_LTZ', 'TIMESTAMP_NTZ', 'TIMESTAMP_TZ'];

/** Each length of `VARCHAR, NUMBER[, NUMBER[, VARCHAR]]`, the shortest first. */
function lengths(parameters: string): readonly string[] {
  const parts = parameters.replaceAll(']', '').split('[');
  return parts.map((_, index) => parts.slice(0, index + 1).join(''));
}

const shown = (type: string): string => type.replace(/\bNUMBER\b/g, 'NUMBER(38,0)');

/**
 * The signatures behind `(VARCHAR, NUMBER[, NUMBER]) VARCHAR`: one for each length, TIMESTAMP standing for all its kinds. A
 * type with dots behind it may be repeated.
 */
function signaturesOf(form: string): readonly { parameters: readonly string[]; returns: string }[] {
  if (/\bTIMESTAMP\b/.test(form)) {
    return KINDS_OF_TIMESTAMP.flatMap((kind) => signaturesOf(form.replace(/\bTIMESTAMP\b/g, kind)));
  }
  const [, parameters = '', returns = ''] = /^\(([^)]*)\) (.+)$/.exec(form) ?? [];
  return [...new Set(lengths(parameters))].map((list) => ({
    parameters: list.split(',').flatMap((type) => type.trim() || []),
    returns,
  }));
}

function readLine(line: string): readonly BuiltIn[] {
  const [head = '', forms = '', description = ''] = line.split(' | ');
  const words = head.split(/,? /);
  const flags = new Set(words.filter((word) => word === word.toLowerCase()));
  const signatures = forms.split('; ').flatMap(signaturesOf);
  const counts = signatures.map(({ parameters }) => parameters.length);
  const isOpen = signatures.some(({ parameters }) => parameters.at(-1)?.endsWith('...'));
  const optional = Math.max(...signatures.map(({ parameters }) => parameters.filter(isDefault).length));
  return words
    .filter((word) => !flags.has(word))
    .map((name) => {
      // What system functions take is told without digits: `SYSTEM$WAIT(NUMBER, DEFAULT VARCHAR) RETURN VARCHAR`.
      const type = name.startsWith('SYSTEM$') ? (text: string) => text : shown;
      return {
        name,
        signatures: signatures
          .map(({ parameters, returns }) => `${name}(${type(parameters.join(', '))}) RETURN ${type(returns)}`)
          .join(', '),
        minArguments: Math.min(...counts) - optional,
        maxArguments: isOpen ? null : Math.max(...counts),
        description,
        isAnsi: flags.has('ansi'),
        isTable: flags.has('table'),
        isVolatile: flags.has('volatile'),
      };
    });
}

const isDefault = (parameter: string): boolean => parameter.startsWith('DEFAULT ');

/** All built-in functions by name. */
export const BUILT_INS: ReadonlyMap<string, BuiltIn> = new Map(
  [ACCOUNT, CONVERSIONS, GROUPS, MOMENTS, NUMBERS, STRUCTURES, TEXTS]
    .flatMap((table) => table.trim().split('\n'))
    .flatMap(readLine)
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((one) => [one.name, one]),
);
