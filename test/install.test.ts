import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clients, fileOf, type Place, type Scope } from '#install/clients.ts';
import { addToJson } from '#install/json.ts';
import { links } from '#install/links.ts';
import { addToToml } from '#install/toml.ts';
import { run } from '../src/bin/install.ts';
import { freshState, run as runExecutable } from './support/server-process.ts';

let home = '';
let seconds = 0;
let place: Place;
beforeEach(() => {
  seconds = 0;
  home = mkdtempSync(join(tmpdir(), 'registrar-home-'));
  place = { platform: 'linux', home, project: join(home, 'project'), environment: {} };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const now = () => new Date(Date.UTC(2026, 5, 15, 12, 0, seconds++, 123));
const install = (...args: string[]) => run(args, { place, now });
const names = Object.keys(clients);
const json = names.filter(name => clients[name]?.format === 'json');
const bare = { command: 'npx', args: ['-y', 'registrar-mcp'] };

/** Where a client's servers are. */
function at(name: string, scope: Scope = 'user') {
  const client = clients[name] ?? expect.unreachable();
  return { key: client.key, typed: client.typed, file: fileOf(client, scope, place) ?? expect.unreachable() };
}

function write(file: string, text: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function servers(name: string, scope?: Scope): Record<string, unknown> {
  const { file, key } = at(name, scope);
  const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  return (file.endsWith('.toml') ? parseToml(text) : parse(text))[key];
}

const entry = (name: string) => ({ ...(at(name).typed && { type: 'stdio' }), ...bare });
const untouched = (file: string) => readdirSync(dirname(file));

describe.each(names)('%s', name => {
  test('a file that is missing is made, for its owner only; a second time it is there already', () => {
    const { file } = at(name);
    expect(install(name)).toContain(`as "registrar", in ${file}.\n`);
    expect(servers(name)).toEqual({ registrar: entry(name) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file);
    expect(install(name)).toContain('has it already');
    expect(readFileSync(file)).toEqual(before);
    expect(untouched(file)).toEqual([file.replace(/^.*\//, '')]);
  });

  test('an empty file is filled, and kept beside it', () => {
    const { file } = at(name);
    write(file, '');
    chmodSync(file, 0o640);
    expect(install(name)).toContain(`What was there is in ${file}.20260615T120000123Z.bak.`);
    expect(servers(name)).toEqual({ registrar: entry(name) });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readFileSync(`${file}.20260615T120000123Z.bak`, 'utf8')).toBe('');
  });

  test('a link stays a link, and what it leads to is changed', () => {
    const { file } = at(name);
    const real = join(home, 'dotfiles', 'kept');
    write(real, '');
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync(real, file);
    install(name);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toContain('registrar-mcp');
    rmSync(real);
    expect(() => install(name)).toThrow(/is a link that leads nowhere\. Nothing was written/);
  });

  test('what is read-only, no file, not UTF-8 or not to be parsed is left alone', () => {
    const { file } = at(name);
    write(file, '\n');
    chmodSync(file, 0o400);
    expect(() => install(name)).toThrow(/is read-only, so somebody wants it as it is\. Nothing was written/);
    chmodSync(file, 0o600);
    for (const [broken, why] of [
      [Buffer.from([0x7b, 0x7d, 0xff]), /is not UTF-8/],
      [Buffer.from('\ufeff{}', 'utf16le'), /is not UTF-8/],
      [
        '{\n  "a": secret\n  = 1',
        /cannot be added to: line \d, column \d+: [a-z ',]+\. Nothing was written; mend it, or add by hand:/,
      ],
    ] as const) {
      write(file, broken);
      expect(() => install(name)).toThrow(why);
      expect(() => install(name)).not.toThrow(/secret/);
      expect(readFileSync(file)).toEqual(Buffer.from(broken));
      expect(untouched(file)).toHaveLength(1);
    }
    rmSync(file);
    mkdirSync(file);
    expect(() => install(name)).toThrow(/is no file/);
  });

  test('a server of that name that is another one is never replaced', () => {
    install(name, '--env', 'REGISTRAR_SPEND_LIMIT=50');
    const before = readFileSync(at(name).file);
    expect(() => install(name)).toThrow(/has another "registrar" already[\s\S]*choose another --name/);
    expect(readFileSync(at(name).file)).toEqual(before);
    install(name, '--name', 'play');
    expect(servers(name)).toMatchObject({ registrar: { env: { REGISTRAR_SPEND_LIMIT: '50' } }, play: entry(name) });
  });

  test('on paper nothing is written', () => {
    const { file } = at(name);
    write(file, '');
    const shown = install(name, '--print');
    expect(shown).toContain(`n ${file}:\n\n`);
    const [, snippet = ''] = shown.split(`${file}:\n\n`);
    expect((clients[name]?.format === 'toml' ? parseToml(snippet) : JSON.parse(snippet))[at(name).key]).toEqual({
      registrar: entry(name),
    });
    expect(install(name, '--dry-run')).toMatch(/@@ line 1 @@\n(?:\+.*\n)+Nothing was written\.\n$/);
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(untouched(file)).toHaveLength(1);
  });

  test('a value is written as it is given; a name alone is taken from the environment, where that can be', () => {
    install(name, '--env', 'REGISTRAR_APPROVERS=a=b $x');
    expect(servers(name)).toMatchObject({ registrar: { env: { REGISTRAR_APPROVERS: 'a=b $x' } } });
    const passed = () => install(name, '--name', 'mine', '--env', 'REGISTRAR_API_TOKEN');
    if (!clients[name]?.reference)
      return expect(passed).toThrow(/passes nothing of your environment on\. Give --env REGISTRAR_API_TOKEN=…/);
    expect(passed()).toContain('REGISTRAR_API_TOKEN');
    expect(servers(name).mine).toMatchObject(
      {
        codex: { env_vars: ['REGISTRAR_API_TOKEN'] },
        vscode: { env: { REGISTRAR_API_TOKEN: `\${input:REGISTRAR_API_TOKEN}` } },
        gemini: { env: { REGISTRAR_API_TOKEN: '$REGISTRAR_API_TOKEN' } },
        'claude-code': { env: { REGISTRAR_API_TOKEN: `\${REGISTRAR_API_TOKEN:-}` } },
      }[name] ?? { env: { REGISTRAR_API_TOKEN: `\${env:REGISTRAR_API_TOKEN}` } },
    );
  });
});

describe.each(json)('%s, as people write JSON', name => {
  test.each([
    ['tabs', '\t', '\n'],
    ['four spaces', '    ', '\n'],
    ['CRLF', '  ', '\r\n'],
  ])('comments, trailing commas, %s and a byte order mark stay', (_what, indent, end) => {
    const { file, key } = at(name);
    const lines = [
      '// mine',
      '{',
      `>/* first */ "theme": "dark", "n": 1e2,`,
      `>"${key}": {`,
      `>>// "old": {},`,
      `>>"other": { "command": "x", "args": [] , }, // last`,
      `>},`,
      '}',
      '',
    ];
    const text = `\ufeff${lines.join(end).replaceAll('>', indent)}`;
    write(file, text);
    install(name);
    const after = readFileSync(file, 'utf8');
    expect(hasOnePieceMore(after, text), after).toBe(true);
    expect(after).toContain(`${end}${indent}${indent}"registrar": {${end}${indent}${indent}${indent}"`);
    expect(after.match(/\r?\n/g)?.every(each => each === end)).toBe(true);
    expect(servers(name)).toEqual({ other: { command: 'x', args: [] }, registrar: entry(name) });
    expect(install(name)).toContain('has it already');
  });

  test.each([',', ''])('a comment behind the last server stays beside it, with "%s" before it', comma => {
    const { file, key } = at(name);
    write(file, `{\n  "${key}": {\n    "other": {}${comma} // theirs\n  }\n}\n`);
    install(name);
    const after = readFileSync(file, 'utf8');
    expect(after).toContain('"other": {}, // theirs\n    "registrar": {\n');
    expect(after.endsWith(`\n    }${comma}\n  }\n}\n`), after).toBe(true);
    expect(servers(name)).toEqual({ other: {}, registrar: entry(name) });
  });

  test('what stands in one line stays in one', () => {
    const { file, key } = at(name);
    write(file, `{"a":1,"${key}":{}}`);
    install(name);
    expect(readFileSync(file, 'utf8')).toBe(`{"a":1,"${key}":{"registrar":${JSON.stringify(entry(name))}}}`);
  });

  test('a member of another kind, or one that is there twice, is left alone', () => {
    const { file, key } = at(name);
    for (const [text, why] of [
      ['[]', /it holds something else than an object/],
      ['null', /it holds something else than an object/],
      [`{"${key}": []}`, /something else than an object/],
      [`{"${key}": {"a": 1}, "${key}": {"b": 2}}`, /it has a member twice/],
    ] as const) {
      write(file, text);
      expect(() => install(name)).toThrow(why);
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });
});

test('VS Code is told once what to ask for', () => {
  const asked = ['--env', 'REGISTRAR_USERNAME', '--env', 'REGISTRAR_API_TOKEN'];
  const { file } = at('vscode');
  write(file, '{ "inputs": [{ "id": "REGISTRAR_USERNAME", "type": "promptString" }] }');
  expect(install('vscode', ...asked)).toContain(
    'asks for REGISTRAR_USERNAME and REGISTRAR_API_TOKEN when it starts it',
  );
  install('vscode', '--name', 'two', ...asked);
  expect(parse(readFileSync(file, 'utf8')).inputs).toEqual([
    { id: 'REGISTRAR_USERNAME', type: 'promptString' },
    { id: 'REGISTRAR_API_TOKEN', type: 'promptString', description: 'API token of the account.', password: true },
  ]);
  write(file, '{ "inputs": 1 }');
  expect(() => install('vscode', ...asked)).toThrow(/its "inputs" is something else than a list/);
});

test('Codex: a table comes at the end of what is there, and what is closed is not opened', () => {
  const { file } = at('codex');
  const text =
    '\ufeff# mine\r\nmodel = "x" # why\r\n[mcp_servers.other]\r\ncommand = "y"\r\nat = 2026-01-01\r\nbig = 9007199254740993';
  write(file, text);
  install('codex', '--env', 'A=b');
  const after = readFileSync(file, 'utf8');
  expect(after.startsWith(`${text}\r\n\r\n[mcp_servers.registrar]\r\n`)).toBe(true);
  expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  for (const [closed, why] of [
    ['mcp_servers = { }\n', /is closed, so that no table can be added/],
    ['mcp_servers = 1\n', /is something else than a table/],
  ] as const) {
    write(file, closed);
    expect(() => install('codex')).toThrow(why);
    expect(readFileSync(file, 'utf8')).toBe(closed);
  }
});

test('a file that another program changes meanwhile is not overwritten', () => {
  const { file } = at('cursor');
  write(file, '{}');
  const meddler = () => {
    writeFileSync(file, '{"theirs": 1}');
    return now();
  };
  expect(() => run(['cursor'], { place, now: meddler })).toThrow(/was changed by another program just now/);
  expect(readFileSync(file, 'utf8')).toBe('{"theirs": 1}');
  expect(untouched(file)).toHaveLength(1);
});

/** Values with comments and white space wherever they may be. */
const space = fc.constantFrom('', ' ', '\n', '\t', '/* a */', '// b\n', '\r\n', '\n\n    ');
const document = fc.letrec<{ value: string; object: string }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string().map(text => JSON.stringify(text)),
    fc.constantFrom('1', '-0.50', '1e3', 'true', 'null', '12345678901234567890'),
    tie('object'),
    fc
      .array(
        fc.tuple(space, tie('value'), space).map(parts => parts.join('')),
        { maxLength: 3 },
      )
      .map(items => `[${items.join(',')}]`),
  ),
  object: fc
    .tuple(
      fc.uniqueArray(fc.tuple(fc.string({ maxLength: 4 }), space, tie('value'), space), {
        selector: ([name]) => name,
        maxLength: 4,
      }),
      space,
      fc.boolean(),
    )
    .map(([members, inside, trailing]) => {
      const written = members
        .filter(([name]) => name !== '__proto__')
        .map(([name, before, value, after]) => `${before}${JSON.stringify(name)}:${value}${after}`);
      return `{${inside}${written.join(',')}${trailing && written.length > 0 ? ',' : ''}${inside}}`;
    }),
})).object;

/** Whether one text is another with one piece put into it, or with a comma and one piece behind a comment. */
function hasOnePieceMore(after: string, before: string, commas = 1): boolean {
  let at = 0;
  while (at < before.length && after[at] === before[at]) at += 1;
  if (after.endsWith(before.slice(at))) return true;
  const without = `${after.slice(0, at)}${after.slice(at + 1)}`;
  return after[at] === ',' && commas > 0 && hasOnePieceMore(without, before, commas - 1);
}

test('whatever the JSON: all that was there stays byte for byte, and the entry is in it', () => {
  fc.assert(
    fc.property(document, document, fc.boolean(), space, (others, inside, has, around) => {
      const text = has
        ? `${around}{"mcpServers":${inside},${space},"others":${others}}`.replace(`,${space},`, ',')
        : `${around}${others}${around}`;
      const addition = { key: 'mcpServers', name: 'registrar', entry: bare, inputs: [] };
      const edited = addToJson(text, addition);
      const added = edited.kind === 'added' ? edited.text : expect.unreachable(JSON.stringify(edited));
      expect(hasOnePieceMore(added, text), added).toBe(true);
      const before = parse(text);
      expect(parse(added)).toEqual({ ...before, mcpServers: { ...before.mcpServers, registrar: bare } });
      expect(addToJson(added, addition)).toEqual({ kind: 'there' });
    }),
  );
});

test('whatever the TOML: what was there stays byte for byte', () => {
  const key = fc.stringMatching(/^[a-z]{1,6}$/);
  const line = fc.oneof(
    fc
      .tuple(key, fc.string({ unit: 'grapheme-ascii' }))
      .map(([name, value]) => `${name} = ${JSON.stringify(value)} # c`),
    fc.constantFrom('', '# note', '   '),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(line, { selector: text => text.split(' ')[0] }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      (lines, end, last) => {
        const text = `${lines.join(end)}${last ? end : ''}`;
        const addition = { key: 'mcp_servers', name: 'registrar', entry: bare, inputs: [] };
        const edited = addToToml(text, addition);
        const added = edited.kind === 'added' ? edited.text : expect.unreachable(JSON.stringify(edited));
        expect(added.startsWith(text)).toBe(true);
        expect(addToToml(added, addition)).toEqual({ kind: 'there' });
      },
    ),
  );
});

describe('where and what', () => {
  const files = (platform: Place['platform'], environment: Place['environment'] = {}) =>
    Object.fromEntries(
      names.map(name => [
        name,
        fileOf(clients[name] ?? expect.unreachable(), 'user', {
          platform,
          home: platform === 'win32' ? 'C:\\Users\\ada' : '/home/ada',
          project: '.',
          environment,
        }),
      ]),
    );

  test('each platform has its folders, and the environment may say otherwise', () => {
    expect(files('darwin')).toMatchObject({
      'claude-desktop': '/home/ada/Library/Application Support/Claude/claude_desktop_config.json',
      vscode: '/home/ada/Library/Application Support/Code/User/mcp.json',
      codex: '/home/ada/.codex/config.toml',
    });
    expect(files('win32')).toMatchObject({
      'claude-desktop': 'C:\\Users\\ada\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
      vscode: 'C:\\Users\\ada\\AppData\\Roaming\\Code\\User\\mcp.json',
      cursor: 'C:\\Users\\ada\\.cursor\\mcp.json',
      codex: 'C:\\Users\\ada\\.codex\\config.toml',
    });
    expect(files('win32', { APPDATA: 'D:\\Data' }).vscode).toBe('D:\\Data\\Code\\User\\mcp.json');
    expect(files('linux', { XDG_CONFIG_HOME: '/x', CODEX_HOME: '/c', CLAUDE_CONFIG_DIR: '/d' })).toEqual({
      'claude-desktop': '/x/Claude/claude_desktop_config.json',
      'claude-code': '/d/.claude.json',
      cursor: '/home/ada/.cursor/mcp.json',
      vscode: '/x/Code/User/mcp.json',
      codex: '/c/config.toml',
      gemini: '/home/ada/.gemini/settings.json',
      windsurf: '/home/ada/.codeium/windsurf/mcp_config.json',
    });
  });

  test('on Windows npx is started by a shell', () => {
    place = { ...place, platform: 'win32' };
    expect(install('claude-code', '--print')).toContain('-- cmd /c npx -y registrar-mcp\n');
  });

  test('a project has its own file, where the client has one', () => {
    for (const [name, file] of [
      ['claude-code', '.mcp.json'],
      ['cursor', '.cursor/mcp.json'],
      ['vscode', '.vscode/mcp.json'],
      ['codex', '.codex/config.toml'],
      ['gemini', '.gemini/settings.json'],
    ] as const) {
      install(name, '--scope', 'project');
      expect(at(name, 'project').file).toBe(join(home, 'project', file));
      expect(servers(name, 'project')).toEqual({ registrar: entry(name) });
    }
    expect(() => install('windsurf', '--scope', 'project')).toThrow(/no file of its own for a project/);
  });

  test('into a project goes no secret, and no link leads out of it', () => {
    const scope = ['--scope', 'project'];
    expect(() => install('cursor', ...scope, '--env', 'REGISTRAR_API_TOKEN=secret')).toThrow(
      /^Whoever has the project would have REGISTRAR_API_TOKEN\. Nothing was written/,
    );
    const { file } = at('cursor', 'project');
    write(join(home, 'mine', 'mcp.json'), '{}');
    mkdirSync(place.project, { recursive: true });
    symlinkSync(join(home, 'mine'), dirname(file));
    expect(() => install('cursor', ...scope)).toThrow(/leads out of the project, to .*\/mine\/mcp\.json\. Nothing/);
    rmSync(join(home, 'mine', 'mcp.json'));
    expect(() => install('cursor', ...scope)).toThrow(/leads out of the project/);
    expect(readdirSync(join(home, 'mine'))).toEqual([]);
    install('cursor', '--env', 'REGISTRAR_API_TOKEN_FILE=/run/secrets/token');
    expect(servers('cursor')).toMatchObject({ registrar: { env: { REGISTRAR_API_TOKEN_FILE: '/run/secrets/token' } } });
  });

  test("a client's own command is shown where it does the same", () => {
    const command = (...args: string[]) => install(...args, '--print').split('\n')[0];
    expect(command('claude-code')).toBe('claude mcp add --scope user registrar -- npx -y registrar-mcp');
    expect(command('claude-code', '--scope', 'project', '--name', 'r', '--env', "A=it's")).toBe(
      `claude mcp add --env 'A=it'\\''s' --scope project r -- npx -y registrar-mcp`,
    );
    expect(command('codex', '--env', 'A=b')).toBe('codex mcp add registrar --env A=b -- npx -y registrar-mcp');
    expect(command('gemini')).toBe('gemini mcp add --scope user registrar npx registrar-mcp');
    expect(command('codex', '--env', 'REGISTRAR_USERNAME')).toMatch(/^In /);
    expect(command('codex', '--scope', 'project')).toMatch(/^In /);
  });

  test.each([
    [[], /Name one client: claude-desktop, claude-code,/],
    [['cursor', 'vscode'], /Name one client/],
    [['cursr'], /"cursr" is not a client that is known here; did you mean "cursor"\?/],
    [['constructor'], /is not a client/],
    [['cursor', '--scope', 'machine'], /--scope must be user or project, not "machine"/],
    [['cursor', '--name', '__proto__'], /--name must be of letters/],
    [
      ['cursor', '--env', 'REGISTRAR_API_TOKE=x'],
      /REGISTRAR_API_TOKE is not a setting; did you mean "REGISTRAR_API_TOKEN"\?/,
    ],
    [['cursor', '--env', 'a b=c'], /--env takes NAME or NAME=VALUE, not "a b"/],
    [['cursor', '--force'], /Unknown option '--force'/],
  ])('%j is refused, and nothing is written', (args, why) => {
    expect(() => install(...args)).toThrow(why);
    expect(readdirSync(home)).toEqual([]);
  });
});

test('the links carry what install writes', () => {
  const vscode = new URL(links.vscode);
  expect(vscode.href).toMatch(/^https:\/\/vscode\.dev\/redirect\/mcp\/install\?/);
  const cursor = new URL(links.cursor);
  expect(cursor.href).toMatch(/^cursor:\/\/anysphere\.cursor-deeplink\/mcp\/install\?/);
  for (const [name, config] of [
    ['vscode', vscode.searchParams.get('config')],
    ['cursor', Buffer.from(cursor.searchParams.get('config') ?? '', 'base64').toString()],
  ] as const) {
    install(name);
    expect({ registrar: JSON.parse(config ?? '') }).toEqual(servers(name));
  }
  for (const { searchParams } of [vscode, cursor]) expect(searchParams.get('name')).toBe('registrar');
});

test('the executable does it too, whatever else the environment holds', async () => {
  const state = freshState();
  const { stdout, code } = await runExecutable(['install', 'cursor'], { ...state.env, REGISTRAR_NONSENSE: '1' });
  expect([code, stdout]).toEqual([0, expect.stringContaining('Added to Cursor as "registrar"')]);
  expect(JSON.parse(readFileSync(join(state.directory, '.cursor/mcp.json'), 'utf8'))).toEqual({
    mcpServers: { registrar: bare },
  });
  expect((await runExecutable(['install', '--help'], state.env)).stdout).toMatch(
    /registrar-mcp install CLIENT .*--dry-run/,
  );
  expect(await runExecutable(['install'], state.env)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Name one client/),
  });
  state.remove();
});
