/** A route with named parameters: the client builds request targets from it, the sandbox matches them. */
export interface Path {
  /** The route as documentation names it: `domain/get`. */
  readonly name: string;
  readonly params: readonly string[];
  /** The request target; every parameter is escaped, so that none can leave its segment. */
  build(values: Readonly<Record<string, unknown>>): string;
  /** The parameters in a path, or undefined where it is another route's. */
  match(pathname: string): Record<string, string> | undefined;
}

/** path`/api/domain/get/${'domain_name'}` */
export function path(parts: TemplateStringsArray, ...params: readonly string[]): Path {
  const pattern = new RegExp(`^${parts.map(part => part.replace(/[/.]/g, '\\$&')).join('([^/]+)')}$`);
  return {
    name: (parts[0] ?? '').replace(/^\/api\/|\/$/g, ''),
    params,
    build: values =>
      parts.reduce((target, part, at) => target + encodeURIComponent(String(values[params[at - 1] ?? ''])) + part),
    match: pathname => {
      const found = pattern.exec(pathname);
      return found ? Object.fromEntries(params.map((name, at) => [name, unescaped(found[at + 1] ?? '')])) : undefined;
    },
  };
}

function unescaped(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
