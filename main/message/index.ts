export { firstAddress, type FirstAddress } from './address.ts';
export { decodeHeader } from './header-decode.ts';
export { parseMessageDate, type MessageDate, type MessageDialect } from './message-date.ts';
export { parseMessage, parseRawHeaders, type ParseMessageOptions, type RawHeaders } from './parse-message.ts';
export { SNIPPET_LENGTH, textToSnippet } from './snippet.ts';
