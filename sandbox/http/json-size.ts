/** Objects and arrays of one body: drivers send one for each bind and few beside. */
const MOST_VALUES = 500_000;
/** Bodies of less cannot hold so many. */
const FREE_BYTES = 1024 * 1024;

const [QUOTE, BACKSLASH, BRACKET, BRACE] = [0x22, 0x5c, 0x5b, 0x7b];

/**
 * True where JSON text holds more objects and arrays than any driver sends. Made into values they take many times the
 * memory of their text, and minutes in which nothing else is answered.
 */
export function holdsTooMuch(json: Buffer): boolean {
  if (json.length < FREE_BYTES) return false;
  let count = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === BRACKET || byte === BRACE) count += 1;
    else if (byte === QUOTE) {
      at = endOfString(json, at);
      if (at < 0) return false;
    }
    if (count > MOST_VALUES) return true;
  }
  return false;
}

/** Where the string that begins here ends; below zero where it does not. */
function endOfString(json: Buffer, from: number): number {
  let end = json.indexOf(QUOTE, from + 1);
  while (end > 0) {
    let slashes = 0;
    while (json[end - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = json.indexOf(QUOTE, end + 1);
  }
  return -1;
}
