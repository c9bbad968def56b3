import { compose } from '#compose.ts';
import { toolsets } from '../../tools/index.ts';
import { chaosConfig } from './config.ts';

/** An agent that takes the locks off many domains in one act, unless it is killed: `unlocker.ts URL STATE NAME…`. */
const [url = '', stateDir = '', ...domain_names] = process.argv.slice(2);
const composed = compose(chaosConfig(new URL(url), stateDir), toolsets);
const caller = { id: 'chaos', signal: new AbortController().signal };
const { text, structured } = await composed.kernel.call('domain_unlock', { domain_names }, caller);
const args = { domain_names, confirm: structured?.confirm };
const end = structured?.confirm === undefined ? text : (await composed.kernel.call('domain_unlock', args, caller)).text;
process.stdout.write(end);
await composed.close();
