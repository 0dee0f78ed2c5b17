import { SqlError } from '../../engine.ts';
import type { Place } from '../errors.ts';
import { toSqlError } from '../types/index.ts';
import type { Block, Handler } from './block.ts';

/** An error inside a block: which exception it is there, and the step that raised it. */
export class BlockError extends SqlError {
  constructor(
    readonly exception: string,
    /** What SQLERRM says. */
    readonly own: SqlError,
    readonly raisedAt: Place,
  ) {
    const where = `line ${raisedAt.line} at position ${raisedAt.pos}`;
    super(own.code, own.sqlState, `Uncaught exception of type '${exception}' on ${where} : ${own.message}`, own.at, {
      cause: own,
    });
  }
}

/** What a step threw as the block's own error; what is one already stays as it is. */
export function blockError(
  error: unknown,
  kind: 'STATEMENT_ERROR' | 'EXPRESSION_ERROR' = 'STATEMENT_ERROR',
  at: Place = { line: 1, pos: 0 },
): BlockError {
  return error instanceof BlockError ? error : new BlockError(kind, toSqlError(error), at);
}

/** The first handler that takes an error. */
export function handlerOf(handlers: readonly Handler[], error: unknown): Handler | undefined {
  const { exception } = blockError(error);
  return handlers.find(({ names }) => names.includes(exception) || names.includes('OTHER'));
}

/** RAISE of a declared exception. Throws SqlError 000904 where there is none of that name. */
export function declaredError(name: string, declared: Block['exceptions'], at: Place): BlockError {
  const known = declared.get(name);
  if (!known) throw new SqlError('000904', '42000', `SQL compilation error:\ninvalid identifier '${name}'`);
  return new BlockError(name, new SqlError(known.code, 'P0001', known.message), at);
}
