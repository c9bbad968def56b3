import {
  type Resource as ListedResource,
  type ReadResourceResult,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server';

/** A text of the server's own that is the same for everybody who may read. */
export interface Document {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** What hosts are told besides, where it is listed and where it is read. */
  readonly _meta?: Readonly<Record<string, unknown>> | undefined;
  /** Loaded when somebody first reads it. */
  text(): Promise<string>;
}

/** Documents as `resources/list` shows them. */
export function listDocuments(documents: readonly Document[]): ListedResource[] {
  return documents.map(({ uri, name, title, description, mimeType, _meta }) => ({
    uri,
    name,
    title,
    description,
    mimeType,
    ...(_meta && { _meta }),
  }));
}

/** The document at an address. */
export async function readDocument(documents: readonly Document[], uri: string): Promise<ReadResourceResult> {
  const document = documents.find(each => each.uri === uri);
  if (!document) throw new ResourceNotFoundError(uri);
  const { mimeType, _meta } = document;
  return { contents: [{ uri, mimeType, text: await document.text(), ...(_meta && { _meta }) }] };
}
