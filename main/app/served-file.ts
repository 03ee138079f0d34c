import { extname, join } from 'node:path';

/** Where the page comes from: a scheme of our own, because `file:` pages are all of one origin and have no headers. */
export const PAGE_SCHEME = 'app';
export const PAGE_ORIGIN = `${PAGE_SCHEME}://dovebell`;
export const PAGE_URL = `${PAGE_ORIGIN}/`;

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

// Letters, digits, dash, underscore, and dots that do not begin a name: all that a build writes.
const safePath = /^(?:\/[\w-][\w.-]*)+$/;

/** Sent with every file of the page. */
export const pageHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;

/**
 * The file below `root` that an URL of the page names; undefined for anything but a plain path of a known
 * type. Nothing is decoded, so that no spelling of `..` can come through.
 */
export function servedFile(root: string, url: string): { path: string; contentType: string } | undefined {
  const path = url.startsWith(PAGE_URL) ? url.slice(PAGE_ORIGIN.length).replace(/[?#].*$/s, '') : '';
  const file = path === '/' ? '/index.html' : path;
  const contentType = contentTypes[extname(file)];
  return safePath.test(file) && contentType ? { path: join(root, file), contentType } : undefined;
}
