import type { DuckDBConnection } from '@duckdb/node-api';
import { MAX_TEXT } from '../types/type.ts';
import { TAG } from '../types/variant-text.ts';
import { XML_START } from '../types/xml-model.ts';

const DAY = '86400000000000';

/**
 * Macros by name with parameters and body: everything that DuckDB can compute by itself stays there. Parameters begin
 * with `p_`, so that they cannot meet a column's name.
 */
export const MACROS: readonly (readonly [string, string])[] = [
  // A struct is a row that is cast: in a correlated subquery DuckDB forgets the names that struct_pack was given.
  // Division that rounds down, by a positive number: of BIGINT, of any HUGEINT, and of a HUGEINT whose quotient is a
  // BIGINT. DuckDB divides 128-bit integers bit by bit, so the last one takes the way over BIGINT or DOUBLE.
  ['sf_bdiv(p_a, p_b)', 'p_a // p_b - CASE WHEN p_a % p_b < 0 THEN 1 ELSE 0 END'],
  ['sf_hdiv(p_a, p_b)', 'CASE WHEN p_a < 0 AND p_a % p_b <> 0 THEN p_a // p_b - 1 ELSE p_a // p_b END'],
  [
    'sf_fdiv_far(p_a, p_b)',
    `list_transform([CAST(row(p_a, CAST(trunc(CAST(p_a AS DOUBLE) / p_b) AS BIGINT)) AS STRUCT(a HUGEINT, q BIGINT))],
       lambda x: x.q + sf_bdiv(CAST(x.a - CAST(x.q AS HUGEINT) * p_b AS BIGINT), p_b))[1]`,
  ],
  [
    'sf_fdiv(p_a, p_b)',
    'CASE WHEN p_a BETWEEN -9223372036854775808 AND 9223372036854775807 THEN sf_bdiv(CAST(p_a AS BIGINT), p_b) ELSE sf_fdiv_far(p_a, p_b) END',
  ],
  // Tens of nanoseconds are more than a BIGINT from the year 4892 on.
  [
    'sf_cut(p_n, p_unit)',
    'CASE WHEN p_unit < 100 THEN sf_hdiv(p_n, p_unit) ELSE CAST(sf_fdiv(p_n, p_unit) AS HUGEINT) END * p_unit',
  ],
  // Whole decimals of more than 18 digits as integers: by way of 18 digits where they fit, which is far faster.
  [
    'sf_bigint(p_x)',
    'CASE WHEN abs(p_x) < 1000000000000000000 THEN CAST(CAST(p_x AS DECIMAL(18,0)) AS BIGINT) ELSE CAST(p_x AS BIGINT) END',
  ],
  [
    'sf_huge(p_x)',
    'CASE WHEN abs(p_x) < 1000000000000000000 THEN CAST(CAST(CAST(p_x AS DECIMAL(18,0)) AS BIGINT) AS HUGEINT) ELSE CAST(p_x AS HUGEINT) END',
  ],

  // Timestamps are nanoseconds; DuckDB's calendar wants microseconds.
  ['sf_us(p_n)', 'sf_fdiv(p_n, 1000)'],
  ['sf_ts(p_n)', 'make_timestamp(sf_us(p_n))'],
  ['sf_ts_ns(p_t)', 'CAST(epoch_us(p_t) AS HUGEINT) * 1000'],
  ['sf_date_ns(p_d)', `CAST(p_d - DATE '1970-01-01' AS HUGEINT) * ${DAY}`],
  ['sf_ns_date(p_n)', `DATE '1970-01-01' + CAST(sf_fdiv(p_n, ${DAY}) AS INTEGER)`],
  ['sf_ns_time(p_n)', `CAST(p_n - CAST(sf_fdiv(p_n, ${DAY}) AS HUGEINT) * ${DAY} AS BIGINT)`],

  // Zones. The offset is in minutes ahead of UTC.
  [
    'sf_shift(p_utc, p_zone)',
    'list_transform([sf_us(p_utc)], lambda u: epoch_us(timezone(p_zone, make_timestamptz(u))) - u)[1]',
  ],
  [
    'sf_shift_back(p_wall, p_zone)',
    'list_transform([sf_us(p_wall)], lambda u: epoch_us(timezone(p_zone, make_timestamp(u))) - u)[1]',
  ],
  ['sf_offset(p_utc, p_zone)', 'CAST(sf_shift(p_utc, p_zone) // 60000000 AS INTEGER)'],
  ['sf_local(p_utc, p_zone)', 'p_utc + CAST(sf_shift(p_utc, p_zone) AS HUGEINT) * 1000'],
  ['sf_utc(p_wall, p_zone)', 'p_wall + CAST(sf_shift_back(p_wall, p_zone) AS HUGEINT) * 1000'],
  ['sf_tz_wall(p_v)', 'p_v.utc + CAST(p_v.off AS HUGEINT) * 60000000000'],
  [
    'sf_tz_pack(p_utc, p_off)',
    'CASE WHEN p_utc IS NOT NULL AND p_off IS NOT NULL THEN CAST(row(p_utc, p_off) AS STRUCT(utc HUGEINT, off SMALLINT)) END',
  ],
  ['sf_tz_of(p_utc, p_zone)', 'sf_tz_pack(p_utc, sf_offset(p_utc, p_zone))'],
  ['sf_tz_unpack(p_p)', 'sf_tz_pack(sf_hdiv(p_p, 4096), p_p - sf_hdiv(p_p, 4096) * 4096 - 2048)'],
  ['sf_tz_cut(p_v, p_unit)', 'sf_tz_pack(sf_cut(p_v.utc, p_unit), p_v.off)'],

  // Texts and numbers.
  [
    'sf_real_text(p_x)',
    `CASE WHEN isnan(p_x) THEN 'NaN' WHEN isinf(p_x) THEN CASE WHEN p_x > 0 THEN 'inf' ELSE '-inf' END
     WHEN p_x = trunc(p_x) AND abs(p_x) < 1e15 THEN CAST(CAST(p_x AS BIGINT) AS VARCHAR) ELSE regexp_replace(CAST(p_x AS VARCHAR), '[.]0$', '') END`,
  ],
  [
    'sf_round_real(p_x, p_n)',
    'CASE WHEN p_n >= 0 THEN round(p_x, p_n) ELSE round(p_x / pow(10, -p_n)) * pow(10, -p_n) END',
  ],
  ['sf_trunc_real(p_x, p_n)', 'trunc(p_x * pow(10, p_n)) / pow(10, p_n)'],
  ['sf_text_real(p_s)', "CASE WHEN contains(p_s, '_') THEN NULL ELSE TRY_CAST(p_s AS DOUBLE) END"],
  [
    'sf_text_boolean(p_s)',
    `CASE WHEN lower(trim(p_s)) IN ('true', 't', 'yes', 'y', 'on', '1') THEN true
     WHEN lower(trim(p_s)) IN ('false', 'f', 'no', 'n', 'off', '0') THEN false END`,
  ],

  // A start of 0 counts as 1; before the beginning there is nothing.
  [
    'sf_substr(p_s, p_from, p_count)',
    `CASE WHEN p_count <= 0 THEN '' WHEN p_from = 0 THEN substr(p_s, 1, p_count)
     WHEN p_from < 0 AND -p_from > length(p_s) THEN '' ELSE substr(p_s, p_from, p_count) END`,
  ],
  [
    'sf_replace(p_s, p_part, p_by)',
    `list_transform([CAST(row(p_s, p_part, p_by) AS STRUCT(s VARCHAR, part VARCHAR, put VARCHAR))], lambda x: CASE WHEN x.part = '' THEN x.s
     WHEN length(x.put) > length(x.part) AND CAST(length(x.s) AS HUGEINT) * length(x.put) // length(x.part) > ${MAX_TEXT} THEN sf_too_long(left(x.s, 100) || '...')
     WHEN length(x.put) > length(x.part) AND sf_room(strlen(x.s) * strlen(x.put) // strlen(x.part)) IS NULL THEN NULL
     ELSE replace(x.s, x.part, x.put) END)[1]`,
  ],
  // DuckDB would take gigabytes beside its memory limit for a text that no column can hold.
  [
    'sf_repeat(p_s, p_n, p_copies)',
    `list_transform([CAST(row(p_s, p_n) AS STRUCT(s VARCHAR, n BIGINT))], lambda x: CASE WHEN x.n <= 0 THEN left(x.s, 0)
     WHEN CAST(length(x.s) AS HUGEINT) * x.n > ${MAX_TEXT} THEN sf_too_long(left(x.s, 100) || '...')
     WHEN strlen(x.s) * x.n > 65536 AND sf_room(strlen(x.s) * x.n * p_copies) IS NULL THEN NULL
     ELSE repeat(x.s, x.n) END)[1]`,
  ],
  [
    'sf_range(p_from, p_to, p_step)',
    `array_to_string(range(p_from, CASE WHEN p_step <> 0 AND (CAST(p_to AS HUGEINT) - p_from) // p_step > ${MAX_TEXT / 2}
       THEN CAST(sf_too_long('[' || p_from || ',...') AS BIGINT) ELSE p_to END, p_step), ',')`,
  ],

  // Variants (canonical JSON text).
  ['sf_v_tag(p_letter, p_text)', `'"${TAG}' || p_letter || p_text || '"'`],
  [
    'sf_v_of_text(p_s)',
    `CASE WHEN starts_with(p_s, '${TAG}') THEN CAST(to_json('${TAG}s' || p_s) AS VARCHAR) ELSE CAST(to_json(p_s) AS VARCHAR) END`,
  ],
  ['sf_v_of_real(p_x)', "sf_v_tag('f', sf_real_text(p_x))"],
  ['sf_v_trim(p_t)', "rtrim(rtrim(p_t, '0'), '.')"],
  [
    'sf_v_of_decimal(p_t)',
    `CASE WHEN length(sf_v_trim(p_t)) <= 16 AND NOT starts_with(ltrim(p_t, '-'), '0.0000') THEN sf_v_trim(p_t)
     WHEN contains(sf_v_trim(p_t), '.') THEN sf_v_tag('n', sf_v_trim(p_t)) ELSE sf_v_trim(p_t) END`,
  ],
  // The words of a scalar: strings without quotes; NULL for JSON null.
  [
    'sf_v_scalar(p_v, p_zone)',
    `CASE WHEN p_v = 'null' THEN NULL WHEN NOT starts_with(p_v, '"') THEN p_v
     WHEN contains(p_v, '${TAG}') THEN sf_v_words(p_v, p_zone) ELSE json_extract_string(p_v, '$') END`,
  ],
  [
    'sf_v_text(p_v, p_zone)',
    `CASE WHEN p_v = 'null' THEN NULL
     WHEN starts_with(p_v, '"') THEN sf_v_scalar(p_v, p_zone)
     WHEN starts_with(p_v, '${XML_START}') THEN sf_v_words(p_v, p_zone)
     WHEN contains(p_v, '${TAG}') THEN sf_v_json(p_v, p_zone) ELSE p_v END`,
  ],
  ['sf_v_number(p_v)', `CASE WHEN p_v = 'true' THEN '1' WHEN p_v = 'false' THEN '0' ELSE sf_v_scalar(p_v, 'UTC') END`],
  [
    'sf_v_boolean(p_v)',
    `CASE WHEN p_v = 'true' THEN true WHEN p_v = 'false' THEN false WHEN starts_with(p_v, '"') THEN sf_text_boolean(sf_v_scalar(p_v, 'UTC')) ELSE TRY_CAST(p_v AS DOUBLE) <> 0 END`,
  ],

  // Elements of a value as rows of value, key and index.
  [
    'sf_entries(p_v)',
    `list_zip(
       CASE WHEN starts_with(p_v, '[') THEN CAST(json_extract(p_v, '$[*]') AS VARCHAR[])
         WHEN starts_with(p_v, '{') THEN CAST(json_extract(p_v, '$.*') AS VARCHAR[]) ELSE CAST([] AS VARCHAR[]) END,
       CASE WHEN starts_with(p_v, '{') THEN json_keys(p_v) END,
       CASE WHEN starts_with(p_v, '[') THEN range(CAST(json_array_length(p_v) AS BIGINT)) END)`,
  ],
  [
    'sf_outer(p_list)',
    'CASE WHEN len(p_list) > 0 THEN p_list ELSE [row(CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS BIGINT))] END',
  ],
  ['sf_numbered(p_list)', 'list_zip(p_list, range(1, len(p_list) + 1))'],

  // Random numbers: draws from a generator's number, spread evenly by hashing it.
  ['sf_random()', 'CAST(hash(random()) AS HUGEINT) - 9223372036854775808'],
  ['sf_draw(p_g, p_span)', 'hash(p_g) % CAST(p_span AS UBIGINT)'],
  ['sf_unit(p_g)', 'CAST(hash(p_g) AS DOUBLE) / 18446744073709551616.0'],
  ['sf_hash(p_s)', 'CAST(CAST(hash(p_s) AS HUGEINT) - 9223372036854775808 AS BIGINT)'],
  // What puts variants in order: numbers by value, then texts, then the rest.
  [
    'sf_v_order(p_v)',
    `CASE WHEN p_v IS NOT NULL THEN CAST(row(
       CASE WHEN TRY_CAST(sf_v_digits(p_v) AS DOUBLE) IS NOT NULL THEN 0 WHEN p_v IN ('true', 'false') THEN 1 WHEN starts_with(p_v, '"') THEN 2 ELSE 3 END,
       TRY_CAST(sf_v_digits(p_v) AS DOUBLE),
       CASE WHEN starts_with(p_v, '"') THEN json_extract_string(p_v, '$') ELSE p_v END
     ) AS STRUCT(kind INTEGER, number DOUBLE, words VARCHAR)) END`,
  ],
  [
    'sf_v_digits(p_v)',
    `CASE WHEN starts_with(p_v, '"${TAG}f') OR starts_with(p_v, '"${TAG}n') THEN trim(substr(p_v, 4), '"') WHEN starts_with(p_v, '"') THEN NULL ELSE p_v END`,
  ],

  // Exact division: a quotient of scaled integers, rounded half away from zero.
  [
    'sf_div_round(p_n, p_d)',
    'p_n // p_d + CASE WHEN 2 * abs(p_n % p_d) >= abs(p_d) THEN CASE WHEN (p_n < 0) <> (p_d < 0) THEN -1 ELSE 1 END ELSE 0 END',
  ],
  [
    'sf_div_int(p_a, p_b, p_m)',
    `CASE WHEN p_b = 0 THEN CAST(sf_raise('100051', '22012', 'Division by zero') AS HUGEINT)
     WHEN abs(p_a) < 9000000000000000000 // p_m AND abs(p_b) < 4000000000000000000
       THEN CAST(sf_div_round(CAST(p_a AS BIGINT) * CAST(p_m AS BIGINT), CAST(p_b AS BIGINT)) AS HUGEINT)
     WHEN abs(p_a) < 100000000000000000000000000000000000000 // p_m AND abs(p_b) < 10000000000000000000000000000000000000 THEN sf_div_round(p_a * p_m, p_b)
     ELSE CAST(sf_div_big(CAST(p_a AS VARCHAR), CAST(p_b AS VARCHAR), CAST(p_m AS VARCHAR)) AS HUGEINT) END`,
  ],
];

/** Creates the macros in the connection's current catalog's main schema, as `CREATE OR REPLACE`. */
export async function createMacros(connection: DuckDBConnection): Promise<void> {
  for (const [signature, body] of MACROS) await connection.run(`CREATE OR REPLACE MACRO ${signature} AS (${body})`);
}
