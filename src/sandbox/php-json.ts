/** A JSON value as handlers build it; key order is the wire's. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON as PHP's `json_encode` writes it: compact, `/` as `\/`, everything beyond ASCII as `\uXXXX` in lower case. */
export function phpJson(value: Json): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u007f-\uffff]/g, unit =>
      unit === '\u007f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

/** A map; PHP has no empty one, so that it writes `[]`. */
export function phpMap(entries: readonly (readonly [string, Json])[]): Json {
  return entries.length === 0 ? [] : Object.fromEntries(entries);
}
