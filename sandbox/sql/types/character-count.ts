/** A text's characters (code points), without taking it apart: a long text's parts would take many times its memory. */
export function characterCount(text: string): number {
  let count = text.length;
  for (const _ of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) count -= 1;
  return count;
}
