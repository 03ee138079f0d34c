export * from './driver.ts';
export * from './driver-list.ts';
export * from './errors.ts';
export { orderFlags, systemFlags, type EventDefinition, type MailboxRef, type MessageRef } from './event.ts';
export { messageDataSchema, messageFields, type MessageData, type MessageField } from './events/message.ts';
export * from './events/rfc5423.ts';
export * from './trace.ts';
export * from './transaction.ts';
export * from './trigger.ts';
