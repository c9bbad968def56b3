import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/node';
import { localhostAllowedHostnames } from '@modelcontextprotocol/server';

/**
 * Turns away what was sent to this server under a foreign name, or by a page of a foreign site (DNS rebinding), and answers it.
 * This machine's own names are known, and those that are given.
 */
export function openGuard(names: readonly string[] = []) {
  const known = [...localhostAllowedHostnames(), ...names];
  return { host: hostHeaderValidation(known), origin: originValidation(known) };
}
