import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandVariables, userVariables } from '../../main/config/dovecot-variables.ts';

const variables = userVariables({ user: 'Alice@example.com', service: 'lmtp', home: '/home/alice' });
const old = (text: string) => expandVariables(text, variables, '2.3');
const now = (text: string) => expandVariables(text, variables, '2.4');

describe('expandVariables of 2.3', () => {
  it.each([
    ['/%n/%d/%s', '/Alice/example.com/lmtp'],
    ['%h/x', '/home/alice/x'],
    ['%{user} %{username} %{domain} %{home}', 'Alice@example.com Alice example.com /home/alice'],
    ['%Lu %Un', 'alice@example.com ALICE'],
    ['%2n|%1.2n|%-3.2n|%010n', 'Al|li|ic|00000Alice'],
    ['%Rn', 'ecilA'],
    ['100%%', '100%'],
    ['x%', 'x'],
    ['%l%r', ''],
  ])('makes %j %j', (text, expected) => {
    expect(old(text)).toEqual({ text: expected });
  });

  it('takes the %40 of a URL for a width, as the recording ox_auth_percent shows', () => {
    expect(old('login:p%40ss@').text).toBe('login:plmtps@');
    expect(old('login:p%%40ss@').text).toBe('login:p%40ss@');
  });

  it('names the first variable that does not exist', () => {
    expect(old('%C3%A4 %{nosuch}').problem).toBe("Unknown variable '%C'");
    expect(old('%{nosuch}').problem).toBe("Unknown variable '%nosuch'");
  });

  it('hashes into a number of buckets', () => {
    expect(old('%2.16Nu').text).toMatch(/^0[0-9a-f]$/);
    expect(old('%Mn').text).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('expandVariables of 2.4', () => {
  it.each([
    ['%{user}', 'Alice@example.com'],
    ['%{user | username | upper}', 'ALICE'],
    ['%{user|domain}/%{service}', 'example.com/lmtp'],
    ['%{home}', '/home/alice'],
    ["%{nosuch | default('none')}", 'none'],
    ['%{user | substr(0, 3)}', 'Ali'],
    ['100%%', '100%%'],
    ['%u', '%u'],
    ['%%{user}', '%{user}'],
    ['d%20', 'd%20'],
  ])('makes %j %j', (text, expected) => {
    expect(now(text)).toEqual({ text: expected });
  });

  it('says which variable or function there is not', () => {
    expect(now('%{nosuch}').problem).toBe("Unknown variable 'nosuch'");
    expect(now('%{user | nosuch}').problem).toBe("No such function 'nosuch'");
    expect(now('%{user').problem).toBeDefined();
  });

  it('does not let a chain of functions fill the memory', () => {
    expect(now(`%{user${' | base64'.repeat(500)}}`).problem).toContain('too long');
  });
});

describe('expandVariables', () => {
  const text = fc
    .array(
      fc.constantFrom(
        '%',
        '{',
        '}',
        'u',
        'n',
        'L',
        'H',
        '0',
        '12',
        '.',
        '-',
        '|',
        '(',
        ')',
        "'",
        '%{user',
        'default',
      ),
    )
    .map((parts) => parts.join(''));

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (value) => {
        expect(typeof old(value).text).toBe('string');
        expect(typeof now(value).text).toBe('string');
      }),
    );
  });

  it.each(['%{', '}%{', '%', '%9', "%{'", '%{a|'])('takes no longer than the text is for many %j', (part) => {
    const started = performance.now();
    old(part.repeat(20_000));
    now(part.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(4000);
  });
});
