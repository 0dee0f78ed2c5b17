import { type Place, unsupported } from '../errors.ts';
import { isSymbol, type TokenReader } from '../reader.ts';

// Snowflake Scripting: blocks are read into the steps below (this file) and run one after another (run.ts), each SQL
// statement as a statement of its own with the variables' values put in (values.ts).

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A step and where it begins. */
export type Step = Bare & { readonly at: Place };

/** A way through IF or CASE: with a `subject`, the condition is the value that it must equal; null is ELSE. */
export interface Branch {
  readonly condition: Range | null;
  readonly subject?: Range;
  readonly steps: readonly Step[];
}

type Bare =
  /** `rest` is what stands behind INTO and its names. */
  | { readonly kind: 'sql'; readonly text: Range; readonly rest: Range | null; readonly into: readonly string[] }
  | {
      readonly kind: 'assign';
      readonly name: string;
      readonly value: Range;
      readonly isQuery: boolean;
      readonly declares: boolean;
      /** The type that the declaration gives. */
      readonly type: Range | null;
    }
  | { readonly kind: 'cursor'; readonly name: string; readonly query: Range }
  | { readonly kind: 'open'; readonly name: string; readonly using: Range | null }
  | { readonly kind: 'fetch'; readonly name: string; readonly into: readonly string[] }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'if'; readonly branches: readonly Branch[] }
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly from: Range;
      readonly to: Range | null;
      readonly isReverse: boolean;
      readonly steps: readonly Step[];
      readonly label: string | null;
    }
  | {
      readonly kind: 'loop';
      readonly condition: Range | null;
      readonly until: Range | null;
      readonly steps: readonly Step[];
      readonly label: string | null;
    }
  /** `label` names the loop that is meant; null: the innermost one. */
  | { readonly kind: 'leave'; readonly how: 'break' | 'continue'; readonly label: string | null }
  | { readonly kind: 'return'; readonly value: Range | null; readonly isTable: boolean }
  | { readonly kind: 'raise'; readonly name: string | null }
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'null' };

/** WHEN names [EXIT | CONTINUE] THEN steps; with CONTINUE the block goes on behind the step that failed. */
export interface Handler {
  readonly names: readonly string[];
  readonly goesOn: boolean;
  readonly steps: readonly Step[];
}

export interface Block {
  readonly declared: readonly Step[];
  /** Exceptions by name with number and text. */
  readonly exceptions: ReadonlyMap<string, { readonly code: string; readonly message: string }>;
  readonly steps: readonly Step[];
  readonly handlers: readonly Handler[];
}

/** True where the reader stands before a block, not before BEGIN of a transaction. */
export function opensBlock(reader: TokenReader): boolean {
  if (reader.at('DECLARE')) return true;
  if (!reader.at('BEGIN')) return false;
  const following = reader.peek(1);
  const ends = following.kind === 'end' || isSymbol(following, ';');
  return !ends && !['TRANSACTION', 'WORK', 'NAME'].some((word) => isSymbol(following, word));
}

/** Reads `[DECLARE ...] BEGIN ... [EXCEPTION ...] END`. Throws SqlError 001003, 000002. */
export function readBlock(reader: TokenReader): Block {
  const declared: Step[] = [];
  const exceptions = new Map<string, { code: string; message: string }>();
  if (reader.accept('DECLARE')) {
    while (!reader.at('BEGIN')) {
      if (isSymbol(reader.peek(1), 'EXCEPTION')) readException(reader, exceptions);
      else declared.push(readDeclaration(reader));
      reader.expect(';');
    }
  }
  reader.expect('BEGIN');
  const steps = readSteps(reader, 'END', 'EXCEPTION');
  const handlers: Handler[] = [];
  if (reader.accept('EXCEPTION')) {
    while (reader.accept('WHEN')) {
      const names = [reader.identifier()];
      while (reader.accept('OR')) names.push(reader.identifier());
      const goesOn = reader.acceptOne('EXIT', 'CONTINUE') === 'CONTINUE';
      reader.expect('THEN');
      handlers.push({ names, goesOn, steps: readSteps(reader, 'WHEN', 'END') });
    }
  }
  reader.expect('END');
  return { declared, exceptions, steps, handlers };
}

function readException(reader: TokenReader, exceptions: Map<string, { code: string; message: string }>): void {
  const name = reader.identifier();
  reader.expect('EXCEPTION');
  let code = '100999';
  let message = '';
  if (reader.accept('(')) {
    const number = reader.integer();
    code = String(number);
    if (reader.accept(',')) message = reader.string();
    reader.expect(')');
  }
  exceptions.set(name, { code, message });
}

/** `name [type] [DEFAULT | := value]`, `name CURSOR FOR query`, `name RESULTSET [DEFAULT (query)]`. */
function readDeclaration(reader: TokenReader): Step {
  const at = reader.place;
  const name = reader.identifier();
  if (reader.at('PROCEDURE', '(')) throw unsupported('procedures within a block', reader.place);
  if (reader.accept('CURSOR', 'FOR')) return { kind: 'cursor', name, query: reader.expression(), at };
  const isQuery = reader.accept('RESULTSET');
  const range = isQuery ? null : reader.expression('DEFAULT', ':=');
  const type = range && range.end > range.start ? range : null;
  const hasValue = reader.accept('DEFAULT') || reader.accept(':=');
  const value = hasValue ? withoutParentheses(reader, isQuery) : { start: -1, end: -1 };
  return { kind: 'assign', name, value, isQuery, declares: true, type, at };
}

function withoutParentheses(reader: TokenReader, isQuery: boolean): Range {
  if (isQuery && reader.at('(')) return reader.parenthesised();
  return reader.expression();
}

function readSteps(reader: TokenReader, ...ends: readonly string[]): Step[] {
  const steps: Step[] = [];
  while (!ends.some((word) => reader.at(word))) {
    if (reader.peek().kind === 'end') throw reader.unexpected();
    steps.push(readStep(reader));
    reader.expect(';');
  }
  return steps;
}

function readStep(reader: TokenReader): Step {
  const at = reader.place;
  return { ...readBare(reader), at };
}

function readBare(reader: TokenReader): Bare {
  if (reader.at('BEGIN') && opensBlock(reader)) return { kind: 'block', block: readBlock(reader) };
  if (reader.at('DECLARE')) return { kind: 'block', block: readBlock(reader) };
  if (reader.accept('LET')) return readDeclaration(reader);
  if (reader.isIdentifier() && isSymbol(reader.peek(1), ':=')) {
    const name = reader.identifier();
    reader.next();
    const isQuery =
      reader.at('(', 'SELECT') || reader.at('(', 'SHOW') || reader.at('(', 'EXECUTE') || reader.at('(', 'WITH');
    return { kind: 'assign', name, value: withoutParentheses(reader, isQuery), isQuery, declares: false, type: null };
  }
  if (reader.accept('IF')) return readIf(reader);
  if (reader.accept('CASE')) return readCase(reader);
  if (reader.accept('FOR')) return readFor(reader);
  if (reader.accept('WHILE')) {
    const condition = reader.expression('DO', 'LOOP');
    return {
      kind: 'loop',
      condition,
      until: null,
      ...readLoopBody(reader, reader.acceptOne('DO', 'LOOP') === 'LOOP' ? 'LOOP' : 'WHILE'),
    };
  }
  if (reader.accept('LOOP')) return { kind: 'loop', condition: null, until: null, ...readLoopBody(reader, 'LOOP') };
  if (reader.accept('REPEAT')) {
    const steps = readSteps(reader, 'UNTIL');
    reader.expect('UNTIL');
    const until = reader.expression('END');
    reader.expect('END', 'REPEAT');
    return { kind: 'loop', condition: null, until, steps, label: readLabel(reader) };
  }
  if (reader.acceptOne('BREAK', 'EXIT')) return { kind: 'leave', how: 'break', label: readLabel(reader) };
  if (reader.acceptOne('CONTINUE', 'ITERATE')) return { kind: 'leave', how: 'continue', label: readLabel(reader) };
  if (reader.accept('NULL')) return { kind: 'null' };
  if (reader.accept('RAISE')) return { kind: 'raise', name: reader.at(';') ? null : reader.identifier() };
  if (reader.accept('RETURN')) {
    if (reader.at('TABLE', '(')) {
      reader.expect('TABLE');
      return { kind: 'return', value: reader.parenthesised(), isTable: true };
    }
    return { kind: 'return', value: reader.at(';') ? null : reader.expression(), isTable: false };
  }
  if (reader.accept('OPEN')) {
    const name = reader.identifier();
    return { kind: 'open', name, using: reader.accept('USING') ? reader.parenthesised() : null };
  }
  if (reader.accept('FETCH')) {
    const name = reader.identifier();
    reader.expect('INTO');
    return { kind: 'fetch', name, into: readTargets(reader) };
  }
  if (reader.accept('CLOSE')) return { kind: 'close', name: reader.identifier() };
  if (['AWAIT', 'CANCEL', 'ASYNC'].some((word) => reader.at(word))) {
    throw unsupported(`${reader.peek().value} in a block`, reader.place);
  }
  return readSql(reader);
}

/** Variables behind INTO, with or without their colons. */
function readTargets(reader: TokenReader): string[] {
  const names: string[] = [];
  do {
    reader.accept(':');
    names.push(reader.identifier());
  } while (reader.accept(','));
  return names;
}

/** A SQL statement; `INTO :a, :b` of a SELECT or CALL is taken out and becomes assignments. */
function readSql(reader: TokenReader): Bare {
  const isSelect = reader.at('SELECT') || reader.at('WITH') || reader.at('CALL');
  const range = reader.expression(...(isSelect ? ['INTO'] : []));
  if (range.start === range.end) throw reader.unexpected();
  if (!isSelect || !reader.accept('INTO')) return { kind: 'sql', text: range, rest: null, into: [] };
  const into = readTargets(reader);
  return { kind: 'sql', text: range, rest: reader.expression(), into };
}

function readIf(reader: TokenReader): Bare {
  const branches: Branch[] = [];
  do {
    const condition = reader.expression('THEN');
    reader.expect('THEN');
    branches.push({ condition, steps: readSteps(reader, 'ELSEIF', 'ELSE', 'END') });
  } while (reader.accept('ELSEIF'));
  if (reader.accept('ELSE')) branches.push({ condition: null, steps: readSteps(reader, 'END') });
  reader.expect('END', 'IF');
  return { kind: 'if', branches };
}

/** CASE [subject] WHEN ... THEN ... as a chain of conditions. */
function readCase(reader: TokenReader): Bare {
  const subject = reader.at('WHEN') ? null : reader.expression('WHEN');
  const branches: Branch[] = [];
  while (reader.accept('WHEN')) {
    const condition = reader.expression('THEN');
    reader.expect('THEN');
    branches.push({ condition, ...(subject ? { subject } : {}), steps: readSteps(reader, 'WHEN', 'ELSE', 'END') });
  }
  if (reader.accept('ELSE')) branches.push({ condition: null, steps: readSteps(reader, 'END') });
  reader.expect('END');
  reader.accept('CASE');
  return { kind: 'if', branches };
}

function readFor(reader: TokenReader): Bare {
  const name = reader.identifier();
  reader.expect('IN');
  const isReverse = reader.accept('REVERSE');
  const from = reader.expression('TO', 'DO', 'LOOP');
  const to = reader.accept('TO') ? reader.expression('DO', 'LOOP') : null;
  const word = reader.acceptOne('DO', 'LOOP') === 'LOOP' ? 'LOOP' : 'FOR';
  return { kind: 'for', name, from, to, isReverse, ...readLoopBody(reader, word) };
}

function readLoopBody(reader: TokenReader, closing: string): { steps: Step[]; label: string | null } {
  const steps = readSteps(reader, 'END');
  reader.expect('END', closing);
  return { steps, label: readLabel(reader) };
}

/** The label of a loop, which stands behind its END and behind BREAK and CONTINUE. */
function readLabel(reader: TokenReader): string | null {
  return reader.at(';') || !reader.isIdentifier() ? null : reader.identifier();
}
