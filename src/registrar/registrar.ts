import type * as z from 'zod';
import { type Risk, reach } from '../model/risk.ts';
import { type EndpointName, type Endpoints, endpoints } from './endpoints.ts';

type Arguments<N extends EndpointName> = z.output<Endpoints[N]['sends']>;
type Reply<N extends EndpointName> = z.output<ReturnType<Endpoints[N]['returns']>>;
type Method<N extends EndpointName> = (args: Arguments<N>) => Promise<Reply<N>>;

type Reach<W extends Risk> = (typeof reach)[W][number];

/** The registrar as a tool of a given word sees it: the endpoints of other words are not there, in type or in fact. */
export type Registrar<W extends Risk> = {
  readonly [N in EndpointName as Endpoints[N]['risk'] extends Reach<W> ? N : never]: Method<N>;
};

/** The registrar, once for each word. */
export type Registrars = { readonly [W in Risk]: Registrar<W> };

/** Carries out one endpoint's call for a caller who may go away meanwhile. */
export type Send = (
  name: EndpointName,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
) => Promise<unknown>;

const names = Object.keys(endpoints).filter((name): name is EndpointName => name in endpoints);

/** The endpoints that each word reaches. */
const reached = {
  read: namesFor('read'),
  write: namesFor('write'),
  destructive: namesFor('destructive'),
  paid: namesFor('paid'),
} satisfies Record<Risk, readonly EndpointName[]>;

/** The restricted registrars over one way to send, for the caller whose signal is given. */
export function registrarsOver(send: Send): (signal?: AbortSignal) => Registrars {
  return signal => {
    const restricted = (word: Risk) => {
      const methods: Record<string, (args: Readonly<Record<string, unknown>>) => Promise<unknown>> = {};
      for (const name of reached[word]) methods[name] = args => send(name, args, signal);
      return methods;
    };
    const all = {
      get read() {
        return restricted('read');
      },
      get write() {
        return restricted('write');
      },
      get destructive() {
        return restricted('destructive');
      },
      get paid() {
        return restricted('paid');
      },
    } satisfies Record<Risk, unknown>;
    // The one place where a table's rows become typed methods: TypeScript cannot follow a mapped type through a loop.
    return all as unknown as Registrars;
  };
}

function namesFor(word: Risk): EndpointName[] {
  return names.filter(name => reach[word].some(risk => risk === endpoints[name].risk));
}
