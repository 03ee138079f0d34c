/** Calls for the user's mail; see HostCalls. */
// eslint-disable-next-line typescript/no-empty-object-type
export interface MailCalls {}
