/**
 * Which functions of Snowflake's the sandbox translates, and how. One file for each of the documentation's families; what
 * stands in none of them never reaches DuckDB.
 */
import { aggregateRules } from './aggregates.ts';
import { arrayRules } from './arrays.ts';
import { bitmapRules } from './bitmaps.ts';
import { collectingRules } from './collecting.ts';
import { conditionalRules } from './conditional.ts';
import { contextRules } from './context.ts';
import { conversionRules } from './conversion.ts';
import { dateFieldRules } from './date-fields.ts';
import { dateMakingRules } from './date-making.ts';
import { dateRules } from './dates.ts';
import { encodingRules } from './encodings.ts';
import { numericRules } from './numeric.ts';
import { objectRules } from './objects.ts';
import { randomRules } from './random.ts';
import { regexRules } from './regex.ts';
import type { Rule } from './rule.ts';
import { statisticsRules } from './statistics.ts';
import { stringRules } from './strings.ts';
import { windowRules } from './windows.ts';

const RULES: ReadonlyMap<string, Rule> = new Map(
  [
    aggregateRules,
    arrayRules,
    bitmapRules,
    collectingRules,
    conditionalRules,
    contextRules,
    conversionRules,
    dateFieldRules,
    dateMakingRules,
    dateRules,
    encodingRules,
    numericRules,
    objectRules,
    randomRules,
    regexRules,
    statisticsRules,
    stringRules,
    windowRules,
  ].flatMap((rules) => Object.entries(rules)),
);

/** The rule of a function by its folded name. */
export function ruleOf(name: string): Rule | undefined {
  return RULES.get(name);
}

/**
 * Functions that Snowflake has and the sandbox refuses by name, so that they are not taken for misspelt ones. Source: docs,
 * "Alphabetical list of functions".
 */
export const KNOWN_UNSUPPORTED: ReadonlySet<string> = new Set(
  `AI_AGG AI_CLASSIFY AI_COMPLETE AI_COUNT_TOKENS AI_EMBED AI_EXTRACT AI_FILTER AI_PARSE_DOCUMENT AI_REDACT AI_SENTIMENT
  AI_SIMILARITY AI_SUMMARIZE_AGG AI_TRANSCRIBE AI_TRANSLATE ALL_USER_NAMES ALERT_HISTORY ANY_ACTOR APPLICABLE_ROLES
  APPROXIMATE_JACCARD_INDEX APPROXIMATE_SIMILARITY APPROX_PERCENTILE_ACCUMULATE APPROX_PERCENTILE_COMBINE
  APPROX_PERCENTILE_ESTIMATE APPROX_TOP_K_ACCUMULATE APPROX_TOP_K_COMBINE APPROX_TOP_K_ESTIMATE
  BITMAP_AND_AGG BUILD_SCOPED_FILE_URL BUILD_STAGE_FILE_URL CHECK_XML CLASSIFY_TEXT
  COLLATE COLLATION COMPLETE COMPRESS CORTEX CUMULATIVE_PRIVACY_LOSSES DATA_SOURCE DECOMPRESS_BINARY DECOMPRESS_STRING
  DECRYPT DECRYPT_RAW DYNAMIC_TABLES EMBED_TEXT_768 EMBED_TEXT_1024 ENCRYPT ENCRYPT_RAW ESTIMATE_REMAINING_DP_AGGREGATES
  EXTRACT_SEMANTIC_CATEGORIES FL_GET_CONTENT_TYPE FL_GET_FILE_TYPE FL_GET_RELATIVE_PATH FL_GET_SIZE FL_GET_STAGE
  GENERATE_COLUMN_DESCRIPTION GET_ABSOLUTE_PATH GET_ANACONDA_PACKAGES_REPODATA GET_CONDITION_QUERY_UUID
  GET_OBJECT_REFERENCES GET_PRESIGNED_URL GET_QUERY_OPERATOR_STATS GET_RELATIVE_PATH GET_STAGE_LOCATION H3_CELL_TO_BOUNDARY
  H3_LATLNG_TO_CELL H3_LATLNG_TO_CELL_STRING H3_POINT_TO_CELL HLL_ACCUMULATE HLL_COMBINE HLL_ESTIMATE HLL_EXPORT HLL_IMPORT
  INTEGRATION IS_DATABASE_ROLE_IN_SESSION IS_GRANTED_TO_INVOKER_ROLE IS_INSTANCE_ROLE_IN_SESSION
  INVOKER_SHARE MAP_CAT MAP_CONTAINS_KEY MAP_DELETE MAP_INSERT MAP_KEYS MAP_PICK MAP_SIZE MINHASH MINHASH_COMBINE
  PARSE_DOCUMENT PARSE_IP PARSE_XML POLICY_CONTEXT PROMPT SENTIMENT SHOW_PYTHON_PACKAGES
  STAGE_DIRECTORY_FILE_REGISTRATION_HISTORY STAGE_STORAGE_USAGE_HISTORY SUMMARIZE ST_AREA ST_ASBINARY
  ST_ASGEOJSON ST_ASTEXT ST_ASWKB ST_ASWKT ST_AZIMUTH ST_BUFFER ST_CENTROID ST_COLLECT ST_CONTAINS ST_COVEREDBY ST_COVERS
  ST_DIFFERENCE ST_DISJOINT ST_DISTANCE ST_DWITHIN ST_ENVELOPE ST_GEOGFROMGEOHASH ST_GEOGRAPHYFROMWKT ST_GEOHASH
  ST_INTERSECTION ST_INTERSECTS ST_ISVALID ST_LENGTH ST_MAKELINE ST_MAKEPOINT ST_MAKEPOLYGON ST_NPOINTS ST_PERIMETER
  ST_POINT ST_POINTN ST_SIMPLIFY ST_SRID ST_TRANSFORM ST_UNION ST_WITHIN ST_X ST_Y TAG_REFERENCES TEXT_HTML
  TO_DECFLOAT TO_FILE TO_GEOGRAPHY TO_GEOMETRY TO_QUERY TO_XML TRANSLATE_TEXT TRY_COMPLETE TRY_DECRYPT TRY_DECRYPT_RAW
  TRY_TO_DECFLOAT TRY_TO_GEOGRAPHY TRY_TO_GEOMETRY UNICODE_NORMALIZE VECTOR_AVG VECTOR_COSINE_SIMILARITY
  VECTOR_INNER_PRODUCT VECTOR_L1_DISTANCE VECTOR_L2_DISTANCE VECTOR_SUM XMLGET ZIPF INTERPOLATE_BFILL INTERPOLATE_FFILL
  INTERPOLATE_LINEAR SEARCH SEARCH_IP BIND_VALUES DATE_RANGE AUTOINCREMENT`.split(/\s+/),
);
