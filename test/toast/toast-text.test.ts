import { describe, expect, it } from 'vitest';
import { messagesText, toastText } from '../../main/toast/toast-text.ts';
import { newMessage, report } from './sample-report.ts';

describe('toastText', () => {
  it('shows the example of the Dovecot manual', () => {
    const message = newMessage({
      fromDisplayName: 'Ä',
      fromAddress: 'alice@barfoo.org',
      subject: 'Test päivää',
      snippet: 'Hey guys\nThis is only a test...',
    });
    expect(toastText(report(message))).toEqual({
      title: 'Ä',
      body: 'Test päivää\nHey guys This is only a test...',
    });
  });

  it('takes the address when there is no display name, or only an invisible one', () => {
    expect(toastText(report(newMessage({ fromAddress: 'a@b' })))?.title).toBe('a@b');
    expect(
      toastText(report(newMessage({ fromAddress: 'a@b', fromDisplayName: '\u200b \u3164' })))?.title,
    ).toBe('a@b');
  });

  it('has words for a message without anything', () => {
    expect(toastText(report(newMessage()))).toEqual({ title: 'New message', body: '(no subject)' });
  });

  it('shows the snippet alone when there is no subject', () => {
    expect(toastText(report(newMessage({ snippet: 'Hey' })))?.body).toBe('Hey');
  });

  it('has nothing to say about other events', () => {
    expect(toastText(report({ ...newMessage(), name: 'MessageAppend' }))).toBeUndefined();
    expect(toastText(report())).toBeUndefined();
  });

  it('keeps within 120 and 400 graphemes', () => {
    const long = '😀'.repeat(10_000);
    const text = toastText(report(newMessage({ fromDisplayName: long, subject: long, snippet: long })));
    expect(text?.title).toBe(`${'😀'.repeat(119)}…`);
    expect(text?.body).toBe(`${'😀'.repeat(198)}…\n${'😀'.repeat(198)}…`);
  });

  it('counts the messages of one report and lists the newest first', () => {
    const messages = ['one', 'two'].map((subject) => newMessage({ subject, fromDisplayName: 'Bob' }));
    expect(toastText(report(...messages))).toEqual({ title: '2 new messages', body: 'Bob: two\nBob: one' });
  });
});

describe('messagesText', () => {
  it('shows four lines and counts the rest', () => {
    const newest = ['e', 'd', 'c', 'b', 'a'].map((subject) => newMessage({ subject, fromAddress: 'x@y' }));
    expect(messagesText(newest, 12)).toEqual({
      title: '12 new messages',
      body: 'x@y: e\nx@y: d\nx@y: c\nx@y: b\nand 8 more',
    });
  });

  it('never has an empty line', () => {
    expect(messagesText([newMessage(), newMessage()], 2).body).toBe('(no subject)\n(no subject)');
  });
});
