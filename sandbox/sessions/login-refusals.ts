/**
 * What Snowflake says to each kind of failed sign-in. Numbers and texts: PROTOCOL §2; Duo's (390120 to 390132) are those of
 * the documentation page "Using Duo as a multi-factor authentication (MFA) method"; the rest as users of drivers report.
 */
import { Refusal, type RefusalData } from './refusal.ts';

const login = (code: string, message: string, data: RefusalData = {}) => new Refusal(code, message, data);

export const loginRefusals = {
  /** The front door knows no such account: HTTP 403, as for a host name that is not there. */
  unknownAccount: (account: string) =>
    new Refusal('390403', `Account '${account}' is not known here. Verify the account name.`, null, 403),
  wrongPassword: () => login('390100', 'Incorrect username or password was specified.'),
  locked: () =>
    login(
      '390102',
      'Your user account has been temporarily locked due to too many failed attempts. Try again after 15 minutes or contact your account administrator for assistance.',
    ),
  disabled: () => login('390101', 'User access disabled. Contact your local system administrator.'),
  passwordExpired: () =>
    login('390106', 'Specified password has expired. Password must be changed using the Snowflake web console.', {
      nextAction: 'PWD_CHANGE',
    }),
  networkPolicy: (address: string) =>
    login('390422', `Incoming request with IP/Token ${address} is not allowed to access Snowflake.`),
  mfaEnrolment: () =>
    login('390197', 'Multi-factor authentication is required for this account. Log in to Snowsight to enroll.'),
  /** A passcode is needed and none came: from an authenticator app, or from Duo without push. */
  totpRequired: () =>
    login(
      '394508',
      'MFA with TOTP is required. To authenticate, provide both your password and a current TOTP passcode.',
      { nextAction: 'RETRY_LOGIN' },
    ),
  pushDisabled: () =>
    login('390132', 'Duo Push is not enabled for your MFA. Provide a passcode as part of the connection string.'),
  totpWrong: () => login('394507', 'TOTP Invalid', { nextAction: 'RETRY_LOGIN' }),
  passcodeWrong: () => login('390127', 'Incorrect passcode was specified.', { nextAction: 'EXT_AUTHN_FAILED' }),
  pushDenied: () => login('390120', 'Duo Security authentication is denied.', { nextAction: 'EXT_AUTHN_FAILED' }),
  pushTimedOut: () =>
    login(
      '390126',
      'Timed out waiting for your login request approval via Duo Mobile. If your mobile device has no data service, generate a Duo passcode and enter it in the connect string.',
      { nextAction: 'EXT_AUTHN_FAILED' },
    ),
  /** Snowflake tells the client no reason; the id leads an administrator to it. */
  jwtInvalid: (failureId: string) => login('390144', `JWT token is invalid. [${failureId}]`),
  oauthInvalid: () => login('390303', 'Invalid OAuth access token.'),
  oauthExpired: () => login('390318', 'OAuth access token expired.'),
  oauthUserMismatch: () =>
    login('390309', 'The user you were trying to authenticate as differs from the user tied to the access token.'),
  accessTokenInvalid: () => login('394400', 'Programmatic access token is invalid.'),
  idTokenExpired: () => login('390110', 'Id Token has expired. Please login again.'),
  idTokenInvalid: () => login('390195', 'Id Token is invalid.'),
  browserUserMismatch: () =>
    login(
      '390191',
      'The user you were trying to authenticate as differs from the user currently logged in at the IDP.',
    ),
  browserTokenInvalid: () => login('390133', 'SAML response is invalid or matching user is not found.'),
  roleUnknown: (role: string) =>
    login(
      '390189',
      `Role '${role}' specified in the connect string is not granted to this user. Contact your local system administrator, or attempt to login with another role, e.g. PUBLIC.`,
    ),
  objectUnknown: (kind: string, name: string) =>
    login('390201', `The requested ${kind} does not exist or not authorized: ${name}.`),
  unsupported: (what: string) => login('390410', `The sandbox does not support signing in with ${what}.`),
} as const;
