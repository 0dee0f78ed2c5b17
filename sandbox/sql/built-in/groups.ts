/** Functions over many rows. Source: docs, "Aggregate functions", "Window functions". */
export const GROUPS = `
ANY_VALUE ansi | (ANY) ANY | Some value of the group.
APPROX_COUNT_DISTINCT, HLL | (ANY...) NUMBER | About how many different values there are.
APPROX_PERCENTILE | (FLOAT, FLOAT) FLOAT | About the value below which that share of the values lies.
APPROX_TOP_K | (ANY[, NUMBER[, NUMBER]]) ARRAY | About the most frequent values, with how often they are there.
ARRAY_AGG, ARRAYAGG ansi | (ANY) ARRAY | An array of the values.
ARRAY_UNION_AGG | (ARRAY) ARRAY | The different elements of all arrays, each as often as one array has it at most.
ARRAY_UNIQUE_AGG | (ANY) ARRAY | An array of the different values.
AVG ansi | (NUMBER) NUMBER; (FLOAT) FLOAT | Mean of the values.
BITAND_AGG, BIT_AND_AGG | (NUMBER) NUMBER | Bits that all values have set.
BITMAP_BIT_POSITION | (NUMBER) NUMBER | Which bit of its bitmap stands for a number, counted from 0.
BITMAP_BUCKET_NUMBER | (NUMBER) NUMBER | Which bitmap a number is counted in.
BITMAP_CONSTRUCT_AGG | (NUMBER) BINARY | A bitmap of the bits' positions.
BITMAP_COUNT | (BINARY) NUMBER | How many bits of a bitmap are set.
BITMAP_OR_AGG | (BINARY) BINARY | Bits that one of the bitmaps has set.
BITOR_AGG, BIT_OR_AGG | (NUMBER) NUMBER | Bits that at least one value has set.
BITXOR_AGG, BIT_XOR_AGG | (NUMBER) NUMBER | Bits that an odd count of values has set.
BOOLAND_AGG | (BOOLEAN) BOOLEAN | Whether all values are true.
BOOLOR_AGG | (BOOLEAN) BOOLEAN | Whether one of the values is true.
BOOLXOR_AGG | (BOOLEAN) BOOLEAN | Whether exactly one of the values is true.
CONDITIONAL_CHANGE_EVENT | (ANY) NUMBER | Counts up whenever a value differs from the row before.
CONDITIONAL_TRUE_EVENT | (BOOLEAN) NUMBER | Counts up whenever a condition is true.
CORR ansi | (FLOAT, FLOAT) FLOAT | How closely two columns go together, from -1 to 1.
COUNT ansi | (ANY...) NUMBER | How many rows have no NULL.
COUNT_IF | (BOOLEAN) NUMBER | How many rows meet a condition.
COVAR_POP ansi | (FLOAT, FLOAT) FLOAT | Covariance of a whole population.
COVAR_SAMP ansi | (FLOAT, FLOAT) FLOAT | Covariance of a sample.
CUME_DIST ansi | () FLOAT | Share of the rows up to this one in the window's order.
DENSE_RANK ansi | () NUMBER | Rank in the window's order, without gaps.
FIRST_VALUE ansi | (ANY) ANY | The value in the first row of the window.
GROUPING, GROUPING_ID ansi | (ANY...) NUMBER | Which expressions a row is not grouped by, as bits.
HASH_AGG | (ANY...) NUMBER | A number of 64 bits that depends on all rows, in whatever order.
KURTOSIS | (FLOAT) FLOAT | How heavy the tails of the values are.
LAG ansi | (ANY[, NUMBER[, ANY]]) ANY | The value so many rows before.
LAST_VALUE ansi | (ANY) ANY | The value in the last row of the window.
LEAD ansi | (ANY[, NUMBER[, ANY]]) ANY | The value so many rows behind.
LISTAGG ansi | (VARCHAR[, VARCHAR]) VARCHAR | The values as one text with a separator between them.
MAX ansi | (ANY) ANY | The largest value.
MAX_BY | (ANY, ANY[, NUMBER]) ANY | The value of the row whose second value is the largest.
MEDIAN | (NUMBER) NUMBER; (FLOAT) FLOAT | The value in the middle.
MIN ansi | (ANY) ANY | The smallest value.
MIN_BY | (ANY, ANY[, NUMBER]) ANY | The value of the row whose second value is the smallest.
MODE | (ANY) ANY | The most frequent value.
NTH_VALUE ansi | (ANY, NUMBER) ANY | The value in a row of the window, counted from 1.
NTILE ansi | (NUMBER) NUMBER | Which of so many equal parts of the window the row is in.
OBJECT_AGG, OBJECTAGG | (VARCHAR, VARIANT) OBJECT | An object of keys and values.
PERCENTILE_CONT ansi | (FLOAT) FLOAT | The value below which that share of the values lies, between two where need be.
PERCENTILE_DISC ansi | (FLOAT) ANY | The first value that reaches that share of the values.
PERCENT_RANK ansi | () FLOAT | Rank in the window's order, from 0 to 1.
RANK ansi | () NUMBER | Rank in the window's order, with gaps behind equal rows.
RATIO_TO_REPORT | (NUMBER) NUMBER; (FLOAT) FLOAT | The value's share of the sum.
REGR_AVGX ansi | (FLOAT, FLOAT) FLOAT | Mean of the independent values.
REGR_AVGY ansi | (FLOAT, FLOAT) FLOAT | Mean of the dependent values.
REGR_COUNT ansi | (FLOAT, FLOAT) NUMBER | How many pairs have no NULL.
REGR_INTERCEPT ansi | (FLOAT, FLOAT) FLOAT | Where the line of best fit crosses the axis.
REGR_R2 ansi | (FLOAT, FLOAT) FLOAT | How well the line of best fit fits.
REGR_SLOPE ansi | (FLOAT, FLOAT) FLOAT | Slope of the line of best fit.
REGR_SXX ansi | (FLOAT, FLOAT) FLOAT | Sum of squared distances of the independent values.
REGR_SXY ansi | (FLOAT, FLOAT) FLOAT | Sum of products of both distances.
REGR_SYY ansi | (FLOAT, FLOAT) FLOAT | Sum of squared distances of the dependent values.
ROW_NUMBER ansi | () NUMBER | Number of the row in the window's order.
SKEW | (FLOAT) FLOAT | How lopsided the values are.
STDDEV, STDDEV_SAMP ansi | (FLOAT) FLOAT | Standard deviation of a sample.
STDDEV_POP ansi | (FLOAT) FLOAT | Standard deviation of a whole population.
STRING_AGG | (VARCHAR[, VARCHAR]) VARCHAR | The values as one text with a separator between them.
SUM ansi | (NUMBER) NUMBER; (FLOAT) FLOAT | Sum of the values.
VARIANCE, VARIANCE_SAMP, VAR_SAMP ansi | (FLOAT) FLOAT | Variance of a sample.
VARIANCE_POP, VAR_POP ansi | (FLOAT) FLOAT | Variance of a whole population.
`;
