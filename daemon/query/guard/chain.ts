/**
 * The flow operator: `SHOW TABLES ->> SELECT * FROM $1` runs its links one after another, so each is a statement of its
 * own and is judged alone. Inside brackets the operator is not split; there it is unclear (scan.ts).
 */
import { isOp, type Token } from './tokens.ts';

/** More links than this are not judged. */
export const maxLinks = 100;

/** The links of a statement, one where there is no flow operator; empty links are kept, as they are errors. */
export function links(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: (readonly Token[])[] = [];
  let depth = 0;
  let from = 0;
  for (const [index, token] of tokens.entries()) {
    if (isOp(token, '(', '[', '{')) depth += 1;
    if (isOp(token, ')', ']', '}')) depth -= 1;
    if (!isOp(token, '->>') || depth !== 0) continue;
    found.push(tokens.slice(from, index));
    from = index + 1;
  }
  found.push(tokens.slice(from));
  return found;
}
