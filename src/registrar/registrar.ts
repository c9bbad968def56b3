import type * as z from 'zod';
import { type Risk, reach, risks } from '../model/risk.ts';
import { type EndpointName, type Endpoints, endpoints } from './endpoints.ts';

/** How a call may end early: only reads are abandoned in the middle. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

type Arguments<N extends EndpointName> = z.output<Endpoints[N]['sends']>;
type Reply<N extends EndpointName> = z.output<ReturnType<Endpoints[N]['returns']>>;
type Method<N extends EndpointName> = (args: Arguments<N>, options?: CallOptions) => Promise<Reply<N>>;

type Reach<W extends Risk> = (typeof reach)[W][number];

/** The registrar as a tool of a given word sees it: the endpoints of other words are not there, in type or in fact. */
export type Registrar<W extends Risk> = {
  readonly [N in EndpointName as Endpoints[N]['risk'] extends Reach<W> ? N : never]: Method<N>;
};

/** The registrar, once for each word. */
export type Registrars = { readonly [W in Risk]: Registrar<W> };

/** Carries out one endpoint's call. */
export type Send = (
  name: EndpointName,
  args: Readonly<Record<string, unknown>>,
  options?: CallOptions,
) => Promise<unknown>;

/** Derives the restricted registrars from the endpoint table and one way to send. */
export function registrarsOver(send: Send): Registrars {
  const names = Object.keys(endpoints).filter((name): name is EndpointName => name in endpoints);
  const restricted = risks.map(word => {
    const allowed = names.filter(name => reach[word].some(risk => risk === endpoints[name].risk));
    return [
      word,
      Object.freeze(
        Object.fromEntries(
          allowed.map(name => [
            name,
            (args: Readonly<Record<string, unknown>>, options?: CallOptions) => send(name, args, options),
          ]),
        ),
      ),
    ];
  });
  // The one place where a table's rows become typed methods: TypeScript cannot follow a mapped type through a loop.
  return Object.fromEntries(restricted) as Registrars;
}
