/** How people connect to a sandbox that has just begun to listen. */

/** Who may sign in: anybody, the one pair of `--user` and `--password`, or the users of an accounts file. */
export type Admitted =
  | { readonly kind: 'anybody' }
  | { readonly kind: 'pair'; readonly user: string }
  | { readonly kind: 'listed'; readonly file: string; readonly users: readonly string[] };

/** The lines below `listening on ...`: a sample for each driver and for connections.toml. `account`: a name that is answered. */
export function connectHelp(port: number, account: string, admitted: Admitted): string {
  const { whoMayEnter, name, password } = sampleFor(admitted);
  return `An account in a box for Snowflake's own drivers; ${whoMayEnter}. Ctrl-C ends it.

Node (snowflake-sdk):
  snowflake.createConnection({ accessUrl: 'http://127.0.0.1:${port}', account: '${account}',
    username: '${name}', password: '${password}' })

Python (snowflake-connector-python):
  snowflake.connector.connect(host='127.0.0.1', port=${port}, protocol='http', account='${account}',
    user='${name}', password='${password}')

Go (gosnowflake):
  sql.Open("snowflake", "${name}:${password}@127.0.0.1:${port}?protocol=http&account=${account}")

~/.snowflake/connections.toml:
  [sandbox]
  account = "${account}"
  user = "${name}"
  password = "${password}"
  host = "127.0.0.1"
  port = ${port}
  protocol = "http"
`;
}

function sampleFor(admitted: Admitted): { whoMayEnter: string; name: string; password: string } {
  switch (admitted.kind) {
    case 'anybody':
      return { whoMayEnter: 'any user and any password may sign in', name: 'me', password: 'anything' };
    case 'pair':
      return {
        whoMayEnter: `only ${admitted.user} may sign in`,
        name: admitted.user,
        password: '<the password of --password>',
      };
    case 'listed':
      return {
        whoMayEnter: `only the users of ${admitted.file} may sign in`,
        name: admitted.users[0] ?? '<a user>',
        password: '<the password>',
      };
  }
}
