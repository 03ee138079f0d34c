import {
  BridgeTransactionError,
  decodeBridgeTransaction,
  type DecodedBridgeTransaction,
} from '#contract/bridge';
import { decodeText, requireType, RequestRejected } from './ox-request.ts';

/** A body of the bridge that was read, and the text or bytes to keep. */
export interface BridgeBody extends DecodedBridgeTransaction {
  readonly source: 'bridge';
  readonly raw: string | Uint8Array;
}

/**
 * Reads a body of the bridge.
 *
 * @throws RequestRejected 415 for another type than JSON, 400 for a body that cannot be read.
 */
export function decodeBridgeBody(body: Uint8Array, contentType: string | undefined): BridgeBody {
  requireType(contentType, ['json']);
  const { text, raw, notes } = decodeText(body);
  try {
    const decoded = decodeBridgeTransaction(text);
    return { ...decoded, notes: [...notes, ...decoded.notes], source: 'bridge', raw };
  } catch (error) {
    if (!(error instanceof BridgeTransactionError)) throw error;
    const { code, field, message } = error;
    throw new RequestRejected(400, { code, message, ...(field !== undefined && { field }) });
  }
}
