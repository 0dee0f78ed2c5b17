import { SqlError } from '../../engine.ts';
import { MACROS } from './macros.ts';

/** Characters that a statement may have once DuckDB has put all macros' bodies into it. */
const MOST_EXPANDED = 20_000_000;
/** Below so many calls of ours nothing can grow that far. */
const FREE_CALLS = 6;

/** A size that depends on the sizes of a macro's arguments: the constant part, then how often each argument is written. */
type Size = readonly number[];

interface Macro {
  readonly name: string;
  readonly size: Size;
}

const WORDS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_]\w*\(?|[(),]/g;

function add(into: number[], size: Size, times: number): void {
  size.forEach((part, index) => {
    into[index] = (into[index] ?? 0) + part * times;
  });
}

/** The size of a text once the macros in it are expanded; `params` are the arguments of the macro whose body it is. */
function sizeOf(text: string, macros: ReadonlyMap<string, Macro>, params: readonly string[]): Size {
  const open: { readonly macro: Macro | undefined; readonly args: number[][] }[] = [
    { macro: undefined, args: [[text.length]] },
  ];
  for (const [word] of text.matchAll(WORDS)) {
    const top = open.at(-1);
    if (!top) break;
    if (word.endsWith('(')) {
      open.push({ macro: macros.get(word.slice(0, -1)), args: [[0]] });
    } else if (word === ',') {
      top.args.push([0]);
    } else if (word === ')') {
      if (open.length === 1) continue;
      open.pop();
      const into = open.at(-1)?.args.at(-1);
      if (into) close(top, into);
    } else {
      const place = params.indexOf(word);
      const last = top.args.at(-1);
      if (last) add(last, place < 0 ? [word.length] : [...new Array(place + 1).fill(0), 1], 1);
    }
  }
  const total: number[] = [];
  for (const { args } of open) for (const one of args) add(total, one, 1);
  return total;
}

/** Adds a call that has ended to what it stands in. */
function close(call: { readonly macro: Macro | undefined; readonly args: readonly Size[] }, into: number[]): void {
  const { macro, args } = call;
  if (macro) add(into, [macro.size[0] ?? 0], 1);
  args.forEach((one, index) => {
    add(into, one, macro ? Math.max(macro.size[index + 1] ?? 0, 1) : 1);
  });
}

function readMacros(): ReadonlyMap<string, Macro> {
  const macros = new Map<string, Macro>();
  const bodies = MACROS.map(([signature, body]) => {
    const [name = '', list = ''] = signature.split(/[()]/);
    return { name, body, params: list.split(',').map((param) => param.trim()) };
  });
  // A body may call macros that are written further down: as often as macros call one another at most.
  for (let round = 0; round < 4; round++) {
    for (const { name, body, params } of bodies) macros.set(name, { name, size: sizeOf(body, macros, params) });
  }
  return macros;
}

/**
 * Refuses texts that DuckDB could not even bind: macros write their arguments several times, so that calls inside of
 * calls grow by a power of their depth, during which DuckDB can be neither bounded nor stopped.
 */
export class Expansion {
  private readonly macros = readMacros();

  /** Throws SqlError 000001. */
  check(sql: string): void {
    const calls = sql.split('sf_', FREE_CALLS + 1);
    if (calls.length <= FREE_CALLS) return;
    if ((sizeOf(sql, this.macros, [])[0] ?? 0) <= MOST_EXPANDED) return;
    throw new SqlError('000001', '42000', 'SQL compilation error:\nthe statement is nested too deeply.');
  }
}
