/** An issuer's address without the slash at its end, which issuers write or do not. */
export function plain(url: string): string {
  return url.replace(/\/$/, '');
}

/** Where an issuer says what it is, and where its keys are (OpenID Connect Discovery). */
export function discoveryAt(issuer: URL): URL {
  return new URL(`${plain(issuer.href)}/.well-known/openid-configuration`);
}
