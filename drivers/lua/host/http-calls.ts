/** Calls for dovecot.http; see HostCalls. */
// eslint-disable-next-line typescript/no-empty-object-type
export interface HttpCalls {}
