import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gaps, gaps, productGaps } from './conformance/gaps.ts';
import { type Checks, type Revision, revisions, runSuite, scenariosOf, unmet } from './conformance/suite.ts';
import { openTokenProxy } from './conformance/token-proxy.ts';
import { executable, sharedServer } from './support/server-process.ts';

/** The protocol's own suite, all of it, against the product and against the product with the fixtures that the rest needs. */
const token = 'a-token-for-the-suite';
const product = sharedServer();
const guarded = sharedServer({ REGISTRAR_HTTP_TOKEN: token });
const withFixtures = sharedServer({}, 'test/conformance/server.ts');

let proxy: Awaited<ReturnType<typeof openTokenProxy>>;
beforeAll(async () => {
  proxy = await openTokenProxy(guarded.url, token);
});
afterAll(() => proxy.close());

const levels: readonly { name: string; url: () => URL; known: (revision: Revision) => Gaps }[] = [
  { name: 'the product', url: () => product.url, known: productGaps },
  { name: 'the product with authorization', url: () => proxy.url, known: productGaps },
  { name: 'the product with fixtures', url: () => withFixtures.url, known: revision => gaps[revision] },
];

describe.each(levels)('conformance of $name', ({ url, known }) => {
  describe.each(revisions)('at %s', revision => {
    const all = scenariosOf(revision);
    const expected = known(revision);
    let results: ReadonlyMap<string, Checks>;
    beforeAll(async () => {
      results = await runSuite(url(), revision);
    });
    const found = (scenario: string) => unmet(results.get(scenario) ?? []);

    test('every scenario that the suite has for it is run, and the gaps are among them', () => {
      expect([...results.keys()].sort()).toEqual([...all].sort());
      expect(all).toEqual(expect.arrayContaining(Object.keys(expected).map(gap => gap.replace(/:.*/, ''))));
    });

    test.each(all.filter(scenario => !(scenario in expected)))('%s', scenario => {
      const inPart = Object.keys(expected).filter(gap => gap.startsWith(`${scenario}:`));
      const wrong = found(scenario);
      const names = Object.keys(wrong).map(check => `${scenario}:${check}`);
      expect(names.sort(), JSON.stringify(wrong, null, 2)).toEqual(inPart.sort());
    });

    test('the gaps are still gaps', () => {
      const passing = all.filter(scenario => scenario in expected && Object.keys(found(scenario)).length === 0);
      expect(passing).toEqual([]);
    });

    test('a foreign Host is refused by the guard, whoever asks', () => {
      const checks = results.get('dns-rebinding-protection') ?? [];
      const refused = checks.find(({ id }) => id === 'localhost-host-rebinding-rejected');
      expect(refused).toMatchObject({ status: 'SUCCESS', details: { statusCode: 403 } });
    });
  });
});

test("the Inspector's CLI lists the tools with --strict", async () => {
  const inspector = 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js';
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [inspector, '--cli', process.execPath, executable, '--method', 'tools/list', '--strict'],
    { env: product.env, maxBuffer: 64 * 1024 * 1024 },
  );
  expect(stdout).toContain('"domain_create"');
});
