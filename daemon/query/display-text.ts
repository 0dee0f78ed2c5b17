/** How a text looks where it is shown: the columns that its characters take, and those that nobody would see. */

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const zero = /\p{Mn}|\p{Me}|[\u200b-\u200d]/u;

/** Columns that one character takes in a terminal: 0, 1 or 2. */
export function characterWidth(character: string): number {
  return zero.test(character) ? 0 : wide.test(character) ? 2 : 1;
}

/** Columns that a text takes in a terminal. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/**
 * Characters that steer what is shown instead of being shown: controls, line and paragraph ends, marks that turn the
 * direction of the text around them, blanks of no width, tags, halves of a character. For use in a pattern with the flag u.
 */
export const unseen = String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}`;

const unseenButLines = new RegExp(String.raw`(?![\n\t])[${unseen}]`, 'gu');

/** A character by its number: `\u202e`, `\u{e0041}`. */
export function escapeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

/** A text of which nothing is hidden from whoever reads it: unseen characters as escapes, but for line ends and tabs. */
export function withoutHidden(text: string): string {
  return text.replace(unseenButLines, escapeOf);
}

/** Blanks in a row, and line ends in a row, that push what follows out of sight; some letters are blank as well. */
const longBlank = /[\s\u115f\u1160\u2800\u3164\uffa0]{61,}|(?:[^\S\n]*\n){5,}[^\S\n]*/gu;

/** A text with its long blanks counted instead of shown; a line still ends where one ended. */
export function withBlanksCounted(text: string): string {
  return text.replace(longBlank, (blank) => {
    const lines = blank.split('\n').length - 1;
    const count = lines > 0 ? `${lines} line ends` : `${blank.length} blanks`;
    return ` ⟨${count}⟩${lines > 0 ? '\n' : ' '}`;
  });
}

/** One character of the same width for one that would not be seen. */
export function standIn(character: string): string {
  return character !== '\t' && oneUnseen.test(character) ? '\ufffd' : character;
}

const oneUnseen = new RegExp(`^[${unseen}]$`, 'u');
