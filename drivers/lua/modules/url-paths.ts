import { formatUrl, splitUrl, type UrlParts } from './url-parts.ts';

/** A path as `parse_path` and `build_path` have it. */
export interface UrlPath {
  readonly segments: readonly string[];
  readonly isAbsolute: boolean;
  readonly isDirectory: boolean;
}

export function splitPath(path: string): UrlPath {
  return {
    segments: path.split('/').filter((segment) => segment !== ''),
    isAbsolute: path.startsWith('/'),
    isDirectory: path.endsWith('/'),
  };
}

/** A path without segments has no slash at its end. */
export function joinPath({ segments, isAbsolute, isDirectory }: UrlPath): string {
  const tail = isDirectory && segments.length > 0 ? '/' : '';
  return `${isAbsolute ? '/' : ''}${segments.join('/')}${tail}`;
}

/**
 * What `absolute` answers: the reference seen from the base.
 *
 * Dots are resolved in the whole result, query included, as LuaSocket does it; RFC 3986 would resolve the path
 * alone. Undefined when both are missing.
 */
export function resolveReference(
  base: { readonly text?: string | undefined; readonly parts?: UrlParts },
  reference: string | undefined,
): string | undefined {
  const baseText = base.parts ? formatUrl(base.parts) : base.text;
  const baseParts = base.parts ?? (baseText ? splitUrl(baseText) : undefined);
  const parts = reference ? splitUrl(reference) : undefined;
  const result =
    baseParts === undefined || parts?.scheme !== undefined
      ? reference
      : parts === undefined
        ? baseText
        : formatUrl(inherit(parts, baseParts));
  return result === undefined ? undefined : removeDots(result);
}

function inherit(reference: UrlParts, base: UrlParts): UrlParts {
  const { scheme } = base;
  if (reference.authority !== undefined) return { ...reference, scheme };
  const { authority } = base;
  if (reference.path !== undefined) {
    return { ...reference, scheme, authority, path: mergePaths(base.path ?? '', reference.path) };
  }
  const { path } = base;
  if (reference.params !== undefined) return { ...reference, scheme, authority, path };
  const { params } = base;
  return { ...reference, scheme, authority, path, params, query: reference.query ?? base.query };
}

function mergePaths(base: string, reference: string): string {
  if (reference.startsWith('/')) return removeDots(reference);
  const folder = base.slice(0, base.lastIndexOf('/') + 1);
  return removeDots(`${folder.endsWith('/') ? folder : `${folder}/`}${reference}`);
}

/** Stands between two slashes while dots are resolved, so that an empty segment counts as one. */
const MARKER = '\u0001';

function removeDots(url: string): string {
  const marked = url.replace(/\/(?=\/)/g, `/${MARKER}`).replace(/(?:\/\.)+(?=\/)/g, '');
  return dropParents(marked)
    .replace(/[^/]+\/\.\.\/*$/, '')
    .replace(/\/\.\.$/, '/')
    .replace(/\/\.$/, '/')
    .replace(/^\/\.\.\//, '/')
    .replaceAll(MARKER, '');
}

/** `a/../b` becomes `b`, leftmost first; `..` itself counts as a segment. */
function dropParents(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    const isParentOf = segment !== '' && kept.at(-1) === '..' && (kept.at(-2) ?? '') !== '';
    if (isParentOf) kept.length -= 2;
    kept.push(segment);
  }
  return kept.join('/');
}
