/** Values as DuckDB's SQL text. Nothing of a statement's own text reaches DuckDB but through these. */

/** A string literal. */
export function quoteText(value: string): string {
  if (!value.includes('\0')) return `'${value.replaceAll("'", "''")}'`;
  // DuckDB's parser stops at a zero byte, so that one is put in by code point.
  return `concat(${value
    .split('\0')
    .map((part) => `'${part.replaceAll("'", "''")}'`)
    .join(', chr(0), ')})`;
}

/** A quoted identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A number of `precision` digits, `scale` of them behind the point, as DECIMAL. */
export function decimalLiteral(digits: string, precision: number, scale: number): string {
  return `CAST('${digits}' AS DECIMAL(${precision},${scale}))`;
}

/** An integer as HUGEINT. */
export function hugeLiteral(value: bigint): string {
  return `CAST('${value}' AS HUGEINT)`;
}
