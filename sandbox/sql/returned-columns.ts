import type { UserTableFunction } from './contract.ts';
import { TokenReader } from './reader.ts';
import { parseType } from './types/parse.ts';

/** The columns of `TABLE (name type, ...)`, as a function declares them. */
export function returnedColumns(returns: string): UserTableFunction['columns'] {
  const reader = new TokenReader(returns);
  const columns: { name: string; type: UserTableFunction['columns'][number]['type'] }[] = [];
  reader.expect('TABLE', '(');
  while (!reader.at(')')) {
    const name = reader.identifier();
    columns.push({ name, type: parseType(reader.slice(reader.expression(','))) });
    if (!reader.accept(',')) break;
  }
  return columns;
}
