import {
  type Resource as ListedResource,
  type ResourceTemplateType as ListedTemplate,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server';
import { visibleJson } from '../model/text.ts';
import type { Kernel, Outcome } from '../tool/kernel.ts';
import { addressOf, expand, type Resource, readAddress, variablesIn } from '../tool/resource.ts';
import { forAnHour } from './caching.ts';
import { type Document, listDocuments, readDocument } from './documents.ts';
import { resourceIcons } from './icons.ts';
import type { Asked, Session } from './session.ts';

/** What was read of an account is one caller's, and true for a moment. */
const moment = { ttlMs: 5_000, cacheScope: 'private' } as const;

/** Of more accounts, those that are not listed are found by their template. */
const mostAccounts = 50;

/** The resources whose tools are served. */
export function servedResources({ tools }: Pick<Kernel, 'tools'>, resources: readonly Resource[]): Resource[] {
  const names = new Set(tools.map(({ name }) => name));
  return resources.filter(({ tool }) => names.has(tool));
}

/** Lists and reads what can be read under an address: only for whoever may read, and only what its tool would tell them. */
export function serveResources(served: readonly Resource[], documents: readonly Document[]) {
  return (session: Session): void => {
    const { server } = session.mcp;
    const reads = session.may('read');
    server.setRequestHandler('resources/list', () => ({
      resources: reads ? [...listed(served, session.accounts), ...listDocuments(documents)] : [],
    }));
    server.setRequestHandler('resources/templates/list', () => ({
      resourceTemplates: reads ? templates(served, session.accounts) : [],
    }));
    server.setRequestHandler('resources/read', async ({ params: { uri } }, { mcpReq }) => {
      if (!reads) throw new ResourceNotFoundError(uri);
      return (await read(served, session, uri, mcpReq)) ?? { ...(await readDocument(documents, uri)), ...forAnHour };
    });
  };
}

/** What has an address without variables, on each account. */
function listed(served: readonly Resource[], accounts: readonly string[]): ListedResource[] {
  return served
    .filter(({ path }) => variablesIn(path).length === 0)
    .flatMap(resource =>
      accounts.slice(0, mostAccounts).map(account => ({
        uri: expand(addressOf(resource, accounts), { account }),
        ...face(resource),
        ...(accounts.length > 1 && { title: `${resource.title} (${account})` }),
      })),
    );
}

function templates(served: readonly Resource[], accounts: readonly string[]): ListedTemplate[] {
  return served
    .map(resource => ({ uriTemplate: addressOf(resource, accounts), ...face(resource) }))
    .filter(({ uriTemplate }) => variablesIn(uriTemplate).length > 0);
}

function face({ name, title, description, mimeType }: Resource) {
  return { name, title, description, mimeType, icons: [...resourceIcons] };
}

async function read(
  served: readonly Resource[],
  { accounts, call }: Session,
  uri: string,
  asked: Asked,
): Promise<ReadResourceResult | undefined> {
  for (const resource of served) {
    const variables = readAddress(addressOf(resource, accounts), uri);
    if (!variables) continue;
    const { account } = variables;
    const outcome = await call(
      resource.tool,
      { ...resource.args(variables), ...(account !== undefined && { account }) },
      asked,
    );
    if (!outcome.structured) throw refusal(outcome, uri);
    const text = resource.text?.(outcome.structured) ?? visibleJson(outcome.structured);
    return { contents: [{ uri, mimeType: resource.mimeType, text }], ...moment };
  }
  return undefined;
}

/** A fault as the protocol's error, in its own sentences. */
function refusal({ fault, text }: Outcome, uri: string): ProtocolError {
  switch (fault?.code) {
    case 'not_found':
    case 'domain_not_in_account':
      return new ResourceNotFoundError(uri, text);
    case 'invalid_input':
      return new ProtocolError(ProtocolErrorCode.InvalidParams, text);
    default:
      return new ProtocolError(ProtocolErrorCode.InternalError, text);
  }
}
