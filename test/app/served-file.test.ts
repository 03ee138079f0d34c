import fc from 'fast-check';
import { sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageHeaders, servedFile } from '../../main/app/served-file.ts';

const root = '/opt/dovebell/renderer';

describe('servedFile', () => {
  it.each([
    ['app://dovebell/', 'index.html', 'text/html; charset=utf-8'],
    ['app://dovebell/index.html?x#y', 'index.html', 'text/html; charset=utf-8'],
    ['app://dovebell/assets/index-BxYz_1.js', 'assets/index-BxYz_1.js', 'text/javascript; charset=utf-8'],
    ['app://dovebell/assets/inter-latin.woff2', 'assets/inter-latin.woff2', 'font/woff2'],
    ['app://dovebell/icon.svg', 'icon.svg', 'image/svg+xml'],
  ])('serves %s', (url, file, contentType) => {
    expect(servedFile(root, url)).toEqual({ path: `${root}/${file}`, contentType });
  });

  it.each([
    'app://dovebell/../main/main.js',
    'app://dovebell/..%2fmain/main.js',
    'app://dovebell/%2e%2e/main/main.js',
    'app://dovebell/assets/..\\..\\main.js',
    'app://dovebell/assets/%5c..%5cmain.js',
    'app://dovebell//etc/passwd.js',
    'app://dovebell/.git/x.json',
    'app://dovebell/assets/.hidden.js',
    'app://dovebell/a\0.js',
    'app://dovebell/main.map',
    'app://dovebell/assets/',
    'app://dovebell/assets',
    'app://dovebell',
    'app://dovebell.evil/index.html',
    'app://other/index.html',
    'app://user@dovebell/index.html',
    'https://dovebell/index.html',
    'file:///etc/passwd.js',
  ])('refuses %s', (url) => {
    expect(servedFile(root, url)).toBeUndefined();
  });

  it('never leaves the folder', () => {
    const part = fc.constantFrom('..', '.', '/', '\\', '%2e', '%2f', 'a', '.js', '\0', '?', '#');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const file = servedFile(root, `app://dovebell/${parts.join('')}`);
        expect(file === undefined || file.path.startsWith(root + sep)).toBe(true);
      }),
    );
  });
});

describe('pageHeaders', () => {
  it('allow nothing but the page itself', () => {
    const policy = pageHeaders['Content-Security-Policy'];
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|blob:/);
  });
});
