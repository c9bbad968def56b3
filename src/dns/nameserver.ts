import { isIP, SocketAddress } from 'node:net';

/** A nameserver that can be asked. */
export interface Nameserver {
  readonly address: string;
  readonly port: number;
}

/** `192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:5353`: where a resolver is; undefined for what is no address. */
export function parseNameserver(text: string): Nameserver | undefined {
  if (isIP(text) !== 0) return { address: text, port: 53 };
  const { address, port } = SocketAddress.parse(text) ?? { address: '', port: 0 };
  return port > 0 ? { address, port } : undefined;
}
