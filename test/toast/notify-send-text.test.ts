import { describe, expect, it } from 'vitest';
import { escapeMarkup, notifySendText, terminalNotifierText } from '../../main/toast/notify-send-text.ts';

describe('escapeMarkup', () => {
  it('makes plain text of markup and entities', () => {
    expect(escapeMarkup('<a href="x">&#x0;</a>')).toBe('&lt;a href="x"&gt;&amp;#x0;&lt;/a&gt;');
  });
});

describe('notifySendText', () => {
  it('escapes the body only, and only for a server that reads markup', () => {
    const text = { title: '<b>', body: '<b>' };
    expect(notifySendText(text, true)).toEqual({ title: '<b>', body: '&lt;b&gt;' });
    expect(notifySendText(text, false)).toEqual(text);
  });

  it('doubles backslashes in the body, which notify-send reads as C escapes', () => {
    expect(notifySendText({ title: 'a\\n', body: 'a\\n' }, true)).toEqual({ title: 'a\\n', body: 'a\\\\n' });
  });

  it('hides a leading minus behind an invisible character', () => {
    expect(notifySendText({ title: '--wait', body: '-5' }, true)).toEqual({
      title: '\u200b--wait',
      body: '\u200b-5',
    });
  });
});

describe('terminalNotifierText', () => {
  it.each(['[x', '{x', '(x', '<x', '"x', '@x', '-x', '\\x'])('guards %s', (text) => {
    expect(terminalNotifierText({ title: text, body: text })).toEqual({
      title: `\u200b${text}`,
      body: `\u200b${text}`,
    });
  });

  it('leaves other text alone', () => {
    expect(terminalNotifierText({ title: 'x', body: 'y-[' })).toEqual({ title: 'x', body: 'y-[' });
  });
});
