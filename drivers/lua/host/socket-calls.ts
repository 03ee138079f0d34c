/** Calls for LuaSocket; see HostCalls. */
// eslint-disable-next-line typescript/no-empty-object-type
export interface SocketCalls {}
