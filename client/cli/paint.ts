/** Colours for a terminal; each function leaves text as it is where colours are not wanted. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
}

/** Colours where the stream is a terminal and NO_COLOR (no-color.org) is not set. */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const isColoured = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const with_ = (open: number, close: number) => (text: string) =>
    isColoured ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return { bold: with_(1, 22), dim: with_(2, 22), green: with_(32, 39), yellow: with_(33, 39), red: with_(31, 39) };
}
