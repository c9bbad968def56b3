/** An issuer's address without the slash at its end, which issuers write or do not. */
export function plain(url: string): string {
  return url.replace(/\/$/, '');
}

/** Where an issuer says what it is, and where its keys are (OpenID Connect Discovery). */
export function discoveryAt(issuer: URL): URL {
  return new URL(`${plain(issuer.href)}/.well-known/openid-configuration`);
}

/** Where an issuer's keys are: reached as safely as the issuer is, or whoever is on the way would make the keys. */
export function keysAt(issuer: URL, address: string): URL {
  const keys = new URL(address);
  if (issuer.protocol === 'https:' && keys.protocol !== 'https:')
    throw new Error(`the issuer has its keys at ${keys.protocol}//, where anybody on the way could change them`);
  return keys;
}
