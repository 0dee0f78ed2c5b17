/**
 * The objects of stored procedures as JavaScript for QuickJS, a part of the prelude: `snowflake`, Statement, ResultSet,
 * SfDate. What they need of the account they ask as JSON through `ask` (`procedure-host.ts` answers). Source: docs,
 * "JavaScript stored procedures API", "Writing stored procedures in JavaScript".
 */
export const PROCEDURE_API = String.raw`
class SfDate extends NativeDate {
  #seconds; #nanos; #scale; #zone;
  constructor(ms, seconds, nanos, scale, zone) {
    super(ms);
    this.#seconds = seconds; this.#nanos = nanos; this.#scale = scale; this.#zone = zone;
  }
  getEpochSeconds() { return this.#seconds; }
  getNanoSeconds() { return this.#nanos; }
  getScale() { return this.#scale; }
  getTimezone() { return this.#zone; }
}

const LEVELS = ['off', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];
function checkLog(level) {
  let isKnown = false;
  for (let i = 0; i < LEVELS.length; i += 1) if (LEVELS[i] === level) isKnown = true;
  if (!isKnown) throw new NativeError('Invalid log level: ' + level);
}
class Telemetry {
  log(level, message) { checkLog(level); }
  addEvent(name) { if (typeof name !== 'string') throw new NativeError('The name of an event is a string'); }
  setSpanAttribute(key) { if (typeof key !== 'string') throw new NativeError('The key of an attribute is a string'); }
}
/** What functions have: no statements. */
function quietSnowflake() { return new Telemetry(); }

function snowflakeOf(file, body, ask) {
  const source = splitText(body, '\n');
  /** Where the script called, as "Snowflake.execute, line 4 position 20": the first frame of its own. */
  function trace(method) {
    const lines = splitText('' + new NativeError().stack, '\n');
    const word = splitText(method, '.')[1];
    for (let i = 0; i < lines.length; i += 1) {
      const found = test(/\(([^()]*):(\d+):(\d+)\)\s*$/, lines[i]);
      if (found === null || found[1] !== file) continue;
      const position = placeOf(source[found[2] - 1] ?? '', '.' + word) + 1;
      return method + ', line ' + found[2] + ' position ' + (position > 0 ? position : found[3] - 1);
    }
    return method;
  }
  function demand(what, method) {
    const answer = parse(ask(stringify(what)));
    if (answer.error === undefined) return answer;
    const { code, state, message } = answer.error;
    const error = new NativeError(message);
    const own = (key, value) => defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false });
    const at = trace(method);
    own('code', code);
    own('state', state);
    own('stackTraceTxt', at);
    own('toString', function toString() { return this.message; });
    keepFailure(ownFailures, error, { message, trace: at });
    throw error;
  }

  function bindOf(value, index) {
    if (value === null) return null;
    if (typeof value === 'number') return { type: 'REAL', value: '' + value };
    if (typeof value === 'string') return { type: 'TEXT', value };
    throw new NativeError('Unsupported type for binding argument ' + index + value);
  }
  function command(given) {
    if (typeof given !== 'object' || given === null || typeof given.sqlText !== 'string' || given.sqlText === '') {
      throw new NativeError('Invalid command: sqlText is missing or empty');
    }
    const binds = [];
    if (given.binds !== undefined && given.binds !== null) {
      for (let i = 0; i < given.binds.length; i += 1) binds[i] = bindOf(given.binds[i], i + 1);
    }
    return { sqlText: given.sqlText, binds };
  }

  const JS_TYPES = { fixed: 'number', real: 'number', decfloat: 'number', boolean: 'boolean', binary: 'buffer', date: 'date', timestamp_ntz: 'date', timestamp_ltz: 'date', timestamp_tz: 'date', variant: 'json', object: 'json', array: 'json' };
  const isTimestamp = (type) => type === 'timestamp_ntz' || type === 'timestamp_ltz' || type === 'timestamp_tz';

  function wholeAndNanos(text) {
    const isNegative = text[0] === '-';
    const [whole, part = ''] = splitText(text, '.');
    let seconds = +whole;
    let nanos = +cut(part + '000000000', 0, 9);
    if (isNegative && nanos > 0) { seconds = (seconds === 0 ? 0 : seconds) - 1; nanos = 1000000000 - nanos; }
    return [seconds, nanos];
  }
  function valueOf(cell, { type, scale }) {
    if (cell === null) return null;
    switch (type) {
      case 'fixed': case 'decfloat': return +cell;
      case 'real': return cell === 'NaN' ? NaN : numberOf(cell);
      case 'boolean': return cell === '1' || cell === 'true';
      case 'binary': return bytesOf(cell);
      case 'variant': case 'object': case 'array': return decode(type, cell);
      case 'date': {
        const seconds = +cell * 86400;
        const ms = atWall(seconds + '000000000');
        return new SfDate(ms, Math.floor(ms / 1000), 0, 0, -new NativeDate(ms).getTimezoneOffset());
      }
      case 'timestamp_ntz': case 'timestamp_ltz': case 'timestamp_tz': {
        const [moment, zone] = splitText(cell, ' ');
        const [seconds, nanos] = wholeAndNanos(moment);
        const ms = seconds * 1000 + Math.floor(nanos / 1000000);
        const minutes = zone === undefined ? (type === 'timestamp_ltz' ? -new NativeDate(ms).getTimezoneOffset() : 0) : +zone - 1440;
        return new SfDate(ms, seconds, nanos, scale ?? 9, minutes);
      }
      default: return cell;
    }
  }

  class ResultSet {
    #answer; #at = -1; #page = []; #first = 0;
    constructor(answer) {
      this.#answer = answer;
      this.#page = answer.rows;
      const self = this;
      for (let i = 0; i < answer.columns.length; i += 1) {
        const { name } = answer.columns[i];
        if (name in this) continue;
        defineProperty(this, name, { configurable: true, enumerable: true, get() { return self.getColumnValue(i + 1); } });
      }
    }
    next() {
      if (this.#at + 1 >= this.#answer.rowCount) { this.#at = this.#answer.rowCount; return false; }
      this.#at += 1;
      if (this.#at >= this.#first + this.#page.length) {
        this.#first = this.#at;
        this.#page = demand({ op: 'rows', result: this.#answer.result, from: this.#at }, 'ResultSet.next').rows;
      }
      return true;
    }
    #index(column) {
      const { columns } = this.#answer;
      if (typeof column === 'number') {
        if (!isInteger(column) || column < 1 || column > columns.length) throw new NativeError('Given column name/index does not exist: ' + column);
        return column - 1;
      }
      for (let i = 0; i < columns.length; i += 1) if (columns[i].name === column) return i;
      throw new NativeError('Given column name/index does not exist: ' + column);
    }
    #cell(index) {
      const row = this.#at < 0 || this.#at >= this.#answer.rowCount ? undefined : this.#page[this.#at - this.#first];
      if (row === undefined) throw new NativeError('ResultSet is empty or not prepared, call next() first');
      return row[index];
    }
    getColumnValue(column) {
      const index = this.#index(column);
      return valueOf(this.#cell(index), this.#answer.columns[index]);
    }
    getColumnValueAsString(column) {
      const index = this.#index(column);
      const cell = this.#cell(index);
      const { type } = this.#answer.columns[index];
      if (cell === null) return null;
      if (type === 'boolean') return cell === '1' || cell === 'true' ? 'true' : 'false';
      if (type === 'date' || type === 'time' || isTimestamp(type) || type === 'variant' || type === 'object' || type === 'array') {
        return demand({ op: 'text', result: this.#answer.result, row: this.#at, column: index }, 'ResultSet.getColumnValueAsString').text;
      }
      return cell;
    }
    getColumnCount() { return this.#answer.columns.length; }
    getColumnName(column) { return this.#answer.columns[this.#index(column)].name; }
    getColumnScale(column) { return this.#answer.columns[this.#index(column)].scale ?? 0; }
    getColumnSqlType(column) { return this.#answer.columns[this.#index(column)].sqlType; }
    getColumnType(column) { return JS_TYPES[this.#answer.columns[this.#index(column)].type] ?? 'string'; }
    isColumnNullable(column) { return this.#answer.columns[this.#index(column)].nullable; }
    getRowCount() { return this.#answer.rowCount; }
    getNumRowsAffected() { return this.#answer.affected; }
    getQueryId() { return this.#answer.queryId; }
  }

  class Statement {
    #command; #answer; #result;
    constructor(given) { this.#command = command(given); }
    execute() { return this.#run('Statement.execute'); }
    #run(method) {
      this.#answer = demand({ op: 'execute', ...this.#command }, method);
      this.#result = new ResultSet(this.#answer);
      return this.#result;
    }
    executeAsync() { throw new NativeError('the sandbox does not support Statement.executeAsync'); }
    #done() {
      if (this.#answer === undefined) throw new NativeError('Statement is not executed yet.');
      return this.#answer;
    }
    #column(column) { this.#done(); return this.#result.getColumnSqlType(column) && this.#result; }
    #type(column) {
      const { columns } = this.#done();
      this.#result.getColumnName(column);
      for (let i = 0; i < columns.length; i += 1) if (i === column - 1 || columns[i].name === column) return columns[i].type;
      return undefined;
    }
    getColumnCount() { return this.#done().columns.length; }
    getColumnName(column) { return this.#column(column).getColumnName(column); }
    getColumnScale(column) { return this.#column(column).getColumnScale(column); }
    getColumnSqlType(column) { return this.#column(column).getColumnSqlType(column); }
    getColumnType(column) { return this.#column(column).getColumnType(column); }
    isColumnNullable(column) { return this.#column(column).isColumnNullable(column); }
    isColumnText(column) { return this.#type(column) === 'text'; }
    isColumnArray(column) { return this.#type(column) === 'array'; }
    isColumnBinary(column) { return this.#type(column) === 'binary'; }
    isColumnBoolean(column) { return this.#type(column) === 'boolean'; }
    isColumnDate(column) { return this.#type(column) === 'date'; }
    isColumnNumber(column) { const type = this.#type(column); return type === 'fixed' || type === 'real' || type === 'decfloat'; }
    isColumnObject(column) { return this.#type(column) === 'object'; }
    isColumnTime(column) { return this.#type(column) === 'time'; }
    isColumnTimestamp(column) { return isTimestamp(this.#type(column)); }
    isColumnVariant(column) { return this.#type(column) === 'variant'; }
    getNumDuplicateRowsUpdated() { return this.#done().duplicates; }
    getNumRowsAffected() { return this.#done().affected; }
    getNumRowsDeleted() { return this.#done().deleted; }
    getNumRowsInserted() { return this.#done().inserted; }
    getNumRowsUpdated() { return this.#done().updated; }
    getRowCount() { return this.#done().rowCount; }
    getQueryId() { return this.#done().queryId; }
    getSqlText() { return this.#command.sqlText; }
  }

  class Snowflake extends Telemetry {
    execute(given) {
      const { sqlText, binds } = command(given);
      return new ResultSet(demand({ op: 'execute', sqlText, binds }, 'Snowflake.execute'));
    }
    createStatement(given) { return new Statement(given); }
  }
  return new Snowflake();
}
`;
