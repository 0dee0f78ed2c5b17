/**
 * A text from outside (an account's error, a client's name, a value) as it may be shown in a terminal: without control
 * characters, line separators and marks that turn the direction of the text; line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '�');
}
