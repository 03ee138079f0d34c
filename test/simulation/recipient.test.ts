import { describe, expect, it } from 'vitest';
import { readRecipient } from '../../main/simulation/recipient.ts';

describe('readRecipient', () => {
  it.each([
    ['Alice@Example.com', 'alice@example.com', 'INBOX'],
    ['alice+Archive/Sub@example.com', 'alice@example.com', 'Archive/Sub'],
    ['alice+inbox@example.com', 'alice@example.com', 'INBOX'],
    ['alice+@example.com', 'alice@example.com', 'INBOX'],
    ['alice', 'alice', 'INBOX'],
    ['"a b+New"@example.com', 'a b@example.com', 'New'],
    ['alice+a+b@example.com', 'alice@example.com', 'a+b'],
  ])('reads %s as %s in %s', (address, user, mailbox) => {
    expect(readRecipient(address)).toEqual({ user, mailbox });
  });
});
