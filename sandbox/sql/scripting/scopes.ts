import type { Value } from '../evaluate.ts';
import type { Kept } from './cursors.ts';
import { NUMBER, TEXT } from './status-variables.ts';

/** What a name stands for; absent: nothing of that sort. */
interface Meaning {
  readonly variable: Value | undefined;
  readonly type: string | undefined;
  readonly result: Kept | undefined;
}

/**
 * Names of variables and result sets in one run of a block. What a nested block declares hides what has the name around it,
 * until the block ends. Source: docs, "Working with variables", scope of declarations.
 */
export class Scopes {
  readonly variables = new Map<string, Value>();
  /** Types that declarations gave or that first values have, as they stand in a text. */
  readonly types = new Map<string, string>();
  readonly results = new Map<string, Kept>();
  /** What the innermost block's names stood for around it. */
  private hidden = new Map<string, Meaning>();

  /** Opens a block; the result closes it. */
  enter(): () => void {
    const around = this.hidden;
    const own = new Map<string, Meaning>();
    this.hidden = own;
    return () => {
      for (const [name, meaning] of own) this.restore(name, meaning);
      this.hidden = around;
    };
  }

  /** Makes a name the innermost block's own, with nothing behind it yet. */
  declare(name: string): void {
    if (!this.hidden.has(name)) this.hidden.set(name, this.meaning(name));
    this.restore(name, { variable: undefined, type: undefined, result: undefined });
  }

  /** A loop's counter; the result gives the name back what it stood for. */
  counter(name: string): () => void {
    const before = this.meaning(name);
    this.restore(name, { variable: undefined, type: undefined, result: undefined });
    return () => this.restore(name, before);
  }

  private meaning(name: string): Meaning {
    return { variable: this.variables.get(name), type: this.types.get(name), result: this.results.get(name) };
  }

  private restore(name: string, { variable, type, result }: Meaning): void {
    put(this.variables, name, variable);
    put(this.types, name, type);
    put(this.results, name, result);
  }
}

function put<T>(map: Map<string, T>, name: string, value: T | undefined): void {
  if (value === undefined) map.delete(name);
  else map.set(name, value);
}

const NAMES_OF_KINDS: ReadonlyMap<Value['type']['type'], RegExp> = new Map([
  ['text', /^(?:VARCHAR|STRING|TEXT)$/i],
  ['fixed', /^(?:NUMBER|NUMBER\(38,\s*0\)|INT|INTEGER)$/i],
  ['real', /^(?:FLOAT|DOUBLE|REAL)$/i],
  ['boolean', /^BOOLEAN$/i],
  ['date', /^DATE$/i],
]);

/** A value as a variable of a type holds it, where that takes no conversion; undefined where it takes one. */
export function heldAsIs({ value, type }: Value, declared: string): Value | undefined {
  if (!NAMES_OF_KINDS.get(type.type)?.test(declared.trim()) || (type.type === 'fixed' && type.scale !== 0)) {
    return undefined;
  }
  return { value, type: type.type === 'text' ? TEXT : type.type === 'fixed' ? NUMBER : type };
}

/**
 * The type of a variable that is declared by its first value alone: a roomy one, so that fractions make it a FLOAT.
 * Undefined for what may be of any type. Source: docs, "Working with variables", inferred types.
 */
export function inferredType({ value, type }: Value): string | undefined {
  switch (type.type) {
    case 'fixed':
      return type.scale === 0 ? 'NUMBER(38,0)' : 'FLOAT';
    case 'text':
      return value === null ? undefined : 'VARCHAR';
    case 'real':
      return 'FLOAT';
    case 'boolean':
    case 'date':
    case 'time':
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return type.type.toUpperCase();
    default:
      return undefined;
  }
}
