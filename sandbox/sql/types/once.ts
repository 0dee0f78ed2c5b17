/** Texts this short are as cheap to copy as to name. */
const SHORT = 45;

/** A name made of a text (FNV-1a), so that names of nested lambdas differ unless they stand for the same value. */
function nameOf(sql: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < sql.length; i++) hash = Math.imul(hash ^ sql.charCodeAt(i), 0x01000193);
  return `e${(hash >>> 0).toString(36)}`;
}

/**
 * A DuckDB expression that uses another one several times, while that one is written and computed only once: it becomes
 * the parameter of a lambda over a list of one. Short texts (columns, constants) are copied. Without this, nested
 * conversions would multiply each other's texts, and planning them would take seconds.
 */
export function once(sql: string, work: (sql: string) => string, limit = SHORT): string {
  if (sql.length <= limit) return work(sql);
  const name = nameOf(sql);
  return `list_transform([${sql}], lambda ${name}: ${work(name)})[1]`;
}
