import type { Catalog } from '../catalog/catalog.ts';
import type { Schema } from '../catalog/model.ts';
import { addFilledTable } from '../catalog/new-table.ts';
import { parseType } from '../sql/types/index.ts';
import {
  CONTAINERS,
  FINISHES,
  INSTRUCTIONS,
  MATERIALS,
  MODES,
  NATIONS,
  NOUNS,
  PRIORITIES,
  REGIONS,
  SEGMENTS,
  SHADES,
  SIZES,
  VERBS,
} from './tpch-words.ts';

/**
 * The eight tables of TPC-H in the proportions of scale factor 0.01, made by arithmetic on row numbers alone: the same
 * rows each time, keys that join, values within the ranges of the TPC-H specification (clause 4.2.3). The values are not
 * those of the official generator.
 */

const SUPPLIERS = 100;
const PARTS = 2000;
const CUSTOMERS = 1500;
const ORDERS = 15_000;
const CLERKS = 10;

/** A number from 0 to `n` - 1, the same for the same row and purpose. */
const pick = (row: string, purpose: string, n: number): string =>
  `CAST(hash(CAST(${row} AS BIGINT), '${purpose}') % ${n} AS INTEGER)`;
const list = (words: readonly string[]): string => `[${words.map((word) => `'${word}'`).join(', ')}]`;
const word = (words: readonly string[], row: string, purpose: string): string =>
  `${list(words)}[${pick(row, purpose, words.length)} + 1]`;
const money = (row: string, purpose: string, low: number, high: number): string =>
  `CAST(${low} + ${pick(row, purpose, Math.round((high - low) * 100) + 1)} / 100.0 AS DECIMAL(12,2))`;
const padded = (prefix: string, row: string): string => `'${prefix}' || lpad(CAST(${row} AS VARCHAR), 9, '0')`;
const phone = (nation: string, row: string, purpose: string): string =>
  `(${nation} + 10) || '-' || (100 + ${pick(row, `${purpose}1`, 900)}) || '-' || (100 + ${pick(row, `${purpose}2`, 900)}) || '-' || (1000 + ${pick(row, `${purpose}3`, 9000)})`;
const address = (row: string, purpose: string): string =>
  `left(md5('${purpose}' || ${row}), 10 + ${pick(row, `${purpose}len`, 22)})`;
const remark = (row: string, purpose: string, length: number): string =>
  `left(${word(SHADES, row, `${purpose}a`)} || ' ' || ${word(NOUNS, row, `${purpose}b`)} ${`|| ' ' || ${word(VERBS, row, `${purpose}c`)}`} || ' ' || ${word(NOUNS, row, `${purpose}d`)}, ${length})`;
const supplierOf = (part: string, place: string): string =>
  `CAST((${part} + (${place} * (${SUPPLIERS / 4} + (${part} - 1) // ${SUPPLIERS}))) % ${SUPPLIERS} + 1 AS INTEGER)`;
const retailPrice = (part: string): string =>
  `CAST((90000 + ((${part} // 10) % 20001) + 100 * (${part} % 1000)) / 100.0 AS DECIMAL(12,2))`;

interface Definition {
  readonly name: string;
  /** `NAME TYPE`, one column each. */
  readonly columns: readonly string[];
  readonly select: string;
}

const rows = (count: number): string => `(SELECT CAST(range + 1 AS INTEGER) AS k FROM range(${count}))`;

/** Order lines before they are split into ORDERS and LINEITEM; made once. */
const LINES = `
  SELECT o.k, o.orderkey, o.orderdate, l.n AS linenumber,
    1 + ${pick('o.k * 8 + l.n', 'part', PARTS)} AS partkey,
    ${pick('o.k * 8 + l.n', 'place', 4)} AS place,
    1 + ${pick('o.k * 8 + l.n', 'quantity', 50)} AS quantity,
    ${pick('o.k * 8 + l.n', 'discount', 11)} AS discount,
    ${pick('o.k * 8 + l.n', 'tax', 9)} AS tax,
    o.orderdate + 1 + ${pick('o.k * 8 + l.n', 'ship', 121)} AS shipdate,
    o.orderdate + 30 + ${pick('o.k * 8 + l.n', 'commit', 61)} AS commitdate,
    1 + ${pick('o.k * 8 + l.n', 'receipt', 30)} AS receiptdays
  FROM (
    SELECT k, ((k - 1) // 8) * 32 + (k - 1) % 8 + 1 AS orderkey,
      DATE '1992-01-01' + ${pick('k', 'orderdate', 2406)} AS orderdate,
      1 + ${pick('k', 'lines', 7)} AS lines
    FROM ${rows(ORDERS)}) AS o, range(1, 8) AS l(n)
  WHERE l.n <= o.lines`;

const TODAY = "DATE '1995-06-17'";
const EXTENDED = `CAST(quantity * ${retailPrice('partkey')} AS DECIMAL(12,2))`;

const TABLES: readonly Definition[] = [
  {
    name: 'REGION',
    columns: ['R_REGIONKEY NUMBER(38,0)', 'R_NAME VARCHAR(25)', 'R_COMMENT VARCHAR(152)'],
    select: `SELECT k - 1, ${list(REGIONS)}[k], ${remark('k', 'region', 152)} FROM ${rows(REGIONS.length)}`,
  },
  {
    name: 'NATION',
    columns: ['N_NATIONKEY NUMBER(38,0)', 'N_NAME VARCHAR(25)', 'N_REGIONKEY NUMBER(38,0)', 'N_COMMENT VARCHAR(152)'],
    select: `SELECT k - 1, ${list(NATIONS.map(([name]) => name))}[k], [${NATIONS.map(([, region]) => region).join(', ')}][k], ${remark('k', 'nation', 152)} FROM ${rows(NATIONS.length)}`,
  },
  {
    name: 'SUPPLIER',
    columns: [
      'S_SUPPKEY NUMBER(38,0)',
      'S_NAME VARCHAR(25)',
      'S_ADDRESS VARCHAR(40)',
      'S_NATIONKEY NUMBER(38,0)',
      'S_PHONE VARCHAR(15)',
      'S_ACCTBAL NUMBER(12,2)',
      'S_COMMENT VARCHAR(101)',
    ],
    select: `SELECT k, ${padded('Supplier#', 'k')}, ${address('k', 'supplier')}, ${pick('k', 'snation', 25)}, ${phone(pick('k', 'snation', 25), 'k', 'sphone')}, ${money('k', 'sbalance', -999.99, 9999.99)}, ${remark('k', 'supplier', 101)} FROM ${rows(SUPPLIERS)}`,
  },
  {
    name: 'CUSTOMER',
    columns: [
      'C_CUSTKEY NUMBER(38,0)',
      'C_NAME VARCHAR(25)',
      'C_ADDRESS VARCHAR(40)',
      'C_NATIONKEY NUMBER(38,0)',
      'C_PHONE VARCHAR(15)',
      'C_ACCTBAL NUMBER(12,2)',
      'C_MKTSEGMENT VARCHAR(10)',
      'C_COMMENT VARCHAR(117)',
    ],
    select: `SELECT k, ${padded('Customer#', 'k')}, ${address('k', 'customer')}, ${pick('k', 'cnation', 25)}, ${phone(pick('k', 'cnation', 25), 'k', 'cphone')}, ${money('k', 'cbalance', -999.99, 9999.99)}, ${word(SEGMENTS, 'k', 'segment')}, ${remark('k', 'customer', 117)} FROM ${rows(CUSTOMERS)}`,
  },
  {
    name: 'PART',
    columns: [
      'P_PARTKEY NUMBER(38,0)',
      'P_NAME VARCHAR(55)',
      'P_MFGR VARCHAR(25)',
      'P_BRAND VARCHAR(10)',
      'P_TYPE VARCHAR(25)',
      'P_SIZE NUMBER(38,0)',
      'P_CONTAINER VARCHAR(10)',
      'P_RETAILPRICE NUMBER(12,2)',
      'P_COMMENT VARCHAR(23)',
    ],
    select: `SELECT k, ${[1, 2, 3, 4, 5].map((n) => word(SHADES, 'k', `pname${n}`)).join(" || ' ' || ")}, 'Manufacturer#' || (1 + ${pick('k', 'mfgr', 5)}), 'Brand#' || (1 + ${pick('k', 'mfgr', 5)}) || (1 + ${pick('k', 'brand', 5)}), ${word(SIZES, 'k', 'ptype1')} || ' ' || ${word(FINISHES, 'k', 'ptype2')} || ' ' || ${word(MATERIALS, 'k', 'ptype3')}, 1 + ${pick('k', 'size', 50)}, ${word(CONTAINERS, 'k', 'container')}, ${retailPrice('k')}, ${remark('k', 'part', 22)} FROM ${rows(PARTS)}`,
  },
  {
    name: 'PARTSUPP',
    columns: [
      'PS_PARTKEY NUMBER(38,0)',
      'PS_SUPPKEY NUMBER(38,0)',
      'PS_AVAILQTY NUMBER(38,0)',
      'PS_SUPPLYCOST NUMBER(12,2)',
      'PS_COMMENT VARCHAR(199)',
    ],
    select: `SELECT k, ${supplierOf('k', 'p.n')}, 1 + ${pick('k * 4 + p.n', 'available', 9999)}, ${money('k * 4 + p.n', 'cost', 1, 1000)}, ${remark('k * 4 + p.n', 'partsupp', 199)} FROM ${rows(PARTS)}, range(4) AS p(n) ORDER BY k, p.n`,
  },
  {
    name: 'ORDERS',
    columns: [
      'O_ORDERKEY NUMBER(38,0)',
      'O_CUSTKEY NUMBER(38,0)',
      'O_ORDERSTATUS VARCHAR(1)',
      'O_TOTALPRICE NUMBER(12,2)',
      'O_ORDERDATE DATE',
      'O_ORDERPRIORITY VARCHAR(15)',
      'O_CLERK VARCHAR(15)',
      'O_SHIPPRIORITY NUMBER(38,0)',
      'O_COMMENT VARCHAR(79)',
    ],
    // Customers whose key is a multiple of three place no orders.
    select: `SELECT orderkey, (${pick('k', 'customer', CUSTOMERS / 3)}) * 3 + 1 + ${pick('k', 'customer2', 2)},
      CASE WHEN count(*) FILTER (shipdate > ${TODAY}) = 0 THEN 'F' WHEN count(*) FILTER (shipdate <= ${TODAY}) = 0 THEN 'O' ELSE 'P' END,
      CAST(sum(${EXTENDED} * (100 + tax) * (100 - discount) / 10000.0) AS DECIMAL(12,2)), orderdate, ${word(PRIORITIES, 'k', 'priority')}, 'Clerk#' || lpad(CAST(1 + ${pick('k', 'clerk', CLERKS)} AS VARCHAR), 9, '0'), 0, ${remark('k', 'order', 78)}
      FROM tpch_lines GROUP BY k, orderkey, orderdate ORDER BY orderkey`,
  },
  {
    name: 'LINEITEM',
    columns: [
      'L_ORDERKEY NUMBER(38,0)',
      'L_PARTKEY NUMBER(38,0)',
      'L_SUPPKEY NUMBER(38,0)',
      'L_LINENUMBER NUMBER(38,0)',
      'L_QUANTITY NUMBER(12,2)',
      'L_EXTENDEDPRICE NUMBER(12,2)',
      'L_DISCOUNT NUMBER(12,2)',
      'L_TAX NUMBER(12,2)',
      'L_RETURNFLAG VARCHAR(1)',
      'L_LINESTATUS VARCHAR(1)',
      'L_SHIPDATE DATE',
      'L_COMMITDATE DATE',
      'L_RECEIPTDATE DATE',
      'L_SHIPINSTRUCT VARCHAR(25)',
      'L_SHIPMODE VARCHAR(10)',
      'L_COMMENT VARCHAR(44)',
    ],
    select: `SELECT orderkey, partkey, ${supplierOf('partkey', 'place')}, linenumber, quantity, ${EXTENDED}, discount / 100.0, tax / 100.0,
      CASE WHEN shipdate + receiptdays > ${TODAY} THEN 'N' WHEN ${pick('k * 8 + linenumber', 'returned', 2)} = 0 THEN 'R' ELSE 'A' END,
      CASE WHEN shipdate > ${TODAY} THEN 'O' ELSE 'F' END, shipdate, commitdate, shipdate + receiptdays,
      ${word(INSTRUCTIONS, 'k * 8 + linenumber', 'instruct')}, ${word(MODES, 'k * 8 + linenumber', 'mode')}, ${remark('k * 8 + linenumber', 'line', 43)}
      FROM tpch_lines ORDER BY orderkey, linenumber`,
  },
];

/** Adds SNOWFLAKE_SAMPLE_DATA.TPCH_SF1, a hundredth of what Snowflake's schema of that name holds. */
export async function addTpch(catalog: Catalog, schema: Schema): Promise<void> {
  await catalog.duck.run(`CREATE TABLE tpch_lines AS ${LINES}`);
  for (const { name, columns, select } of TABLES) {
    const defined = columns.map((column) => {
      const [columnName = '', type = ''] = column.split(' ');
      return { name: columnName, type: parseType(type), nullable: /COMMENT$/.test(columnName) };
    });
    await addFilledTable(catalog, schema, name, defined, select);
  }
  await catalog.duck.run('DROP TABLE tpch_lines');
}
