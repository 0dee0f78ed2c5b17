/** One sentence for arguments that do not fit a tool's schema: which one, what came, what is allowed. */
import type { z } from 'zod';
import { SnowpoolError } from '../errors.ts';

/**
 * Turns what zod found into the error of the call. The first problem is told; the rest would follow from it.
 * @param args as they came.
 */
export function badArguments(
  tool: string,
  error: z.ZodError,
  args: unknown,
  allowed: readonly string[],
): SnowpoolError {
  const issue = narrowest(error.issues);
  const next = `Arguments of ${tool}: ${allowed.length === 0 ? 'none' : allowed.join(', ')}.`;
  if (!issue) return new SnowpoolError('invalid_argument', `The arguments of ${tool} do not fit.`, next);
  const name = issue.path.map(String).join('.');
  if (issue.path.length === 0 && issue.code === 'invalid_type') {
    return new SnowpoolError(
      'invalid_argument',
      `The arguments of ${tool} must be an object, got ${shown(args)}.`,
      next,
    );
  }
  const value = valueAt(args, issue.path);
  return new SnowpoolError('invalid_argument', problem(issue, name, value, tool), next, { argument: name });
}

/** The first problem; of several bounds on one argument the narrowest: what every whole number must be says nothing here. */
function narrowest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const [first] = issues;
  if (first?.code !== 'too_big' && first?.code !== 'too_small') return first;
  const same = issues.filter((issue) => issue.code === first.code && String(issue.path) === String(first.path));
  return same.reduce((least, issue) => (bound(issue) < bound(least) ? issue : least), first);
}

function bound(issue: z.core.$ZodIssue): number {
  return issue.code === 'too_big' ? Number(issue.maximum) : issue.code === 'too_small' ? -Number(issue.minimum) : 0;
}

function problem(issue: z.core.$ZodIssue, name: string, value: unknown, tool: string): string {
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `'${cut(key)}'`).join(', ');
    return `${tool} has no argument ${keys}.`;
  }
  if (value === undefined && issue.code === 'invalid_type') return `The argument ${name} of ${tool} is missing.`;
  return `The argument ${name} of ${tool} must be ${wanted(issue)}, got ${shown(value)}.`;
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return words[issue.expected] ?? `of type ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'array') return 'a list that is not empty';
      return issue.origin === 'string' ? 'text that is not empty' : `at least ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'array') return `a list of at most ${issue.maximum}`;
      return issue.origin === 'string' ? `text of at most ${issue.maximum} characters` : `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function valueAt(args: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    args,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' && value.length > longestShown) return `text of ${value.length} characters`;
  return cut(JSON.stringify(value) ?? String(value));
}

const longestShown = 60;

function cut(text: string): string {
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}
