import { readFileSync } from 'node:fs';
import { run } from '#bin/http.ts';
import { version } from '#bin/version.ts';
import { compose } from '#compose.ts';
import { readConfig } from '#config/config.ts';
import { openListening } from '#server/listening.ts';
import { mcpServers } from '#server/mcp.ts';
import { toolsets } from '../../tools/index.ts';
import { prompts } from '../../tools/prompts/index.ts';
import { resources } from '../../tools/resources.ts';
import { ownFixtures } from './own-fixtures.ts';
import { withFixtures } from './with-fixtures.ts';

/**
 * The product over HTTP with the fixtures that the conformance suite asks for: the same composition, guards and
 * transport, on a free port that it prints. `node test/conformance/server.ts`
 */
const served = [...toolsets, { name: 'fixtures', tools: ownFixtures }];
const config = readConfig(process.env, {
  readFile: path => readFileSync(path, 'utf8'),
  toolsets: served.map(({ name }) => name),
});

await run(
  surroundings => {
    // The suite plays a client that can ask its person, so a person is who must accept.
    const composed = compose({ ...config, confirm: 'human' }, served, surroundings);
    const { kernel } = composed;
    const factory = mcpServers({ ...composed, version, caller: 'conformance', resources, prompts });
    const listening = openListening({ ...composed, resources });
    return { composed, listening, factory: withFixtures(factory, new Set(kernel.tools.map(({ name }) => name))) };
  },
  config,
  { host: '127.0.0.1', port: 0 },
);
