import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packExtension } from '@anthropic-ai/mcpb';
import about from '../package.json' with { type: 'json' };
import { type Setting, settings } from '../src/config/settings.ts';
import { profileNames, withheldBy } from '../src/model/profile.ts';
import { toolsets } from '../tools/index.ts';

/**
 * Makes an MCPB bundle of what is in dist/, with the packages that it needs: `node packaging/bundle.ts FOLDER [PROFILE]`. With a profile, it is
 * one for directories that take only what the profile leaves.
 */
const [, , folder = '.', given] = process.argv;
const profile = profileNames.find(name => name === given);
if (given !== profile) throw new Error(`There is no profile "${given}"; there are ${profileNames.join(', ')}.`);
const withheld = withheldBy(profile);

interface Field {
  readonly setting: keyof typeof settings;
  readonly title: string;
  readonly type?: 'boolean';
}

const limits: Readonly<Record<string, Field>> = {
  spend_limit: { setting: 'REGISTRAR_SPEND_LIMIT', title: 'Limit for a day' },
  order_limit: { setting: 'REGISTRAR_ORDER_LIMIT', title: 'Limit for an order' },
};

/** The form that hosts show for the bundle. */
const form: Readonly<Record<string, Field>> = {
  username: { setting: 'REGISTRAR_USERNAME', title: 'Account name' },
  api_token: { setting: 'REGISTRAR_API_TOKEN', title: 'API token' },
  ...(withheld.includes('paid') ? {} : limits),
  approval_code: { setting: 'REGISTRAR_APPROVAL_CODE', title: 'Approval code' },
  read_only: { setting: 'REGISTRAR_READ_ONLY', title: 'Only read', type: 'boolean' },
};

function field({ setting, title, type }: Field) {
  const { about: purpose, otherwise, secret }: Setting = settings[setting];
  return {
    type: type ?? 'string',
    title,
    description: `${purpose} By default: ${otherwise}.`.replaceAll('`', ''),
    required: false,
    sensitive: secret === true,
    // Claude Desktop hands on the placeholder itself where a field has no value (modelcontextprotocol/mcpb#250, 2026-05-28).
    default: type === 'boolean' ? false : '',
  };
}

const entry = about.bin['registrar-mcp'];

const manifest = {
  manifest_version: '0.3',
  name: [about.name, profile].filter(Boolean).join('-'),
  display_name: profile === undefined ? 'Registrar' : `Registrar (${profile})`,
  version: about.version,
  description: about.description,
  author: { name: 'the registrar-mcp maintainers' },
  license: about.license,
  keywords: about.keywords,
  server: {
    type: 'node',
    entry_point: entry,
    mcp_config: {
      command: 'node',
      args: [`\${__dirname}/${entry}`, ...(profile === undefined ? [] : ['--profile', profile])],
      env: Object.fromEntries(Object.entries(form).map(([name, { setting }]) => [setting, `\${user_config.${name}}`])),
    },
  },
  tools: toolsets.flatMap(({ tools }) =>
    tools.filter(({ risk }) => !withheld.includes(risk)).map(({ name, title }) => ({ name, description: title })),
  ),
  compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: about.engines.node } },
  user_config: Object.fromEntries(Object.entries(form).map(([name, shown]) => [name, field(shown)])),
};

const stage = mkdtempSync(join(tmpdir(), 'registrar-bundle-'));
try {
  for (const path of ['dist', 'package.json', 'package-lock.json', 'LICENSE', 'CHANGELOG.md'])
    cpSync(path, join(stage, path), { recursive: true });
  const install = ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  execFileSync('npm', install, { cwd: stage, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(join(stage, 'manifest.json'), JSON.stringify(manifest, undefined, 2));
  const outputPath = join(folder, `${manifest.name}-${about.version}.mcpb`);
  if (!(await packExtension({ extensionPath: stage, outputPath }))) process.exitCode = 1;
} finally {
  rmSync(stage, { recursive: true, force: true });
}
