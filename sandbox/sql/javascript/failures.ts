import { SqlError } from '../../engine.ts';
import type { ScriptFailure, ScriptRoutine } from './messages.ts';

/** QuickJS's words for what V8, and so Snowflake, says otherwise. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^ReferenceError: '(.*)' is not defined$/, 'ReferenceError: $1 is not defined'],
  [
    /^TypeError: cannot read property '(.*)' of (null|undefined)$/,
    "TypeError: Cannot read properties of $2 (reading '$1')",
  ],
  [
    /^TypeError: cannot set property '(.*)' of (null|undefined)$/,
    "TypeError: Cannot set properties of $2 (setting '$1')",
  ],
];

/** V8's `Error.stackTraceLimit`. */
const MOST_FRAMES = 10;

type Routine = Pick<ScriptRoutine, 'name' | 'body' | 'form' | 'parameters'>;

interface Frame {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly position: number;
}

/**
 * What a script threw, as the account reports it: 100131 for a text that does not compile, 100132 for what it throws,
 * 100183 for a statement of a procedure's that failed. Codes and wording: what accounts answer, e.g.
 * `JavaScript execution error: Uncaught Error: x in F at 'throw new Error("x")' position 0\nstackstrace: \nF line: 1`.
 */
export function scriptError(routine: Routine, failure: ScriptFailure): SqlError {
  const { name, body } = routine;
  if (failure.stage === 'memory') {
    return new SqlError('100176', 'P0000', 'JavaScript out of memory error: UDF thread memory limit exceeded');
  }
  if (failure.stage === 'sql') {
    const message = `Execution error in store procedure ${name}:\n${failure.text}\nAt ${failure.stack}`;
    return new SqlError('100183', 'P0000', message);
  }
  const isCompiling = failure.stage === 'compile';
  const lines = body.split('\n');
  const frames = framesOf(failure.stack, routine);
  const [first = throwOf(lines, name)] = frames;
  const text = WORDS.reduce((words, [pattern, better]) => words.replace(pattern, better), failure.text);
  const what = `JavaScript ${isCompiling ? 'compilation' : 'execution'} error: Uncaught ${text} in ${name}`;
  const code = isCompiling ? '100131' : '100132';
  if (!first) return new SqlError(code, 'P0000', what);
  const line = lines[first.line - 1] ?? '';
  const place = ` at '${line}' position ${positionIn(line, first.position, text)}`;
  if (isCompiling) return new SqlError(code, 'P0000', what + place);
  const trace = frames.length > 0 ? frames : [first];
  const shown = trace.filter((frame) => frame.name !== '').map((frame) => `${frame.name} line: ${frame.line}`);
  return new SqlError(code, 'P0000', `${what}${place}\nstackstrace: \n${shown.join('\n')}`);
}

/** The frames of the routine's own text, innermost first; the prelude's are left out, as are those without a name. */
function framesOf(stack: string, { name: file, parameters, form }: Routine): Frame[] {
  const frames: Frame[] = [];
  // What the prelude puts before the routine's text, on its first line.
  const before = form === 'table' ? 1 : `function ${file}(${parameters.map(({ name }) => name).join(',')}) {`.length;
  for (const line of stack.split('\n')) {
    const found = /^\s*at (?:(.*?) \()?(.*?):(\d+):(\d+)\)?$/.exec(line);
    if (found?.[2] !== file) continue;
    const name = found[1] === undefined || found[1] === '<anonymous>' || found[1] === '<eval>' ? '' : found[1];
    const at = { line: Number(found[3]), column: Number(found[4]) - 1 };
    frames.push({ name, line: at.line, position: at.line === 1 ? Math.max(at.column - before, 0) : at.column });
  }
  return frames.slice(0, MOST_FRAMES);
}

/** The only `throw` of a text: what is thrown without being an Error says nothing of its place. */
function throwOf(lines: readonly string[], name: string): Frame | undefined {
  const found = lines.flatMap((line, index) => (/\bthrow\b/.test(line) ? [index] : []));
  const [index] = found;
  if (index === undefined || found.length > 1) return undefined;
  return { name, line: index + 1, position: (lines[index] ?? '').indexOf('throw') };
}

/** Where V8 points: at the property that was read, at the `=` of a failed write, at the `throw`. */
function positionIn(line: string, position: number, text: string): number {
  const read = /\(reading '(.*)'\)$/.exec(text)?.[1];
  if (read !== undefined) {
    const dot = line.lastIndexOf(`.${read}`, position) >= 0 ? line.lastIndexOf(`.${read}`, position) : -1;
    const at = line.indexOf(`.${read}`, Math.max(dot, 0));
    return at < 0 ? position : at + 1;
  }
  if (/\(setting '/.test(text)) return Math.max(line.indexOf('='), 0);
  const thrown = line.indexOf('throw');
  return thrown >= 0 && thrown === line.lastIndexOf('throw') ? thrown : Math.min(position, line.length);
}
