import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { PAGE_SCHEME, pageHeaders, servedFile } from './served-file.ts';

/** Must run before the app is ready. `codeCache` keeps compiled scripts, as for pages from the web. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: PAGE_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the built page from `root`. */
export function servePage(session: Session, root: string): void {
  session.protocol.handle(PAGE_SCHEME, async ({ method, url }) => {
    const file = method === 'GET' ? servedFile(root, url) : undefined;
    if (!file) return notFound();
    try {
      const bytes = new Uint8Array(await readFile(file.path));
      return new Response(bytes, { headers: { ...pageHeaders, 'Content-Type': file.contentType } });
    } catch {
      return notFound();
    }
  });
}

function notFound(): Response {
  return new Response('Not found', { status: 404, headers: pageHeaders });
}
