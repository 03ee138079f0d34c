import type { ScriptExchange } from '../net/script-exchange.ts';

/** Milliseconds that a call may wait; null: for ever. 0: what is there at once. */
type TimeoutMs = number | null;

export type SocketFamily = 'any' | 'inet' | 'inet6';

export interface ConnectRequest {
  /** A name or an address in any spelling, as the script wrote it. */
  readonly host: string;
  /** A number or the name of a service. */
  readonly port: string;
  readonly family: SocketFamily;
  readonly timeoutMs: TimeoutMs;
  /** `http`: may be captured (NetAccess). */
  readonly purpose: 'http' | 'tcp';
  /** The host that a proxy is asked for: it must be allowed too. */
  readonly behindProxy?: string;
}

export interface EndPoint {
  readonly address: string;
  readonly port: number;
  readonly family: 'inet' | 'inet6';
}

export type ConnectResult =
  | { readonly id: number; readonly peer: EndPoint; readonly local: EndPoint }
  | { readonly captured: true }
  | SocketTrouble;

/** What LuaSocket answers beside nil: `timeout`, `closed`, `connection refused`, … */
export interface SocketTrouble {
  readonly error: string;
}

/** Calls for LuaSocket; see HostCalls. Trouble on the network is a result, never a rejection. */
export interface SocketCalls {
  'socket.connect': { argument: ConnectRequest; result: ConnectResult };
  /** Goes on in TLS over a connection. The certificate is looked at when `verifies` is set. */
  'socket.startTls': {
    argument: { id: number; serverName: string; verifies: boolean; timeoutMs: TimeoutMs };
    result: SocketTrouble | null;
  };
  'socket.send': {
    argument: { id: number; bytes: Uint8Array; timeoutMs: TimeoutMs };
    result: SocketTrouble | null;
  };
  /** Sends `unsent`, then gives whatever has arrived, at least one byte. */
  'socket.receive': {
    argument: { id: number; timeoutMs: TimeoutMs; unsent?: Uint8Array };
    result: { readonly bytes: Uint8Array } | SocketTrouble;
  };
  /** Those of the connections that a receive would not have to wait for; empty after the time. */
  'socket.ready': {
    argument: { ids: readonly number[]; timeoutMs: TimeoutMs };
    result: { readonly ids: readonly number[] };
  };
  /** Says to the peer that nothing more will be sent. */
  'socket.finish': { argument: { id: number }; result: null };
  'socket.close': { argument: { id: number }; result: null };
  'socket.lookup': {
    argument: { host: string; family: SocketFamily };
    result: { readonly endPoints: readonly Omit<EndPoint, 'port'>[] } | SocketTrouble;
  };
  /** The name of an address. */
  'socket.reverse': { argument: { address: string }; result: { readonly name: string } | SocketTrouble };
  'socket.sleep': { argument: { durationMs: number }; result: null };
  /** Hands over what a request of the script was and what came of it. */
  'socket.record': { argument: ScriptExchange; result: null };
}
