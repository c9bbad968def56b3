import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a secret is the one that was set. Digests are compared, so that it takes as long whatever was given. */
export function sameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
