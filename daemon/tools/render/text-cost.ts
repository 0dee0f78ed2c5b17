/**
 * What a text costs of an answer's room. MCP clients count tokens, and a token is about 2.4 ASCII characters of data but
 * hardly one ideograph; so room is counted in ASCII characters as the dearest format writes them.
 */

const escaped = 2;
/** `\u001b` */
const control = 6;
/** Letters of two UTF-8 bytes: Greek, Cyrillic, Hebrew, Arabic, ... */
const otherLetter = 2;
/** The rest: ideographs, kana, hangul, and each half of an emoji. */
const ideograph = 3;

const plain = /^[ !#-;=-[\]-_a-{}~]*$/;

/** Room that a text takes, with what has to be escaped in it. */
export function textCost(text: string): number {
  if (plain.test(text)) return text.length;
  let cost = 0;
  for (let index = 0; index < text.length; index += 1) cost += unitCost(text.charCodeAt(index));
  return cost;
}

/** How many UTF-16 units of a text, from its beginning, fit into so much room; at least one. */
export function unitsWithin(text: string, room: number): number {
  let cost = 0;
  let index = 0;
  for (; index < text.length; index += 1) {
    cost += unitCost(text.charCodeAt(index));
    if (cost > room) break;
  }
  return Math.max(1, index);
}

function unitCost(unit: number): number {
  if (unit < 0x20) return unit === 0x09 || unit === 0x0a || unit === 0x0d ? escaped : control;
  if (unit < 0x7f)
    return unit === 0x22 || unit === 0x3c || unit === 0x5c || unit === 0x60 || unit === 0x7c ? escaped : 1;
  if (unit < 0xa0) return control;
  return unit < 0x800 ? otherLetter : ideograph;
}
